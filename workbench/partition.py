"""Month partitions: made ahead of the rows, and what landed in DEFAULT moved out of it.

Every table partitioned by range on one `timestamptz` column has one partition a month (UTC), `<table>_p2026_01`, made here and never by
a migration. A partition belongs to the owner and is granted to nobody: it is reached through its table alone, whose policies then hold.

A partition is made as a table of its own, filled from DEFAULT and attached. Readers go on; writers wait for that moment, and none is
refused. The locks are tried for short whiles, so that nobody queues behind a wait.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from workbench import db, paths, sqlfiles
from workbench.errors import RunFailed, UsageError
from workbench.partitioning.months import after, gaps, month_of, months_up_to, runs, spelt, this_month
from workbench.settings import settings

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection

AHEAD = 3
ATTEMPT_MS = 1_000  # how long one attempt waits for a lock, while others queue behind it
LIKE = sql.SQL("including all excluding indexes excluding identity excluding statistics")


@dataclass(frozen=True)
class Table:
    """A table with one partition a month."""

    platform: str
    name: str
    instant: str  # the column that decides the month
    overflow: str | None  # its DEFAULT partition

    def __str__(self) -> str:
        return f"{self.platform}.{self.name}"

    def identifier(self, name: str | None = None) -> sql.Identifier:
        """It, or a partition of it, as SQL."""
        return sql.Identifier(self.platform, name or self.name)


@dataclass(frozen=True)
class TableMonths:
    """The months of one table, as `2026-01`."""

    table: str
    months: list[str]
    gaps: list[str]  # missing between two that are there, or from now up to the months ahead
    default_rows: int | None  # None: the table has no DEFAULT
    created: list[str]
    moved: int  # rows, out of DEFAULT

    def text(self) -> str:
        """One line for people."""
        parts = [runs(self.months) or "no month yet"]
        if self.created:
            parts.append(f"made {runs(self.created)}")
        if self.moved:
            parts.append(f"{self.moved:,} rows moved out of DEFAULT")
        return f"{self.table}: {'; '.join([*parts, *self.findings()])}"

    def findings(self) -> list[str]:
        """What is wrong with it."""
        found = [f"MISSING {runs(self.gaps)}"] if self.gaps else []
        return [*found, f"{self.default_rows:,} rows in DEFAULT"] if self.default_rows else found


@dataclass(frozen=True)
class PartitionReport:
    """The month partitions there are now, and what was done about them."""

    tables: list[TableMonths]

    def as_dict(self) -> dict[str, Any]:
        """The report for scripts."""
        return asdict(self)

    def text(self) -> str:
        """The report for people."""
        return "\n".join(table.text() for table in self.tables) or "No platform that is set up has month partitions."

    @property
    def findings(self) -> list[str]:
        """Gaps, and rows in DEFAULT, with the tables they are in."""
        return [f"{table.table}: {finding}" for table in self.tables for finding in table.findings()]


def ensure(
    connection: "Connection",
    platform: str | None = None,
    *,
    start: date | None = None,
    end: date | None = None,
    ahead: int = AHEAD,
    commit: bool = False,
) -> PartitionReport:
    """Make the months that are missing, those of rows in DEFAULT included, and move these rows there; done twice it changes nothing.

    In the transaction of the connection; committing is the caller's, unless `commit`: then every month is committed on its own, and
    its locks are held for no longer. Two at once wait for each other. Rows that change their partition stay the same facts: no day
    is noted as touched.

    Args:
        platform: only its tables; without one those of every platform that is set up.
        start: first day needed; default the current month (UTC).
        end: the day after the last one needed; default `ahead` months after the current one.

    Raises:
        UsageError: no such platform, nothing set up, an empty range, or a partition of another shape is in the way.
        RunFailed: other sessions held a lock for too long, or rows in DEFAULT cannot be moved.
    """
    wanted = list(_wanted(start, end, ahead))
    done = {}
    for table in _tables(connection, platform):
        stranded = [month for month in _overflow(connection, table) if month is not None]
        done[table] = _fill(connection, table, sorted({*wanted, *stranded}), commit)
    return _report(connection, done, ahead)


def ensure_for(connection: "Connection", table: Table, instants: "pa.Array | None") -> None:
    """Make the months of these instants, and of now for None; in the transaction of the connection."""
    from workbench.partitioning.instants import months_of

    _fill(connection, table, [this_month()] if instants is None else months_of(instants), commit=False)


def month_table(connection: "Connection", target: str) -> Table | None:
    """The table `<platform>.<table>`, if it has one partition a month: its `instant` is the column that decides the month of a row."""
    platform, _, name = target.partition(".")
    return next((table for table in _tables(connection, platform) if table.name == name), None)


def status(connection: "Connection", platform: str | None = None, *, ahead: int = AHEAD) -> PartitionReport:
    """The months that are there and missing, and rows in DEFAULT. `findings` is empty when all is well.

    Raises:
        UsageError: no such platform, or nothing is set up.
    """
    return _report(connection, dict.fromkeys(_tables(connection, platform), ([], 0)), ahead)


def _tables(connection: "Connection", platform: str | None) -> list[Table]:
    known = paths.installed_platforms()
    if platform is not None and platform not in known:
        raise UsageError(f"there is no platform {platform!r}; there are {', '.join(known)}.")
    wanted = list(known) if platform is None else [platform]
    return [Table(**row._mapping) for row in sqlfiles.fetch(connection, "marts/partition/tables", platforms=wanted)]


def _wanted(start: date | None, end: date | None, ahead: int) -> Iterator[date]:
    if ahead < 0:
        raise UsageError(f"months ahead cannot be {ahead}; 0 means the current month alone.")
    first = start or this_month()
    if end is not None and end <= first:
        raise UsageError(f"there is no day from {first} up to {end}; the end is the day after the last.")
    first = month_of(first)
    yield from months_up_to(first, end or max(after(this_month(), ahead + 1), after(first)))


def missing(connection: "Connection", table: Table, months: list[date]) -> list[date]:
    """Those of the months that have no partition."""
    parts = _parts(connection, table)
    return [month for month in months if not _covered(month, parts)]


def _covered(month: date, parts: list[Any]) -> bool:
    """Whether one partition holds the whole month.

    Raises:
        UsageError: one holds a part of it, so that no other can be made for the month.
    """
    first, until = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, after(month)))
    for part in parts:
        low, high = part.from_at or datetime.min.replace(tzinfo=UTC), part.until_at or datetime.max.replace(tzinfo=UTC)
        if low <= first and until <= high:
            return True
        if low < until and first < high:
            raise UsageError(f"partition {part.name} holds a part of {spelt(month)}; that month must be partitioned by hand.")
    return False


# What is there


def _parts(connection: "Connection", table: Table) -> list[Any]:
    return sqlfiles.fetch(connection, "marts/partition/parts", platform=table.platform, table_name=table.name)


def _overflow(connection: "Connection", table: Table) -> dict[date | None, int]:
    """Rows in DEFAULT by month; None stands for instants of no month, such as infinity, which stay there."""
    if table.overflow is None:
        return {}
    at = sql.Identifier(table.instant)
    month = sql.SQL("case when {0} >= '0001-01-01Z' and {0} < '9999-01-01Z' then date_trunc('month', {0} at time zone 'UTC')::date end")
    query = sql.SQL("select {}, count(*) from {} group by 1").format(month.format(at), table.identifier(table.overflow))
    with connection.begin_nested() as glance:
        with as_owner(connection) as raw:
            found = dict(raw.execute(query).fetchall())
        glance.rollback()  # and with it the lock: who held one while waiting for a turn could not be waited for
    return found


def _report(connection: "Connection", done: dict[Table, tuple[list[date], int]], ahead: int) -> PartitionReport:
    tables = []
    for table, (created, moved) in done.items():
        months = sorted({month_of(part.from_at.astimezone(UTC)) for part in _parts(connection, table) if part.from_at})
        rows = None if table.overflow is None else sum(_overflow(connection, table).values())
        there, missing, made = ([spelt(month) for month in some] for some in (months, gaps(months, ahead), created))
        tables.append(TableMonths(str(table), there, missing, rows, made, moved))
    return PartitionReport(tables)


# What is done


def _fill(connection: "Connection", table: Table, wanted: list[date], commit: bool) -> tuple[list[date], int]:
    """The months made and the rows moved. Who finds all of them there waits for nobody."""
    created, moved = [], 0
    lacking = missing(connection, table, wanted)
    together = [lacking] if lacking else []
    for batch in [[month] for month in lacking] if commit else together:
        db.one_at_a_time(connection, f"partition {table.platform}")
        if months := missing(connection, table, batch):
            moved += _make(connection, table, months)
            created += months
        if commit:
            connection.commit()
    return created, moved


def _make(connection: "Connection", table: Table, months: list[date]) -> int:
    """Months, tried again until the locks are free or the patience is over; returns the rows moved into them."""
    give_up = time.monotonic() + settings().lock_timeout_s
    month = months[0]
    while True:
        try:
            with as_owner(connection) as raw:
                # A writer who had chosen DEFAULT before the month was there would be refused: with one, writers wait before they choose.
                mode = "share row exclusive" if table.overflow else "share update exclusive"
                raw.execute(sql.SQL("lock table only {} in {} mode").format(table.identifier(), sql.SQL(mode)))
                moved = 0
                for month in months:
                    moved += _attach(raw, connection, table, month)
                return moved
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.CheckViolation) as error:
            # the last: somebody wrote into DEFAULT itself since it was looked at
            if time.monotonic() > give_up:
                raise RunFailed(
                    f"{table} or a table it refers to was in use for {settings().lock_timeout_s} s (WORKBENCH_LOCK_TIMEOUT_S); "
                    f"{spelt(month)} was not made: run again when the other sessions are done."
                ) from error
            time.sleep(random.uniform(0.05, 0.3))
        except psycopg.errors.ForeignKeyViolation as error:
            raise RunFailed(f"Rows of {spelt(month)} in {table.overflow} are referred to and cannot be moved out of it.") from error


def _attach(raw: psycopg.Connection, connection: "Connection", table: Table, month: date) -> int:
    moved = 0
    within = sql.SQL("{0} >= {1} and {0} < {2}").format(sql.Identifier(table.instant), *map(sql.Literal, _bounds(month)))
    stranded = sql.SQL("select exists (select from {} where {})")
    if table.overflow and raw.execute(stranded.format(table.identifier(table.overflow), within)).fetchone()[0]:
        part = new_part(raw, table, month)
        moved = _move(raw, connection, table, part, within)
        adopt(raw, table, part, month)
    else:
        with raw.pipeline():
            adopt(raw, table, new_part(raw, table, month), month)
    return moved


def part_name(table: Table, month: date) -> str:
    """Name of the partition of a month."""
    return f"{table.name}_p{spelt(month).replace('-', '_')}"


def new_part(raw: psycopg.Connection, table: Table, month: date) -> sql.Identifier:
    """An empty table for a month, not yet a part of anything; as the owner."""
    part = table.identifier(part_name(table, month))
    raw.execute(sql.SQL("create table {} (like {} {})").format(part, table.identifier(), LIKE))
    return part


def adopt(raw: psycopg.Connection, table: Table, part: sql.Identifier, month: date) -> None:
    """Make it the partition of its month: indexes are built, references and bounds checked over all its rows together."""
    limits = sql.SQL("from ({}) to ({})").format(*map(sql.Literal, _bounds(month)))
    raw.execute(sql.SQL("alter table {} attach partition {} for values {}").format(table.identifier(), part, limits))
    _close(raw, part)
    comment = f"Rows of {table} of {spelt(month)} (UTC); reached through {table.name} alone"
    raw.execute(sql.SQL("comment on table {} is {}").format(part, sql.Literal(comment)))


def _bounds(month: date) -> list[str]:
    return [f"{day.isoformat()} 00:00:00+00" for day in (month, after(month))]


def _close(raw: psycopg.Connection, part: sql.Identifier) -> None:
    """Take back what default privileges granted: the policies and touch triggers are those of the table alone."""
    held = (
        "select distinct grantee::regrole::text from pg_class c, aclexplode(relacl) where c.oid = to_regclass(%s) and grantee <> relowner"
    )
    for (grantee,) in raw.execute(held, [part.as_string(raw)]).fetchall():
        raw.execute(sql.SQL("revoke all on {} from {}").format(part, sql.SQL(grantee.replace("-", "public"))))


def _move(raw: psycopg.Connection, connection: "Connection", table: Table, part: sql.Identifier, within: sql.Composed) -> int:
    """Rows of the month out of DEFAULT, which nobody reads or writes meanwhile."""
    source = table.identifier(table.overflow)
    found = sqlfiles.fetch(connection, "marts/partition/columns", platform=table.platform, table_name=table.name)
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in found)
    raw.execute(sql.SQL("lock table {} in access exclusive mode").format(source))
    stored = raw.execute(sql.SQL("insert into {} ({}) select {} from {} where {}").format(part, names, names, source, within)).rowcount
    removed = raw.execute(sql.SQL("delete from {} where {}").format(source, within)).rowcount
    if stored != removed:
        raise RunFailed(f"{table}: {stored} rows were copied out of DEFAULT and {removed} found there; nothing was changed.")
    return stored


@contextmanager
def as_owner(connection: "Connection", patience_ms: int = ATTEMPT_MS) -> Iterator[psycopg.Connection]:
    """What is done inside is done as the owner, waiting for locks only shortly, and undone together if it fails."""
    raw = db.raw(connection)
    with connection.begin_nested():
        try:
            with raw.pipeline():
                before = raw.execute("select current_setting('role'), current_setting('lock_timeout')")
                raw.execute(f"set local role {db.OWNER}")
                raw.execute(f"set local lock_timeout = {patience_ms}")
        except psycopg.Error as error:
            raise UsageError(f"Partitions belong to {db.OWNER}, and this login may not act as it; run `workbench db up`.") from error
        yield raw
        raw.execute("select set_config('role', %s, true), set_config('lock_timeout', %s, true)", before.fetchone())
