"""Where reports and notebooks read: on the replica `WORKBENCH_REPLICA_URL`, as long as it answers and is close behind the primary.

Every `connect` asks both servers first. The primary says how far its log is written; when the replica has replayed that much, it is not
behind, however long ago the last commit was (its time alone would lie about an idle primary). It gets a second to come level. Else the
time of the last commit it replayed tells how far it is behind at most; beyond `WORKBENCH_REPLICA_MAX_LAG`, or without an answer, the
primary is read and a line on standard error says why. What is no replica of the primary is refused. Nothing is ever written here: ledgers,
loads, rollups and migrations use `workbench.db`.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Row, event

from workbench import db, sqlfiles
from workbench.errors import DatabaseUnreachable, NeedsPrimary, RunFailed, UsageError
from workbench.settings import SOURCES_FILE, settings

Result = TypeVar("Result")

VARIABLE = "WORKBENCH_REPLICA_URL"
PATIENCE_S = 1.0
"""How long a replica may take to come level with the primary before its lag is judged by its last commit."""
AVOIDED_S = 60.0
"""How long a replica that did not answer, or ended a query, is not asked again by this process."""
_CONFLICTS = ("40001", "40P01")  # on a replica no other cause has these: nothing is serializable there, nothing locked but by the log

_avoided: dict[URL, tuple[float, str]] = {}
_said: set[str] = set()


@dataclass(frozen=True)
class Source:
    """The server that figures are read from."""

    lag_s: float | None = None
    """how far the replica is behind the primary at most; None when the primary is read"""
    reason: str | None = None
    """why the primary is read although there is a replica"""
    part: str | None = None
    """what alone is read from the primary, because a replica cannot do it"""

    @property
    def is_replica(self) -> bool:
        """Whether the replica is read."""
        return self.lag_s is not None

    def words(self) -> str:
        """For people: `replica, 0.0 s behind the primary`."""
        if self.lag_s is not None:
            return f"replica, {self.lag_s:.1f} s behind the primary"
        return f"primary for {self.part}" if self.part else f"primary ({self.reason})" if self.reason else "primary"


def replica_url() -> URL | None:
    """The replica that is set; None without one.

    Raises:
        UsageError: the setting holds something else than a PostgreSQL URL.
    """
    given = settings().replica_url
    return db.parse_url(given.get_secret_value(), VARIABLE) if given else None


@contextlib.contextmanager
def connect(role: str = db.READER) -> Iterator[Connection]:
    """A connection for reading, to the replica where one is set and fit, else to the primary; other roles always get the primary.

        with workbench.connect() as connection:
            queries.marts.ai_answer_daily(connection, start=…, end=…)

    Raises:
        UsageError: the schemas are not set up, or the server set as the replica is none of the primary.
        DatabaseUnreachable: the primary does not answer: without it nobody knows how old the replica is.
        RunFailed: the replica ended a query that was in the way of its replay; for a minute the next ones go to the primary.
    """
    source = choose(role)
    note(source)
    with db.connect(role, replica_url() if source.is_replica else None) as connection:
        yield connection


def or_primary(connection: Connection, work: Callable[[Connection], Result], part: str) -> Result:
    """What `work` returns on the connection, or on one to the primary when that leads to the replica and the replica cannot do it.

    Args:
        part: what the work is, for the note of what was read.

    Raises:
        NeedsPrimary: the connection leads to another replica than the one that is set.
    """
    try:
        return work(connection)
    except NeedsPrimary:
        if connection.engine.url != replica_url():
            raise
    note(Source(part=part))
    with primary_engine(connection).connect() as able:
        return work(able)


def primary_engine(connection: Connection) -> Engine:
    """The connection's own engine, or the primary's in the same role when it leads to the replica: for what is to be written."""
    if connection.engine.url != replica_url():
        return connection.engine
    return db.engine(connection.exec_driver_sql("select current_user").scalar_one())


def choose(role: str = db.READER) -> Source:
    """Decide by asking both servers where this role reads at this moment.

    Raises:
        UsageError, DatabaseUnreachable: as `connect`.
    """
    url = replica_url()
    if url is None or role not in db.READERS:
        return Source()
    until, reason = _avoided.get(url, (0.0, ""))
    if time.monotonic() < until:
        return Source(reason=reason)
    with db.engine(role).connect() as connection:
        log = sqlfiles.fetch(connection, "marts/replica/primary_log")[0]
    if log.in_recovery:
        raise UsageError("WORKBENCH_DATABASE_URL is a replica itself; give the primary there and the replica in WORKBENCH_REPLICA_URL.")
    try:
        lag = _lag(_engine(role, url), log)
    except (DatabaseUnreachable, RunFailed) as error:
        return Source(reason=_avoid(url, str(error).split(";")[0]))
    limit = settings().replica_max_lag
    if lag is None or lag > limit:
        behind = "an unknown time" if lag is None else f"{lag:,.1f} s"
        return Source(reason=f"the replica at {db.place(url)} is {behind} behind, WORKBENCH_REPLICA_MAX_LAG is {limit} s")
    return Source(lag_s=lag)


def _lag(engine: Engine, log: Row[Any]) -> float | None:
    """Seconds that the replica is behind at most; None when it is behind and has replayed no commit since it was started."""
    asked, waited = time.monotonic(), 0.0
    with engine.connect() as connection:
        while True:
            found = sqlfiles.fetch(connection, "marts/replica/replica_log", written=log.written)[0]
            _refuse_stranger(found, log, db.place(engine.url))
            if found.is_level:
                return waited
            if waited > PATIENCE_S:
                break
            connection.rollback()
            time.sleep(0.02)
            waited = time.monotonic() - asked
    return (log.moment - found.replayed_until).total_seconds() + waited if found.replayed_until else None


def _refuse_stranger(found: Row[Any], log: Row[Any], place: str) -> None:
    if not found.in_recovery:
        raise UsageError(f"The server at {place} is no replica, it takes writes of its own; correct WORKBENCH_REPLICA_URL or unset it.")
    if (found.system_identifier, found.database) != (log.system_identifier, log.database):
        raise UsageError(f"The server at {place} follows another database than the one in use; correct WORKBENCH_REPLICA_URL or unset it.")


def _engine(role: str, url: URL) -> Engine:
    engine = db.engine(role, url)
    if not event.contains(engine, "handle_error", _explain_conflict):
        event.listen(engine, "handle_error", _explain_conflict)
    return engine


def _explain_conflict(context: Any) -> Exception | None:
    """A sentence for a query, or a session, that the replica ended because it kept changes of the primary from being replayed."""
    if getattr(context.original_exception, "sqlstate", None) not in _CONFLICTS:
        return None
    place = db.place(context.engine.url)
    reason = _avoid(context.engine.url, f"the replica at {place} ended a query that kept it from replaying the primary's changes")
    return RunFailed(f"{reason[0].upper()}{reason[1:]}; run it again, the primary is read for the next {AVOIDED_S:.0f} s.")


def _avoid(url: URL, reason: str) -> str:
    _avoided[url] = (time.monotonic() + AVOIDED_S, reason)
    return reason


def note(source: Source) -> None:
    """Note what is read: in the kernel of a report for its run, else by a line on standard error when the replica is passed over."""
    if path := os.environ.get(SOURCES_FILE):
        with Path(path).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps(asdict(source)) + "\n")
    elif source.reason and source.reason not in _said:
        _said.add(source.reason)
        print(f"workbench: {source.reason}; the primary is read.", file=sys.stderr)


def noted(path: Path) -> list[Source]:
    """What the kernel of a report noted, each source once."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return list(dict.fromkeys(Source(**json.loads(line)) for line in lines))


def status() -> dict[str, Any] | None:
    """The replica that is set, for people and scripts: `address`, `lag_s` when it is read, else `problem`. None without one."""
    url = replica_url()
    if url is None:
        return None
    try:
        source = choose()
    except (UsageError, DatabaseUnreachable) as error:
        source = Source(reason=str(error))
    return {"address": db.place(url), "lag_s": source.lag_s, "problem": source.reason}
