"""Indexes: which ones that the migrations name are missing or invalid, which are never used, which double others; and building them.

What should be there is what `db verify` expects: the catalogue of the same migrations on the same server.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy

from workbench import db, migrate, sqlfiles
from workbench.errors import RunFailed, UsageError, WorkbenchError
from workbench.indexing import building, catalogue, verdicts
from workbench.indexing.building import Built, Progress
from workbench.indexing.catalogue import Live, Wanted
from workbench.indexing.verdicts import Counting, Unused
from workbench.migrating import preflight
from workbench.plaintext import span
from workbench.settings import settings
from workbench.upkeep import as_owner, set_up

if TYPE_CHECKING:
    from sqlalchemy import Connection

LOCK = "workbench.indexes"
SHOWN = 10  # unused ones in the text; all are in the JSON

LEFT_ALONE = "left alone; drop it and run --create"
UNFINISHED = "a build broke off: it costs every write and serves nobody"
UNFINISHED_PART = "a partition lacks its own, or has it unfinished"
LEFT_BEHIND = "left by a REINDEX that broke off"
STRANGE = "the migrations do not name it; whoever made it may finish or drop it"


@dataclass(frozen=True)
class Wrong:
    """One index that is not as the migrations make it: `state` is missing, invalid, different or being built."""

    platform: str
    index: str
    table: str
    state: str
    expected: str | None
    found: str | None
    note: str | None = None

    def text(self) -> str:
        """One line for people."""
        more = f" ({self.note})" if self.note else ""
        both = f"\n    expected {self.expected}\n    found    {self.found}" if self.state == "different" else ""
        return f"  {self.state.upper()} {self.index} on {self.table}{more}{both}"


@dataclass(frozen=True)
class Duplicate:
    """One index that another makes superfluous: `how` is same or beginning (of a longer one)."""

    platform: str
    index: str
    covered_by: str
    how: str
    reasons: tuple[str, ...]

    def text(self) -> str:
        """One line for people."""
        what = "is the same as" if self.how == "same" else "is the beginning of"
        return f"  {self.index} {what} {self.covered_by}" + (f" ({'; '.join(self.reasons)})" if self.reasons else "")


@dataclass
class IndexReport:
    """State of the indexes, and what was done about it.

    Attributes:
        named: how many the migrations name. wrong: those of them that are not as they should be, and invalid ones of others.
        counted_since: by platform, since when scans are counted for certain.
        built: what `create` did. failed: sentences about what it could not do.
    """

    platforms: list[str]
    named: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    counted_since: dict[str, datetime] = field(default_factory=dict)
    built: list[Built] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return asdict(self)

    def text(self) -> str:
        """The report for people."""
        state = "all there and valid" if not self.wrong else f"{len(self.wrong)} not as they should be"
        lines = [f"Indexes of {', '.join(self.platforms)}: {self.named} named by the migrations, {state}."]
        lines += [f"  {done.how} {done.index} in {span(done.seconds)}" for done in self.built]
        lines += [f"  FAILED {sentence}" for sentence in self.failed]
        lines += [one.text() for one in self.wrong]
        return "\n".join([*lines, *self._unused(), *self._duplicates()])

    def _unused(self) -> list[str]:
        if not self.unused:
            return []
        counts = {
            verdict: sum(one.verdict == verdict for one in self.unused)
            for verdict in (verdicts.KEEP, verdicts.TOO_EARLY, verdicts.CANDIDATE)
        }
        total = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
        since = f"{min(self.counted_since.values()):%Y-%m-%d %H:%M} UTC" if self.counted_since else "nobody knows when"
        lines = [f"Never scanned since {since}: {len(self.unused)} ({total}). Unused is not droppable:"]
        lines += [one.text() for one in self.unused[:SHOWN]]
        return lines + ([f"  … and {len(self.unused) - SHOWN} more (--json lists them)"] if len(self.unused) > SHOWN else [])

    def _duplicates(self) -> list[str]:
        return [f"Doubled by another: {len(self.duplicates)}", *(one.text() for one in self.duplicates)] if self.duplicates else []


def look(connection: "Connection", platform: str | None = None, create: bool = False, progress: Progress | None = None) -> IndexReport:
    """Compare the indexes with what the migrations make, and say which ones are unused or doubled.

    Args:
        connection: of the login role; what it has open is committed.
        platform: only this one; marts and every platform that is set up without it.
        create: build the missing ones beside readers and writers, with their comments and constraints, and repair INVALID ones.
            An index of the right name and another definition is reported and left alone.
        progress: told indexes done, indexes in all, and which one.

    Raises:
        UsageError: no such platform, nothing set up, a pooled connection, a read replica; with `create` a login without the
            privileges of the owner.
        MigrationError: what should be there cannot be told.
        RunFailed: another session is building indexes.
    """
    raw = preflight.direct(connection)
    preflight.writable(raw)
    with raw.transaction():
        platforms = set_up(raw, platform)
    wanted = catalogue.wanted(_expected(connection, platform))
    report = IndexReport(platforms, len(wanted))
    there = catalogue.live(raw, platforms)
    if create:
        with as_owner(connection) as alone:
            report.built, report.failed = _create(alone, wanted, there, progress)
        there = catalogue.live(raw, platforms)
    counting = _counting(raw, platforms)
    report.duplicates = _duplicates(raw, platforms, there, wanted)
    report.wrong = _wrong(wanted, there)
    report.unused = verdicts.unused(there, frozenset(wanted), counting)
    report.counted_since = dict(counting.since)
    return report


def _expected(connection: "Connection", platform: str | None) -> dict[str, dict[str, str]]:
    try:
        return migrate.expected(connection, platform)
    except psycopg.errors.InsufficientPrivilege as error:
        raise UsageError(
            f"This login may not read the ledger of migrations ({error.diag.message_primary}); ask as one that may."
        ) from error


def _create(
    raw: psycopg.Connection, wanted: Mapping[str, Wanted], there: Mapping[str, Live], progress: Progress | None
) -> tuple[list[Built], list[str]]:
    todo = building.jobs(wanted, there)
    if not todo:
        return [], []
    if not raw.execute("select pg_has_role(current_user, %s, 'usage')", [db.OWNER]).fetchone()[0]:
        raise UsageError(f"Indexes belong to {db.OWNER}, and this login may not act as it; use the one that ran `workbench db up`.")
    # Tried, not waited for: a build waits for every other transaction, so one that waited for it would never see it end.
    if not raw.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK]).fetchone()[0]:
        raise RunFailed("Another session is building indexes in this database; run again when it is done.")
    try:
        return building.run(raw, todo, progress)
    finally:
        if not raw.closed:
            raw.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _wrong(wanted: Mapping[str, Wanted], there: Mapping[str, Live]) -> list[Wrong]:
    names = catalogue.parents(there)
    found = [_compared(one, there.get(one.name)) for one in wanted.values() if not catalogue.follows(one, wanted, there, names)]
    strange = [_strange(index) for index in there.values() if not index.is_valid and index.name not in wanted and not index.part_of]
    return [one for one in [*found, *strange] if one]


def _compared(one: Wanted, there: Live | None) -> Wrong | None:
    if there is None:
        return Wrong(one.platform, one.name, one.table, "missing", one.definition, None, building.why_not(one))
    if there.is_being_built:
        return Wrong(one.platform, one.name, one.table, "being built", one.definition, there.definition)
    if not catalogue.same(one, there):
        return Wrong(one.platform, one.name, one.table, "different", one.definition, there.definition, LEFT_ALONE)
    if not there.is_valid:
        note = (
            "a partition lacks its own, or has it unfinished"
            if one.is_partitioned
            else "a build broke off: it costs writes and serves nobody"
        )
        return Wrong(one.platform, one.name, one.table, "invalid", one.definition, there.definition, note)
    return None


def _strange(index: Live) -> Wrong:
    state = "being built" if index.is_being_built else "invalid"
    note = (
        "left by a REINDEX that broke off"
        if index.is_left_behind
        else "the migrations do not name it; whoever made it may finish or drop it"
    )
    return Wrong(index.platform, index.name, index.table, state, None, index.definition, note)


def _duplicates(raw: psycopg.Connection, platforms: list[str], there: Mapping[str, Live], wanted: Mapping[str, Wanted]) -> list[Duplicate]:
    found = []
    with raw.transaction():
        rows = sqlfiles.rows(raw, "marts/upkeep/duplicates", schemas=platforms)
    for platform, name, covered_by, how in rows:
        reasons = verdicts.needed_by(there[name], [there[name]]) if name in there else []
        # A foreign key is served as well by the index that covers this one.
        reasons = [reason for reason in reasons if not reason.startswith("without it")]
        reasons += ["the migrations name it"] if name in wanted else []
        found.append(Duplicate(platform, name, covered_by, how, tuple(reasons)))
    return found


def _counting(raw: psycopg.Connection, platforms: list[str]) -> Counting:
    try:
        with raw.transaction():
            rows = sqlfiles.rows(raw, "marts/upkeep/scans_since", schemas=platforms)
    except psycopg.errors.InsufficientPrivilege:
        rows = []
    since, replicas = {row[0]: row[1] for row in rows}, max((row[2] for row in rows), default=0)
    if not (given := settings().replica_url):
        return Counting(since, replicas)
    try:
        with db.engine(url=db.parse_url(given.get_secret_value())).connect() as replica, replica.begin():
            there = catalogue.live(db.raw(replica), platforms)
    except (WorkbenchError, sqlalchemy.exc.SQLAlchemyError, psycopg.Error):
        return Counting(since, replicas, None, "the replica (WORKBENCH_REPLICA_URL) could not be asked for its scans")
    return Counting(since, replicas, {index.name: index.scans for index in there.values()})
