"""Simulated data into a platform's tables, reproducible, with known findings hidden in it that are written to `marts.seed_fact`.

What a platform's rows look like is said in `seeds`. Every key of a seeding starts with the same six bytes, which `marts.seed_fact` keeps:
by them, and by nothing else, `reset` tells simulated rows from real ones.
"""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench import db, partition, paths, sqlfiles
from workbench.errors import RunFailed, UsageError
from workbench.loading.copying import as_loader
from workbench.loading.ledger import loads
from workbench.loading.target import describe, nearest
from workbench.partitioning import backfill
from workbench.seeds import SEEDERS, Planted, Seeded, Spec
from workbench.seeds.draw import instant, midnight

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int, int | None, str], None]
FEWEST_DAYS = 40  # the planted findings lie in the last 31, and need days before them to stand out from


@dataclass(frozen=True)
class SeedRun:
    """A seeding that is in the database."""

    platform: str
    seed: int
    learners: int
    days: int
    ended_on: date
    key_prefix: str
    rows: dict[str, int]


@dataclass(frozen=True)
class SeedReport:
    """What a seeding made."""

    platform: str
    seed: int
    learners: int
    started_on: str
    ended_on: str
    rows: dict[str, int]
    planted: list[str]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The report for scripts."""
        return asdict(self)

    def text(self) -> str:
        """The report for people."""
        total = sum(self.rows.values())
        return (
            f"{self.platform}: {total:,} simulated rows of {self.learners:,} learners from {self.started_on} up to {self.ended_on} "
            f"(seed {self.seed}) in {self.seconds:.1f} s; planted: {', '.join(self.planted)}"
        )


def platforms() -> tuple[str, ...]:
    """The installed platforms that can be seeded."""
    return tuple(name for name in paths.installed_platforms() if name in SEEDERS)


def seeded_run(connection: "Connection", platform: str) -> SeedRun | None:
    """The seeding that is in the database, if there is one."""
    found = sqlfiles.fetch(connection, "marts/seed/run", platform=platform)
    if not found:
        return None
    details = found[0].details
    return SeedRun(
        platform, found[0].seed, details["learners"], details["days"], date.fromisoformat(details["end"]), details["key_prefix"],
        details["rows"],
    )  # fmt: skip


def seed(
    connection: "Connection",
    platform: str,
    learners: int = 500,
    days: int = 90,
    seed: int = 7,
    end: date | None = None,
    progress: Progress | None = None,
) -> SeedReport:
    """Fill the empty tables of a platform with simulated rows, in the transaction of the connection; committing is the caller's.

    Equal arguments give equal rows, keys included. The history covers `days` days before `end` (default today, UTC).

    Raises:
        UsageError: the platform cannot be seeded, an argument is out of range, or the tables hold rows already.
    """
    started = time.monotonic()
    module = _seeder(platform)
    if learners < 1 or days < FEWEST_DAYS:
        raise UsageError(f"at least 1 learner and {FEWEST_DAYS} days are needed; {learners} and {days} were asked for.")
    spec = Spec(platform, learners, days, seed, end or datetime.now(UTC).date())
    with as_loader(connection):
        db.one_at_a_time(connection, f"seed {platform}")
        _refuse_if_filled(connection, platform, module.TABLES)
        if trail := partition.month_table(connection, f"{platform}.audit_logs"):
            partition.ensure_for(connection, trail, None)  # what is noted of the new rows is of today
        made: Seeded = module.make(spec)
        rows, total, done = dict(made.counts()), sum(n for _, n in made.counts()), 0
        for name, columns in made.tables.items():
            done += backfill.store(connection, describe(connection, f"{platform}.{name}"), columns)
            if progress:
                progress(done, total, f"{platform}.{name}")
        if hasattr(module, "finish"):
            module.finish(connection)
        partition.ensure(connection, platform, start=spec.start, end=spec.end)
        _note(connection, spec, made.planted, rows)
    _analyze(connection, platform, module.TABLES)
    planted = [fact.fact for fact in made.planted]
    seconds = round(time.monotonic() - started, 3)
    return SeedReport(platform, seed, learners, spec.start.isoformat(), spec.end.isoformat(), rows, planted, seconds)


def reset(connection: "Connection", platform: str) -> int:
    """Remove the rows of the seeding that `marts.seed_fact` proves, and its record; returns how many.

    Raises:
        UsageError: the platform cannot be seeded, or is not set up.
        RunFailed: rows that were not seeded would go too, because they belong to seeded ones; nothing was removed.
    """
    module = _seeder(platform)
    with as_loader(connection):
        db.one_at_a_time(connection, f"seed {platform}")
        describe(connection, f"{platform}.{module.TABLES[0]}")
        run = seeded_run(connection, platform)
        if run is None:
            return 0
        low, high = _key_range(bytes.fromhex(run.key_prefix))
        real = _counts(connection, module, platform, low, high)
        removed = 0
        for table in reversed(module.TABLES):
            key = _key_of(module, table)
            removed += connection.exec_driver_sql(f"delete from {platform}.{table} where {key} between %s and %s", (low, high)).rowcount  # noqa: S608
        left = _counts(connection, module, platform, low, high)
        if lost := next((table for table in module.TABLES if left[table] != real[table]), None):
            raise RunFailed(
                f"{platform}.{lost} holds {real[lost] - left[lost]} real rows that hang on simulated ones; nothing was removed."
            )
        sqlfiles.execute(connection, "marts/seed/forget", platform=platform)
    return removed


def _seeder(platform: str) -> Any:
    if platform not in SEEDERS:
        raise UsageError(f"there is no simulated data for {platform!r}{nearest(platform, SEEDERS)}.")
    return import_module(SEEDERS[platform])


def _refuse_if_filled(connection: "Connection", platform: str, tables: tuple[str, ...]) -> None:
    describe(connection, f"{platform}.{tables[0]}")
    run = seeded_run(connection, platform)
    if run is not None:
        raise UsageError(
            f"{platform} is seeded already (seed {run.seed}, up to {run.ended_on}); `workbench seed {platform} --reset` begins anew."
        )
    if loads(connection, platform):
        raise UsageError(f"{platform} holds data loaded from files (see marts.load_run); simulated rows are not mixed with it.")
    for table in tables:
        if connection.exec_driver_sql(f"select exists (select from {platform}.{table})").scalar_one():  # noqa: S608
            raise UsageError(f"{platform}.{table} holds rows that were not seeded; simulated rows are not mixed with real ones.")


def _analyze(connection: "Connection", platform: str, tables: tuple[str, ...]) -> None:
    """Let the planner know the rows now: no parent of partitions is ever analyzed by itself, and the first checks come at once. A fifth
    of the usual sample tells it as much of rows that were drawn at random, and documents are what takes long to compare."""
    with connection.begin_nested():
        before = connection.exec_driver_sql("select current_setting('role'), current_setting('default_statistics_target')").one()
        connection.exec_driver_sql(f"set local role {db.OWNER}; set local default_statistics_target = 20")
        connection.exec_driver_sql(f"analyze {', '.join(f'{platform}.{table}' for table in tables)}")
        connection.exec_driver_sql("select set_config('role', %s, true), set_config('default_statistics_target', %s, true)", tuple(before))


def _note(connection: "Connection", spec: Spec, planted: list[Planted], rows: dict[str, int]) -> None:
    details = {"learners": spec.learners, "days": spec.days, "end": spec.end.isoformat(), "key_prefix": spec.prefix.hex(), "rows": rows}
    whole = Planted("seeding", midnight(spec.start), midnight(spec.end), details)
    for kind, fact in [("run", whole), *(("planted", fact) for fact in planted)]:
        sqlfiles.execute(
            connection, "marts/seed/note", platform=spec.platform, seed=spec.seed, fact=fact.fact, kind=kind,
            started_at=instant(fact.started_at), ended_at=instant(fact.ended_at), details=json.dumps(fact.details, ensure_ascii=False),
        )  # fmt: skip


def _key_range(prefix: bytes) -> tuple[uuid.UUID, uuid.UUID]:
    return uuid.UUID(bytes=prefix.ljust(16, b"\x00")), uuid.UUID(bytes=prefix.ljust(16, b"\xff"))


def _key_of(module: Any, table: str) -> str:
    """The column by whose keys the rows of a seeding are told from others."""
    return getattr(module, "KEYS", {}).get(table, "id")


def _counts(connection: "Connection", module: Any, platform: str, low: uuid.UUID, high: uuid.UUID) -> dict[str, int]:
    """Rows of each table that are not of this seeding."""
    return {
        table: connection.exec_driver_sql(
            f"select count(*) from {platform}.{table} where {_key_of(module, table)} not between %s and %s", (low, high)  # noqa: S608
        ).scalar_one()
        for table in module.TABLES
    }  # fmt: skip
