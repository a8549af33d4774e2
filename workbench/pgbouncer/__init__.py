"""A configuration of PgBouncer for the databases of the workbench: transaction pooling with the pool limits of the settings."""

from pathlib import Path

from sqlalchemy import URL

from workbench import db, replica
from workbench.settings import settings

LISTEN_PORT = 6432
CLIENTS_PER_CONNECTION = 25
"""Clients let in for each server connection: most of them think most of the time."""
_TEMPLATE = Path(__file__).parent / "pgbouncer.ini"


def configuration(url: URL | None = None) -> str:
    """The text of a pgbouncer.ini. It holds no user and no password: logins stand in the file `userlist.txt` beside it.

    Args:
        url: another database than the one in use; the replica that is set is its second entry.
    """
    given, second, config = url or db.database_url(), replica.replica_url(), settings()
    entries = [_entry(given.database or "workbench", given)]
    if second:
        entries.append(_entry(f"{given.database or 'workbench'}_replica", second))
    return _TEMPLATE.read_text(encoding="utf-8").format(
        name=given.database or "workbench", databases="\n".join(entries), listen_port=LISTEN_PORT, pool_size=config.pool_size,
        clients=config.pool_size * CLIENTS_PER_CONNECTION, pool_idle_s=config.pool_idle_s, pool_lifetime_s=config.pool_lifetime_s,
        connect_timeout_s=config.connect_timeout_s,
    )  # fmt: skip


def _entry(name: str, url: URL) -> str:
    """One line of the section of databases."""
    known = db.parameters(url)
    words = [f"{key}='{str(known[key]).replace(chr(39), chr(39) * 2)}'" for key in ("host", "port", "dbname") if known.get(key)]
    quoted = name.replace('"', '""')
    return f'"{quoted}" = {" ".join(words)}'
