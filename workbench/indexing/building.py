"""Building indexes beside readers and writers: CONCURRENTLY, partition by partition, and repair of what broke off half-way.

Every step is a transaction of its own. What a failed step left is dropped again; what an interrupted one left is INVALID, is found
by the next run and repaired.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import psycopg

from workbench import sqlfiles
from workbench.indexing.catalogue import Live, Wanted, follows, parents, same
from workbench.settings import settings

Progress = Callable[[int, int | None, str], None]

ATTEMPT_MS = 1_000  # how long one attempt waits for a lock, while others queue behind it
LONGEST_NAME = 63


@dataclass(frozen=True)
class Built:
    """One thing done: `how` is built, repaired or removed."""

    index: str
    how: str
    seconds: float


@dataclass(frozen=True)
class Job:
    """One thing to do."""

    index: str
    how: str
    run: Callable[[psycopg.Connection], None]


def jobs(wanted: Mapping[str, Wanted], there: Mapping[str, Live]) -> list[Job]:
    """What is to be done so that every index the migrations name is there and valid. Indexes that are being built now are left alone."""
    found = [
        Job(index.name, "removed", _dropper(index.name)) for index in there.values() if index.is_left_behind and index.name not in wanted
    ]
    names = parents(there)
    for one in sorted(wanted.values(), key=lambda one: one.is_partitioned):  # an index of a partition before the one it is attached to
        standing = there.get(one.name)
        if standing and (standing.is_valid or standing.is_being_built or not same(one, standing)):
            continue
        if why_not(one) is None and not follows(one, wanted, there, names):
            found.append(Job(one.name, "repaired" if standing else "built", _builder(one, standing, wanted)))
    return found


def why_not(one: Wanted) -> str | None:
    """Why an index cannot be built beside readers and writers; None when it can."""
    if one.constraint is None or (not one.is_partitioned and one.constraint.startswith(("PRIMARY KEY", "UNIQUE"))):
        return None
    statement = f"alter table {one.table} add constraint {one.short} {one.constraint}"
    return f"it belongs to a constraint that can only be added while nobody writes: {statement}"


def run(raw: psycopg.Connection, todo: list[Job], progress: Progress | None) -> tuple[list[Built], list[str]]:
    """Do it; returns what was done and, one sentence each, what could not be."""
    built, failed = [], []
    for done, job in enumerate(todo):
        if progress:
            progress(done, len(todo), job.index)
        began = perf_counter()
        try:
            job.run(raw)
            built.append(Built(job.index, job.how, round(perf_counter() - began, 3)))
        except psycopg.errors.UniqueViolation:  # the server's detail holds the values, which may be personal
            failed.append(f"{job.index} cannot be unique: there are rows with equal values.")
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            failed.append(f"{job.index}: its table was in use for {settings().lock_timeout_s} s (WORKBENCH_LOCK_TIMEOUT_S); run again.")
        except psycopg.DatabaseError as error:
            if raw.closed:
                raise
            failed.append(f"{job.index}: {error.diag.message_primary or type(error).__name__}.")
    return built, failed


def _builder(one: Wanted, standing: Live | None, wanted: Mapping[str, Wanted]) -> Callable[[psycopg.Connection], None]:
    def build(raw: psycopg.Connection) -> None:
        if one.is_partitioned:
            _complete(raw, one, standing is not None, wanted)
        elif standing:
            _reindex(raw, one.name)
        else:
            _create(raw, one.name, one.short, one.table, one)
            if one.constraint:
                _adopt(raw, one)
        for comment in one.comments:
            raw.execute(comment)

    return build


def _dropper(name: str) -> Callable[[psycopg.Connection], None]:
    return lambda raw: _slowly(raw, f"drop index concurrently if exists {name}")


def _create(raw: psycopg.Connection, name: str, short: str, table: str, like: Wanted) -> None:
    """A new index of a table, without its remains if it cannot be built."""
    try:
        _slowly(raw, f"create {'unique ' if like.is_unique else ''}index concurrently {short} on {table} {like.tail}")
    except psycopg.DatabaseError:
        if not raw.closed:
            _slowly(raw, f"drop index concurrently if exists {name}")
        raise


def _reindex(raw: psycopg.Connection, name: str) -> None:
    """Build an INVALID index again under its name, without the remains of the attempt if that fails."""
    try:
        _slowly(raw, f"reindex index concurrently {name}")
    except psycopg.DatabaseError:
        if not raw.closed:
            for (left,) in sqlfiles.rows(raw, "marts/upkeep/left_behind", index=name):
                _slowly(raw, f"drop index concurrently if exists {left}")
        raise


def _adopt(raw: psycopg.Connection, one: Wanted) -> None:
    """The constraint over its index, with what its definition says behind the columns."""
    kind = "primary key" if one.constraint.startswith("PRIMARY KEY") else "unique"
    rest = one.constraint.rpartition(")")[2]
    _patiently(raw, f"alter table {one.table} add constraint {one.short} {kind} using index {one.short}{rest}")


def _complete(raw: psycopg.Connection, one: Wanted, stands: bool, wanted: Mapping[str, Wanted]) -> None:
    """The index of a partitioned table: it is valid once every partition's own is attached."""
    if stands and all(part[3] for part in _partitions(raw, one.table, one.name)):
        # All are attached and yet it is invalid: one was attached unfinished. The server looks again only at an attachment.
        _patiently(raw, f"drop index {one.name}")
        stands = False
    if not stands:
        _patiently(raw, one.definition)
    _attach_all(raw, one, one.table, one.name, wanted)


def _attach_all(raw: psycopg.Connection, one: Wanted, table: str, index: str, wanted: Mapping[str, Wanted]) -> None:
    for part, name, is_partitioned, attached, _ in _partitions(raw, table, index):
        if attached:
            continue
        short = _name_of_part(raw, one, part, name, wanted)
        own = f"{part.rpartition('.')[0]}.{short}"
        if is_partitioned:
            unique = "unique " if one.is_unique else ""
            _patiently(raw, f"create {unique}index {short} on only {part} {one.tail}")
            _attach_all(raw, one, part, own, wanted)
        else:
            _build_part(raw, one, part, own, short)
        _patiently(raw, f"alter index {index} attach partition {own}")


def _build_part(raw: psycopg.Connection, one: Wanted, part: str, own: str, short: str) -> None:
    """The index of one partition; one that is there from an earlier attempt serves if it is finished."""
    standing = raw.execute("select indisvalid from pg_catalog.pg_index where indexrelid = to_regclass(%s)", [own]).fetchone()
    if standing and not standing[0]:
        _slowly(raw, f"drop index concurrently if exists {own}")
    if not standing or not standing[0]:
        _create(raw, own, short, part, one)


def _partitions(raw: psycopg.Connection, table: str, index: str) -> list[tuple]:
    return sqlfiles.rows(raw, "marts/upkeep/partitions", parent_table=table, parent_index=index)


def _name_of_part(raw: psycopg.Connection, one: Wanted, part: str, name: str, wanted: Mapping[str, Wanted]) -> str:
    """As the migrations name it; where they do not know the partition, after it and the index of its table."""
    for other in wanted.values():
        if other.table == part and other.tail == one.tail:
            return other.short
    long = f"{name}_{one.short.strip(chr(34))}"
    if len(long.encode()) > LONGEST_NAME:
        long = f"{long.encode()[: LONGEST_NAME - 9].decode(errors='ignore')}_{hashlib.sha256(long.encode()).hexdigest()[:8]}"
    return raw.execute("select quote_ident(%s)", [long]).fetchone()[0]


def _slowly(raw: psycopg.Connection, statement: str) -> None:
    """A statement that waits for others without anybody waiting for it: for as long as it takes."""
    raw.execute("set lock_timeout = 0")
    raw.execute(statement)


def _patiently(raw: psycopg.Connection, statement: str) -> None:
    """A statement behind whose lock others would queue: tried for short whiles until the patience is over."""
    give_up = time.monotonic() + settings().lock_timeout_s
    raw.execute(f"set lock_timeout = {ATTEMPT_MS}")
    while True:
        try:
            raw.execute(statement)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)
