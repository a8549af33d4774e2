"""A look at a running database: who is connected and waits, what is large, slow, dead or late. It only reads.

Every section is one query over PostgreSQL's own statistics (`sql/marts/monitor`); what a login may not see is said in its place.
"""

import shutil
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench import db, embedded, partition, sqlfiles
from workbench.errors import UsageError, WorkbenchError
from workbench.migrating.files import MARTS, known_platforms
from workbench.monitoring import findings
from workbench.monitoring.sections import Section, guarded, read
from workbench.partitioning.months import runs
from workbench.plaintext import table

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATIENCE = "10s"  # of one section: a look must not become a load

TITLES = {
    "server": "Server",
    "connections": "Connections by state",
    "transactions": "Open transactions",
    "waits": "Waiting for locks",
    "cache": "Found in memory",
    "tables": "Tables",
    "indexes": "Indexes",
    "scans": "Large tables read from end to end",
    "statements": "Slow statements",
    "replicas": "Servers that follow this one",
    "standby": "What this replica follows",
    "freshness": "Last time",
    "partitions": "Month partitions",
}
PER_SCHEMA = ("cache", "tables", "indexes", "scans")
OF_THE_BOOKS = ("freshness", "partitions")

_READY = "select to_regclass('mued.fact_ai_answer') is not null and to_regclass('marts.ai_answer_day') is not null"
NOT_SET_UP = "no schemas are set up here; run `workbench db up`"
NO_STATEMENTS = (
    "pg_stat_statements is not in this database; with its library in shared_preload_libraries (the embedded server has it) a "
    "superuser makes it: create extension pg_stat_statements"
)


@dataclass
class Snapshot:
    """What was seen at one moment: the sections by name, and sentences about what deserves a look."""

    taken_at: datetime
    address: str
    sections: dict[str, Section] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The snapshot as plain values for JSON."""
        seen = {name: section.as_dict() for name, section in self.sections.items()}
        return {"taken_at": self.taken_at, "address": self.address, "findings": self.findings, "sections": seen}

    def text(self) -> str:
        """The snapshot for a terminal; what deserves a look comes first."""
        head = [f"{self.address}, {self.taken_at:%Y-%m-%d %H:%M:%S} UTC"]
        head += ["To look at:", *(f"  {sentence}" for sentence in self.findings)] if self.findings else ["Nothing stands out."]
        return "\n".join([*head, *(f"\n{section.text()}" for section in self.sections.values())])


@dataclass(frozen=True)
class Plugin:
    """One content source of MUED. `health` is what its last check said, else `not registered`, or `no source` for answers that name none.
    Latencies are those of answers without error, in milliseconds; ratios are None without answers. `last_day_of_use` (UTC) is exact
    within 7 days, before as of the last rollup."""

    source: str
    name: str | None
    version: str | None
    enabled: bool | None
    health: str
    checked_at: datetime | None
    last_day_of_use: str | None
    last_answer_at: datetime | None
    answers_24h: int
    errors_24h: int
    error_24h_ratio: float | None
    p50_24h_ms: float | None
    p95_24h_ms: float | None
    answers_7d: int
    errors_7d: int
    error_7d_ratio: float | None
    p50_7d_ms: float | None
    p95_7d_ms: float | None


@dataclass
class PluginReport:
    """Health of MUED's content sources at one moment."""

    taken_at: datetime
    plugins: list[Plugin]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return asdict(self)

    def text(self) -> str:
        """One line a source, and sentences about those that deserve a look."""
        columns = ("source", "enabled", "health", "last_day_of_use", "answers_24h", "errors_24h", "p50_24h_ms", "p95_24h_ms")
        columns = (*columns, "answers_7d", "errors_7d", "p50_7d_ms", "p95_7d_ms")
        lines = table(columns, [[getattr(plugin, column) for column in columns] for plugin in self.plugins])
        return "\n".join([f"Content sources of MUED, {self.taken_at:%Y-%m-%d %H:%M} UTC", *lines, *(f"  {one}" for one in self.findings)])

    @property
    def findings(self) -> list[str]:
        """Sources that are unhealthy, unregistered, disabled yet in use, or fail more than one answer in twenty."""
        found = []
        for plugin in self.plugins:
            if plugin.health in ("degraded", "unhealthy", "not registered"):
                found.append(f"{plugin.source} is {plugin.health}.")
            if plugin.enabled is False and plugin.answers_24h:
                found.append(f"{plugin.source} is disabled, yet answered {plugin.answers_24h} times in 24 hours.")
            if plugin.errors_24h >= 3 and plugin.errors_24h > plugin.answers_24h / 20:
                found.append(f"{plugin.source} failed {plugin.errors_24h} of {plugin.answers_24h} answers in 24 hours.")
        return found


def look(connection: "Connection", containing: str | None = None) -> Snapshot:
    """What there is to see now.

    Args:
        connection: of the login role; what it has open is committed. A login with `pg_monitor` sees more.
        containing: only slow statements that hold this text, in whatever case.
    """
    connection.commit()
    snapshot = Snapshot(datetime.now(UTC), db.place(connection.engine.url))
    try:
        connection.exec_driver_sql("set transaction read only")
        connection.exec_driver_sql(f"set local statement_timeout = '{PATIENCE}'")
        connection.exec_driver_sql("set local lock_timeout = '1s'")
        schemas = list(known_platforms())
        for name, title in TITLES.items():
            section = _section(connection, name, title, schemas, containing)
            if section.rows or name != "standby":
                snapshot.sections[name] = section
    finally:
        connection.rollback()
    snapshot.findings = findings.found({name: section.rows for name, section in snapshot.sections.items()})
    return snapshot


def plugins(connection: "Connection") -> PluginReport:
    """Health of MUED's content sources, and their answers of the last 24 hours and 7 days.

    Raises:
        UsageError: MUED or the rollups are not set up.
    """
    if not connection.exec_driver_sql(_READY).scalar():
        raise UsageError(f"mued is not set up at {db.place(connection.engine.url)}; run `workbench db up mued`.")
    found = sqlfiles.fetch(connection, "mued/monitor/plugins")
    return PluginReport(datetime.now(UTC), [Plugin(**row._mapping) for row in found])


def _section(connection: "Connection", name: str, title: str, schemas: list[str], containing: str | None) -> Section:
    if name in OF_THE_BOOKS and not connection.exec_driver_sql(f"select to_regnamespace('{MARTS}') is not null").scalar():
        return Section(name, title, note=NOT_SET_UP)
    if name == "statements":
        return _statements(connection, title, containing)
    if name == "partitions":
        return _partitions(connection, title)
    section = read(connection, name, title, f"marts/monitor/{name}", **({"schemas": schemas} if name in PER_SCHEMA else {}))
    return _with_disk(connection, section) if name == "server" else section


def _statements(connection: "Connection", title: str, containing: str | None) -> Section:
    found = sqlfiles.fetch(connection, "marts/monitor/statements_schema")
    if not found:
        return Section("statements", title, note=NO_STATEMENTS)
    replaced = {"{schema}": found[0].schema}
    return read(connection, "statements", title, "marts/monitor/statements", replaced, containing=containing)


def _partitions(connection: "Connection", title: str) -> Section:
    def made() -> Section:
        tables = partition.status(connection).tables
        rows = [
            {"table": one.table, "months": runs(one.months), "missing": runs(one.gaps), "default_rows": one.default_rows}
            for one in tables
        ]  # fmt: skip
        return Section("partitions", title, tuple(rows[0]) if rows else (), rows)

    try:
        return guarded(connection, "partitions", title, made)
    except WorkbenchError as error:
        return Section("partitions", title, note=str(error))


def _with_disk(connection: "Connection", section: Section) -> Section:
    """The disk under the embedded server, which is on this machine; of other servers nobody here knows it."""
    if not section.rows or not embedded.is_embedded(connection.engine.url):
        return section
    usage = shutil.disk_usage(embedded.default_data_dir())
    row = section.rows[0] | {"disk_bytes": usage.total, "disk_free_bytes": usage.free}
    return replace(section, columns=tuple(row), rows=[row])
