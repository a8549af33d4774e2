"""The demonstration: schemas, simulated data, rollups, checks and reports, on the database in use."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import check, db, migrate, paths, report, rollup, seed

if TYPE_CHECKING:
    from sqlalchemy import Connection

REPORT_DAYS = 31
SEED = 7
CHECKED_NOW = "data_quality"
"""The report over the checks, which ran today; the others are about the simulated days."""


def run(learners: int = 500, days: int = 90, out: Path | None = None, progress: Callable | None = None) -> Iterator[str]:
    """Set everything up and publish every report; yields one line for each step done.

    Run again, it keeps the simulated data that is there and only refreshes rollups and reports.

    Raises:
        UsageError: the database holds data that was not made by `seed`.
    """
    end = datetime.now(UTC).date()
    with db.engine().connect() as connection:
        server = db.describe(connection)
        yield f"Database: {server['version']} at {server['address']}"
        migrate.setup(connection)
        yield f"Schemas: marts, {', '.join(paths.installed_platforms())}"
        for platform in seed.platforms():
            end = _seeded_end(connection, platform) or end
            yield _seed(connection, platform, learners, days, end, progress)
        connection.commit()  # to look for what is there opened a transaction
        yield rollup.refresh(connection, progress=progress).text()
        connection.commit()
        checked = check.run(connection, as_of=datetime.combine(end, time(), UTC), progress=progress)
        yield checked.text()
        check.publish_page(connection, checked, out)
    for definition in report.list_reports():
        last = datetime.now(UTC).date() + timedelta(days=1) if definition.name == CHECKED_NOW else end
        yield report.run(definition.name, _period(last), out=out, progress=progress).text()
    yield f"Open {(out or paths.reports_out()) / 'index.html'}"


def _seeded_end(connection: "Connection", platform: str) -> date | None:
    found = seed.seeded_run(connection, platform)
    return found.ended_on if found else None


def _seed(connection: "Connection", platform: str, learners: int, days: int, end: date, progress: Callable | None) -> str:
    if seed.seeded_run(connection, platform):
        return f"{platform}: simulated data up to {end} is there already"
    made = seed.seed(connection, platform, learners=learners, days=days, seed=SEED, end=end, progress=progress)
    connection.commit()
    return made.text()


def _period(end: date) -> dict[str, str]:
    return {"start": (end - timedelta(days=REPORT_DAYS)).isoformat(), "end": end.isoformat()}
