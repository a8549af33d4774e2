"""`python -m workbench.migrating.ship`: write the fingerprints that are shipped, with the server binaries in use.

Run it after a migration was added, once for each major version (`WORKBENCH_PG_BIN` chooses the binaries).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from workbench import db, embedded, fingerprint, migrate
from workbench.migrating import preflight, scratch

if TYPE_CHECKING:
    from sqlalchemy import Connection


def write(connection: "Connection") -> list[Path]:
    """Migrate everything and write one file a platform; returns the files."""
    reports = migrate.setup(connection)
    raw = preflight.direct(connection)
    return [
        scratch.ship(raw, report.platform, report.to_version, fingerprint.read(raw, report.platform, derived=False))
        for report in reports
        if report.to_version
    ]


if __name__ == "__main__":
    with embedded.temporary_server() as url, db.engine(url=url).connect() as opened:
        for path in write(opened):
            print(path)
