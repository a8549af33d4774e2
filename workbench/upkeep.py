"""Upkeep of the tables: statistics for the planner and fresh summaries (`optimize`), and space of dead rows given back (`maintenance`).

Both go table by table, each in a transaction of its own, with the owner's rights where the login has them; rows are never touched.
What cannot be done (no privilege, in use, gone meanwhile) is left out and named.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from workbench import db, sqlfiles
from workbench.errors import DatabaseUnreachable, UsageError
from workbench.migrating import preflight
from workbench.migrating.files import known_platforms, require_platform
from workbench.plaintext import size, span
from workbench.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int, int | None, str], None]

_MUST_SWITCH = "select coalesce((select not pg_has_role(oid, 'usage') from pg_roles where rolname = %(owner)s), false)"

REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UndefinedTable,
)


@dataclass(frozen=True)
class Refresh:
    """The materialized views of one platform; `skipped` says why they were not refreshed."""

    platform: str
    views: list[str]
    seconds: float = 0.0
    skipped: str | None = None


@dataclass(frozen=True)
class Analysis:
    """One table whose statistics were gathered, partitions included; `skipped` says why they were not."""

    table: str
    seconds: float = 0.0
    skipped: str | None = None


@dataclass
class OptimizeReport:
    """What `optimize` did."""

    platforms: list[str]
    refreshed: list[Refresh] = field(default_factory=list)
    analyzed: list[Analysis] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def skipped(self) -> list[str]:
        """What was left out, each with its reason."""
        views = [f"{entry.platform}.{view}: {entry.skipped}" for entry in self.refreshed if entry.skipped for view in entry.views]
        return [*views, *(f"{entry.table}: {entry.skipped}" for entry in self.analyzed if entry.skipped)]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return asdict(self)

    def text(self) -> str:
        """The report for people: every refresh, the slowest tables, what was left out."""
        done = [entry for entry in self.analyzed if not entry.skipped]
        lines = [f"Optimized {', '.join(self.platforms)} in {span(self.seconds)}."]
        lines += [
            f"  refreshed {', '.join(f'{entry.platform}.{view}' for view in entry.views)} in {span(entry.seconds)}"
            for entry in self.refreshed
            if not entry.skipped
        ]
        slowest = sorted(done, key=lambda entry: -entry.seconds)[:3]
        longest = ", ".join(f"{entry.table} {span(entry.seconds)}" for entry in slowest)
        lines.append(f"  statistics of {len(done)} tables, partitions included, in {span(sum(entry.seconds for entry in done))}")
        lines += [f"  longest: {longest}"] if longest else []
        return "\n".join([*lines, *(f"  SKIPPED {what}" for what in self.skipped)])


@dataclass(frozen=True)
class Vacuumed:
    """One table, partition or materialized view. Dead rows as the statistics count them; bytes with indexes and long values."""

    table: str
    dead_before: int
    dead_after: int
    bytes_before: int
    bytes_after: int
    seconds: float = 0.0
    skipped: str | None = None

    def text(self) -> str:
        """One line for people."""
        sizes = f"{size(self.bytes_before)} → {size(self.bytes_after)}"
        return f"  {self.table}: dead rows {self.dead_before:,} → {self.dead_after:,}, {sizes}"


@dataclass
class MaintenanceReport:
    """What `maintenance` did."""

    platforms: list[str]
    tables: list[Vacuumed] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def skipped(self) -> list[str]:
        """What was left out, each with its reason."""
        return [f"{entry.table}: {entry.skipped}" for entry in self.tables if entry.skipped]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return asdict(self)

    def text(self) -> str:
        """The report for people: totals, the tables that had dead rows, what was left out."""
        done = [entry for entry in self.tables if not entry.skipped]
        dead, left = sum(entry.dead_before for entry in done), sum(entry.dead_after for entry in done)
        before, after = sum(entry.bytes_before for entry in done), sum(entry.bytes_after for entry in done)
        lines = [
            f"Vacuumed and analyzed {len(done)} tables of {', '.join(self.platforms)} in {span(self.seconds)}.",
            f"  dead rows {dead:,} → {left:,}, {size(before)} → {size(after)}",
        ]
        worst = sorted((entry for entry in done if entry.dead_before), key=lambda entry: -entry.dead_before)[:10]
        lines += [entry.text() for entry in worst]
        if left:
            lines.append("  Dead rows that an open transaction may still see stay; `workbench monitor` shows the longest transactions.")
        return "\n".join([*lines, *(f"  SKIPPED {what}" for what in self.skipped)])


def optimize(connection: "Connection", platform: str | None = None, progress: Progress | None = None) -> OptimizeReport:
    """Refresh the materialized views beside their readers, then gather statistics of every table.

    Autovacuum never analyzes a partitioned table as a whole; this does, its partitions included.

    Args:
        connection: of the login role; what it has open is committed.
        platform: only this one; marts and every platform that is set up without it.
        progress: told tables done, tables in all, and which one.

    Raises:
        UsageError: no such platform, nothing set up, a pooled connection or a read replica.
    """
    began = perf_counter()
    with as_owner(connection) as raw:
        report = OptimizeReport(set_up(raw, platform))
        for name, views, allowed in sqlfiles.rows(raw, "marts/upkeep/summaries", schemas=report.platforms):
            reason = None if allowed else "this login may not refresh it"
            reason, seconds = _timed(raw, sql.SQL("select {}.refresh_summaries()").format(sql.Identifier(name)), reason)
            report.refreshed.append(Refresh(name, views, seconds, reason))
        found = [table for table in _tables(raw, report.platforms) if not table["is_partition"]]
        for done, table in enumerate(found):
            if progress:
                progress(done, len(found), _name(table))
            reason, seconds = _timed(raw, sql.SQL("analyze {}").format(_identifier(table)), _reason(table))
            report.analyzed.append(Analysis(_name(table), seconds, reason))
    report.seconds = round(perf_counter() - began, 3)
    return report


def maintenance(connection: "Connection", platform: str | None = None, progress: Progress | None = None) -> MaintenanceReport:
    """`VACUUM (ANALYZE)`, table by table: space of dead rows can be used again, statistics are fresh. Readers and writers go on.

    Partitioned tables hold no rows; after their partitions they are analyzed as a whole.

    Args, Raises: as for `optimize`.
    """
    began = perf_counter()
    with as_owner(connection) as raw:
        report = MaintenanceReport(set_up(raw, platform))
        found = _tables(raw, report.platforms)
        results: dict[str, tuple[str | None, float]] = {}
        for done, table in enumerate(found):
            if progress:
                progress(done, len(found), _name(table))
            # A partition is analyzed with its table: no use doing it twice.
            verb = "analyze {}" if table["kind"] == "p" else "vacuum {}" if table["is_partition"] else "vacuum (analyze) {}"
            results[_name(table)] = _timed(raw, sql.SQL(verb).format(_identifier(table)), _reason(table))
        after = {_name(table): table for table in _tables(raw, report.platforms)}
        for table in found:
            report.tables.append(_vacuumed(table, after.get(_name(table), table), *results[_name(table)]))
    report.seconds = round(perf_counter() - began, 3)
    return report


def _vacuumed(before: dict[str, Any], after: dict[str, Any], skipped: str | None, seconds: float) -> Vacuumed:
    counts = (before["dead_rows"], after["dead_rows"], before["bytes"], after["bytes"])
    return Vacuumed(_name(before), *counts, seconds, skipped)


@contextmanager
def as_owner(connection: "Connection") -> Iterator[psycopg.Connection]:
    """The driver's connection outside transactions, with the owner's rights where the login may have them, waiting shortly for locks.

    Raises:
        UsageError: a pooled connection, a read replica.
    """
    raw = preflight.direct(connection)
    preflight.writable(raw)
    before = raw.autocommit
    raw.autocommit = True
    try:
        if raw.execute(_MUST_SWITCH, {"owner": db.OWNER}).fetchone()[0]:
            with suppress(psycopg.errors.InsufficientPrivilege):  # no member of it
                raw.execute(f"set role {db.OWNER}")
        raw.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(f"{settings().lock_timeout_s}s")))
        raw.execute("set statement_timeout = 0; set search_path = pg_catalog")
        yield raw
    except psycopg.OperationalError as error:
        if not raw.closed:
            raise
        raise DatabaseUnreachable(f"The connection was lost ({str(error).strip().splitlines()[0]}); run it again.") from error
    finally:
        if not raw.closed:
            raw.execute("reset role; reset lock_timeout; reset statement_timeout; reset search_path")
            raw.autocommit = before


def set_up(raw: psycopg.Connection, platform: str | None = None) -> list[str]:
    """The schemas that are there: marts and every platform, or the one that is named.

    Raises:
        UsageError: no such platform, or nothing of it is set up.
    """
    names = [require_platform(platform)] if platform else list(known_platforms())
    there = {row[0] for row in raw.execute("select nspname from pg_namespace where nspname = any(%s)", [names]).fetchall()}
    found = [name for name in names if name in there]
    if not found:
        where = f"database {raw.info.dbname}"
        raise UsageError(f"{platform or 'Nothing'} is {'not ' if platform else ''}set up in {where}; run `workbench db up`.")
    return found


def _tables(raw: psycopg.Connection, platforms: list[str]) -> list[dict[str, Any]]:
    names = ("platform", "name", "kind", "is_partition", "owner", "may_maintain", "dead_rows", "bytes")
    return [dict(zip(names, row, strict=True)) for row in sqlfiles.rows(raw, "marts/upkeep/tables", schemas=platforms)]


def _name(table: dict[str, Any]) -> str:
    return f"{table['platform']}.{table['name']}"


def _identifier(table: dict[str, Any]) -> sql.Identifier:
    return sql.Identifier(table["platform"], table["name"])


def _reason(table: dict[str, Any]) -> str | None:
    return None if table["may_maintain"] else f"it belongs to {table['owner']}, and this login may not act as it"


def _timed(raw: psycopg.Connection, statement: sql.Composed, reason: str | None) -> tuple[str | None, float]:
    """Why it was not done, or None, and the seconds it took."""
    began = perf_counter()
    if reason is None:
        try:
            raw.execute(statement)
        except psycopg.errors.LockNotAvailable:
            reason = f"in use by another session for {settings().lock_timeout_s} s"
        except REFUSED as error:
            reason = error.diag.message_primary or type(error).__name__
    return reason, round(perf_counter() - began, 3)
