"""The part of `drivemaster.py` that loads events, and how it takes the time."""

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from sqlalchemy import URL, Connection

from workbench import db, embedded, load, migrate, partition
from workbench.loading import binary, copying
from workbench.loading.target import describe

# ruff: noqa: S608 -- names of the tables below
TABLE, YEAR = "drivemaster.learning_events", (date(2025, 1, 1), date(2026, 1, 1))
LEARNERS, ITEMS = 20_000, 5_000
SLICE = 65_536
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "maintenance_work_mem": "256MB"}
CONCEPTS = 149
WORLD = """
insert into drivemaster.users (id, email, password_hash)
select md5('user' || n)::uuid, n || '@example.org', '!' from generate_series(1, {learners}) as n;
insert into drivemaster.concepts (id, key, name, category)
select md5('concept' || n)::uuid, 'c' || n, 'Concept ' || n, 'signs' from generate_series(1, {concepts}) as n;
insert into drivemaster.content (id, concept_id, category, title)
select md5('item' || n)::uuid, md5('concept' || mod(n, {concepts}) + 1)::uuid, 'signs', 'Item ' || n from generate_series(1, {items}) as n;
"""


@dataclass(frozen=True)
class Figure:
    """One measured way of doing something; `goal` says what its ratio has to reach, if anything."""

    part: str
    what: str
    wall: float
    cpu: float
    ratio: float | None = None
    goal: str = ""

    @property
    def text(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.4g}"
        return f"{self.part:8}{self.what:52}{self.wall:10.2f}{self.cpu:10.2f}{ratio:>9}  {self.goal}"


def timed(work: Callable[[], Any], postmaster: psutil.Process | None = None) -> tuple[float, float]:
    """Wall and CPU seconds of a piece of work."""
    before, wall = spent(postmaster), time.perf_counter()
    work()
    return time.perf_counter() - wall, spent(postmaster) - before


def spent(postmaster: psutil.Process | None) -> float:
    """CPU seconds so far of this process, the server's processes and those they waited for."""
    own = time.process_time()
    if postmaster is None:
        return own
    ended = postmaster.cpu_times()
    running = sum(sum(process.cpu_times()[:2]) for process in [postmaster, *postmaster.children(recursive=True)])
    return own + running + ended.children_user + ended.children_system


def loading(count: int) -> Iterator[Figure]:
    """The load of a file against the bare way, each in a database of its own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, embedded.temporary_server(memory=False, **SETTINGS) as url:
        file, raw = Path(folder) / "events.parquet", Path(folder) / "events.copy"
        with database(url, "bare") as connection:
            write(connection, count, file, raw)
            size = f"{count:,} events, {file.stat().st_size / 1e6:,.0f} MB Parquet"
            steps = bare(connection, raw)
        floor = steps["COPY"] + steps["indexes"]
        for name, took in steps.items():
            yield Figure("load", f"  bare {name}", *took)
        with database(url, "filled") as connection:
            ours = timed(lambda: whole(connection, file, count), postmaster(connection))
            checksum(connection, count)
        yield Figure("load", f"load_table, back-fill: {size}", *ours)
        yield Figure("load", "  against bare COPY and indexes", *floor, ours[0] / floor[0], "<= 1.5")
        checked = floor + steps["references"]
        yield Figure("load", "  against the same, references checked", *checked, ours[0] / checked[0])
        yield Figure("load", "  CPU against bare COPY and indexes", *floor, ours[1] / floor[1])


class Spent(tuple[float, float]):
    """Wall and CPU seconds that add up."""

    def __add__(self, other: "Spent") -> "Spent":  # type: ignore[override]
        return Spent((self[0] + other[0], self[1] + other[1]))


@contextlib.contextmanager
def database(server: URL, name: str) -> Iterator[Connection]:
    """A database of this name with the platform and all that events refer to, dropped afterwards."""
    with db.engine(None, server, autocommit=True).connect() as maintenance:
        maintenance.exec_driver_sql(f"create database {name}")
        engine = db.engine(None, server.set(database=name))
        with engine.connect() as connection:
            migrate.setup(connection, ["drivemaster"])
            connection.exec_driver_sql(WORLD.format(learners=LEARNERS, concepts=CONCEPTS, items=ITEMS))
            connection.commit()
            connection.exec_driver_sql("analyze")
            connection.commit()
            yield connection
        engine.dispose()
        maintenance.exec_driver_sql(f"drop database {name} with (force)")
        maintenance.exec_driver_sql("checkpoint")


def postmaster(connection: Connection) -> psutil.Process:
    """The server's first process."""
    return psutil.Process(connection.exec_driver_sql("select pg_backend_pid()").scalar_one()).parent()


def write(connection: Connection, count: int, file: Path, raw: Path) -> None:
    """The events in the order of time, as a Parquet file and as the bytes of a binary COPY."""
    table = describe(connection, TABLE)
    keys = {kind: known(connection, kind) for kind in ("users", "concepts", "content")}
    rng, writer = np.random.default_rng(7), None
    with raw.open("wb") as out:
        out.write(binary.HEADER)
        for start in range(0, count, SLICE):
            events = draw(rng, keys, np.arange(start, min(count, start + SLICE)), count)
            for batch in copying.batches(table, events):
                out.write(batch.body)
            part = pa.table(events)
            writer = writer or pyarrow.parquet.ParquetWriter(file, part.schema, compression="zstd")
            writer.write_table(part)
        out.write(binary.TRAILER)
    writer.close()


def known(connection: Connection, table: str) -> pa.Array:
    """The keys of a table."""
    rows = connection.exec_driver_sql(f"select id from drivemaster.{table} order by id").scalars()
    return pa.array([key.bytes for key in rows], pa.binary(16))


def draw(rng: np.random.Generator, keys: dict[str, pa.Array], place: np.ndarray, count: int) -> dict[str, pa.Array]:
    """Events at these places of so many in a year."""
    rows, day = len(place), np.datetime64(YEAR[0], "us").astype(np.int64)
    at = pa.array(day + place * (365 * 86_400_000_000 // count)).cast(pa.timestamp("us", "UTC"))

    def pick(of: pa.Array) -> pa.Array:
        return of.take(pa.array(rng.integers(0, len(of), rows)))

    def text(of: np.ndarray) -> pa.Array:
        return pa.array(of).cast(pa.string())

    confidence = text(np.round(rng.random(rows), 2))
    response = pc.binary_join_element_wise(
        '{"isCorrect": ', text(rng.random(rows) < 0.7), ', "responseTime": ', text(rng.integers(800, 60_000, rows)),
        ', "confidenceLevel": ', confidence, ', "hintsUsed": ', text(rng.integers(0, 3, rows)), "}", "",
    )  # fmt: skip
    contexts = [
        json.dumps({"deviceType": device, "timeOfDay": part, "networkCondition": network})
        for device in ("mobile", "tablet", "desktop") for part in ("morning", "afternoon", "evening") for network in ("good", "poor")
    ]  # fmt: skip
    ids = np.frombuffer(rng.bytes(16 * rows), np.uint8)
    return {
        "id": pa.Array.from_buffers(pa.binary(16), rows, [None, pa.py_buffer(ids)]), "user_id": pick(keys["users"]),
        "content_id": pick(keys["content"]), "concept_id": pick(keys["concepts"]), "session_id": pick(keys["users"]),
        "event_type": pa.repeat(pa.scalar("question_answered"), rows), "timestamp": at, "recorded_at": at,
        "response_data": response, "context_data": pick(pa.array(contexts)),
    }  # fmt: skip


def bare(connection: Connection, raw: Path) -> dict[str, Spent]:
    """What the server alone needs: the bytes into the bare table, its indexes, and on top of that its references."""
    partition.ensure(connection, "drivemaster", start=YEAR[0], end=YEAR[1])
    catalogue = f"from pg_constraint where conrelid = '{TABLE}'::regclass and contype"
    made = f"select 'alter table {TABLE} add constraint ' || conname || ' ' || pg_get_constraintdef(oid)"
    keys, references = (connection.exec_driver_sql(f"{made} {catalogue} = '{kind}'").scalars().all() for kind in "pf")
    names = connection.exec_driver_sql(f"select conname {catalogue} in ('p', 'f')").scalars().all()
    indexes = connection.exec_driver_sql(
        f"select replace(indexdef, ' ON ONLY ', ' ON ') from pg_indexes where schemaname || '.' || tablename = '{TABLE}' "
        f"and indexname <> all (%s)", (list(names),),
    ).scalars().all()  # fmt: skip
    connection.exec_driver_sql(f"alter table {TABLE} {', '.join(f'drop constraint {name}' for name in names)}")
    for statement in indexes:
        connection.exec_driver_sql(f"drop index drivemaster.{statement.split()[2]}")
    connection.exec_driver_sql(f"alter table {TABLE} disable trigger user")
    connection.commit()
    server = postmaster(connection)
    return {
        "COPY": Spent(timed(lambda: copy(connection, raw), server)),
        "indexes": Spent(timed(lambda: execute(connection, [*keys, *indexes]), server)),
        "references": Spent(timed(lambda: execute(connection, references), server)),
    }


def copy(connection: Connection, raw: Path) -> None:
    """The ready-made bytes, as they are."""
    names = ", ".join(draw(np.random.default_rng(), dict.fromkeys(("users", "concepts", "content"), pa.array([b""])), np.arange(1), 1))
    into = f"copy {TABLE} ({names}) from stdin (format binary)"
    with raw.open("rb") as file, db.raw(connection).cursor() as cursor, cursor.copy(into) as stream:
        while piece := file.read(1 << 20):
            stream.write(piece)
    connection.commit()


def execute(connection: Connection, statements: list[str]) -> None:
    """Each of the statements, and the commit."""
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


def whole(connection: Connection, file: Path, count: int) -> None:
    """The load under test."""
    assert load.load_table(connection, TABLE, [file], backfill=True).rows == count
    connection.commit()


def checksum(connection: Connection, count: int) -> None:
    """All rows are there, none of them in DEFAULT, with every index, reference and noted day."""
    assert connection.exec_driver_sql(f"select count(*) from {TABLE}").scalar_one() == count
    assert connection.exec_driver_sql(f"select count(*) from {TABLE}_default").scalar_one() == 0
    assert connection.exec_driver_sql("select count(*) from marts.touched_day").scalar_one() == 3 * 365
    assert connection.exec_driver_sql(f"select count(*) from pg_constraint where conrelid = '{TABLE}'::regclass").scalar_one() >= 5
    connection.rollback()
