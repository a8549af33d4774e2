"""The ledger `marts.schema_migration`: what is applied, whether it agrees with the files, and what therefore is to be done."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from workbench import paths
from workbench.errors import MigrationError, UsageError
from workbench.migrating.files import MARTS, Migration, known_platforms, read_migrations
from workbench.migrating.preflight import has_ledger
from workbench.migrating.report import SchemaStatus


@dataclass(frozen=True)
class Entry:
    """One applied migration as the ledger has it."""

    version: str
    name: str
    checksum: str
    applied_at: datetime


def read(raw: psycopg.Connection, platform: str) -> list[Entry]:
    """What is applied of a platform, oldest first; nothing where there is no ledger yet."""
    return read_all(raw).get(platform, [])


def read_all(raw: psycopg.Connection) -> dict[str, list[Entry]]:
    """The same for every platform of which something is applied."""
    entries: dict[str, list[Entry]] = {}
    with raw.transaction():
        if has_ledger(raw):
            query = "select platform, version, name, checksum, applied_at from marts.schema_migration order by version"
            for platform, *row in raw.execute(query).fetchall():
                entries.setdefault(platform, []).append(Entry(*row))
    return entries


def version(raw: psycopg.Connection, platform: str) -> str | None:
    """The newest applied migration of a platform."""
    entries = read(raw, platform)
    return entries[-1].version if entries else None


def add(raw: psycopg.Connection, migration: Migration, duration_ms: int) -> None:
    """Enter an applied migration."""
    row = [migration.platform, migration.version, migration.name, migration.checksum, duration_ms]
    raw.execute("insert into marts.schema_migration (platform, version, name, checksum, duration_ms) values (%s, %s, %s, %s, %s)", row)


def remove(raw: psycopg.Connection, migration: Migration) -> None:
    """Strike out a migration that was rolled back."""
    raw.execute("delete from marts.schema_migration where platform = %s and version = %s", [migration.platform, migration.version])


def check(platform: str, entries: list[Entry], migrations: list[Migration]) -> None:
    """Hold the ledger against the files.

    Raises:
        MigrationError: an applied file was edited or is gone, or an older one was never applied; the sentence names it.
    """
    known = {migration.version: migration for migration in migrations}
    for entry in entries:
        migration = known.get(entry.version)
        if migration is None:
            newest = migrations[-1].version if migrations else "none"
            raise MigrationError(
                f"{platform} is at {entry.version}_{entry.name}, but this installation ends at {newest}; use the newer one."
            )
        if migration.checksum != entry.checksum:
            applied = f"{entry.applied_at:%Y-%m-%d}"
            raise MigrationError(
                f"{migration.forward} was edited after it was applied on {applied}; put it back, and write the change as a new migration."
            )
    for entry, migration in zip(entries, migrations, strict=False):
        if entry.version != migration.version:
            raise MigrationError(f"{platform}: {migration.forward.name} was never applied, though {entry.version}_{entry.name} was.")


def pending(raw: psycopg.Connection, platform: str, to: str | None) -> list[Migration]:
    """Migrations to apply, in order, so that `to` (the newest without it) is the newest one.

    Raises:
        UsageError: there is no such number, or it lies below what is applied.
        MigrationError: see `check`.
    """
    migrations, entries = read_migrations(platform), read(raw, platform)
    check(platform, entries, migrations)
    end = _number(platform, to, migrations)
    if to and entries and end < entries[-1].version:
        raise UsageError(f"{platform} is at {entries[-1].version} already; `workbench db down {platform} --to {end}` goes back.")
    return [migration for migration in migrations[len(entries) :] if migration.version <= end]


def leaving(raw: psycopg.Connection, platform: str, to: str | None) -> list[Migration]:
    """Migrations to roll back, newest first, so that `to` (none without it) is the newest one.

    Raises:
        UsageError: there is no such number, or it lies above what is applied.
        MigrationError: see `check`.
    """
    migrations, entries = read_migrations(platform), read(raw, platform)
    check(platform, entries, migrations)
    end = _number(platform, to, migrations) if to else ""
    if end and end > (entries[-1].version if entries else ""):
        here = entries[-1].version if entries else "none"
        raise UsageError(f"{platform} is at {here}; `workbench db up {platform} --to {end}` goes forward.")
    return [migration for migration in reversed(migrations[: len(entries)]) if migration.version > end]


def _number(platform: str, to: str | None, migrations: list[Migration]) -> str:
    if to is None:
        return migrations[-1].version if migrations else ""
    wanted = to.split("_", 1)[0].zfill(4)
    if wanted not in {migration.version for migration in migrations}:
        have = f"{migrations[0].version} to {migrations[-1].version}" if migrations else "no migrations"
        raise UsageError(f"{platform} has no migration {to!r}; it has {have}.")
    return wanted


def complete(raw: psycopg.Connection) -> list[str] | None:
    """Platforms whose facts can stand: at their newest migration. None where not even the unions can: marts is not at its newest."""
    versions = _versions(raw)
    if not _at_head(versions, MARTS):
        return None
    return [platform for platform in paths.installed_platforms() if _at_head(versions, platform)]


def _versions(raw: psycopg.Connection) -> dict[str, str]:
    """The newest applied migration of every platform that has one."""
    with raw.transaction():
        if not has_ledger(raw):
            return {}
        return dict(raw.execute("select platform, max(version) from marts.schema_migration group by platform").fetchall())


def _at_head(versions: dict[str, str], platform: str) -> bool:
    migrations = read_migrations(platform)
    return bool(migrations) and versions.get(platform) == migrations[-1].version


def _state(platform: str, entries: list[Entry]) -> SchemaStatus:
    """State of one schema; what is wrong with it is told, not raised."""
    migrations, problem = [], None
    try:
        migrations = read_migrations(platform)
        check(platform, entries, migrations)
    except MigrationError as error:
        problem = str(error)
    last = entries[-1] if entries else None
    newest = migrations[-1].version if migrations else None
    pending_number = max(len(migrations) - len(entries), 0)
    return SchemaStatus(platform, last and last.version, newest, pending_number, last and last.applied_at, problem)


def states(raw: psycopg.Connection) -> list[SchemaStatus]:
    """State of marts and every installed platform."""
    entries = read_all(raw)
    return [_state(platform, entries.get(platform, [])) for platform in known_platforms()]
