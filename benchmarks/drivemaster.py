"""DriveMaster's promises in figures: replay and fit of knowledge tracing, and ten million events loaded from a file.

    python benchmarks/drivemaster.py [--only replay fit load] [--answers 10000000] [--rows 10000000] [--rounds 3] [--data FOLDER] [--json]

replay  `bkt.replay` of so many answers of learners × 149 concepts, 11 answers each on average, against plain Python loops over lists: one
        that carries the log-odds as definition P1 asks, and the shorter textbook one in probabilities, which is wrong from some hundred
        answers on. The loops run over a tenth of the answers and are scaled.
        "sorted": answers by learner, concept and time. "in order": by learner and time, concepts mixed.
fit     `bkt_fit.fit` on the training answers of assistments09 in `--data` (or WORKBENCH_REAL_DATA), AUC on its test learners; and the
        published predictions of hmm-scalable against `bkt.replay` with the published parameters.
load    so many simulated events of a year (20 000 learners, 5 000 items) into `drivemaster.learning_events`, on a server of its own on
        disk with fsync off: `load_table(…, backfill=True)` from a Parquet file up to the commit, against the same rows as ready-made
        bytes in one binary COPY into the same table without indexes, references and triggers, and the indexes built afterwards.
        "checked" adds the references to the bare way, which the load has checked too.

"Wall" is time on the clock, "CPU" that of this process and of the server's processes together: other work on the machine moves it less.
"""

import argparse
import contextlib
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from sqlalchemy import URL, Connection

from workbench import db, embedded, load, migrate, partition
from workbench.loading import binary, copying
from workbench.loading.target import describe
from workbench.metrics import bkt, bkt_fit

# ruff: noqa: S608 -- names of the tables below
CONCEPTS, MEAN_LENGTH = 149, 11
TABLE, YEAR = "drivemaster.learning_events", (date(2025, 1, 1), date(2026, 1, 1))
LEARNERS, ITEMS = 20_000, 5_000
SLICE = 65_536
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "8GB", "maintenance_work_mem": "256MB"}
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
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"{self.part:8}{self.what:52}{self.wall:10.2f}{self.cpu:10.2f}{ratio:>9}  {self.goal}"


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--only", nargs="+", choices=["replay", "fit", "load"], default=["replay", "fit", "load"])
    asked.add_argument("--answers", type=int, default=10_000_000)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--rounds", type=int, default=3, help="of the replay; the best counts")
    asked.add_argument("--data", type=Path, default=os.environ.get("WORKBENCH_REAL_DATA"), help="folder that holds assistments09")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    parts = {
        "replay": lambda: replay(options.answers, options.rounds),
        "fit": lambda: fit(Path(options.data or asked.error("fit needs --data")) / "assistments09"),
        "load": lambda: loading(options.rows),
    }
    figures = []
    if not options.json:
        print(f"{'part':8}{'what':52}{'wall s':>10}{'CPU s':>10}{'ratio':>9}  goal")
    for name in options.only:
        for figure in parts[name]():
            figures.append(figure)
            if not options.json:
                print(figure.text, flush=True)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))


def timed(work: Callable[[], Any], postmaster: psutil.Process | None = None) -> tuple[float, float]:
    """Wall and CPU seconds of a piece of work."""
    before, wall = spent(postmaster), time.perf_counter()
    work()
    return time.perf_counter() - wall, spent(postmaster) - before


def spent(postmaster: psutil.Process | None) -> float:
    """CPU seconds so far of this process, the server's processes and those they waited for."""
    own = sum(psutil.Process().cpu_times()[:2])
    if postmaster is None:
        return own
    ended = postmaster.cpu_times()
    running = sum(sum(process.cpu_times()[:2]) for process in [postmaster, *postmaster.children(recursive=True)])
    return own + running + ended.children_user + ended.children_system


# Replay


def replay(count: int, rounds: int) -> Iterator[Figure]:
    """The vectorised replay against the loops, for answers in two orders."""
    rng = np.random.default_rng(7)
    lengths = rng.geometric(1 / MEAN_LENGTH, size=count // MEAN_LENGTH + CONCEPTS)
    sequence = np.repeat(np.arange(len(lengths)), lengths)[:count]
    right = rng.random(len(sequence)) < 0.66
    given = bkt.parameters(*(rng.uniform(*bounds, CONCEPTS) for bounds in ((0.2, 0.6), (0.05, 0.3), (0.1, 0.3), (0.05, 0.2))))
    by_time = np.lexsort((rng.random(len(sequence)), sequence // CONCEPTS))
    for name, answers in (("sorted", sequence), ("in order", sequence[by_time])):
        key = answers % CONCEPTS
        found: list[bkt.Replay] = []
        ours = min(timed(lambda a=answers, k=key, f=found: f.append(bkt.replay(a, k, right, given))) for _ in range(rounds))
        yield Figure("replay", f"{count:,} answers {name}", *ours)
        some = max(1, count // 10)
        lists = answers[:some].tolist(), key[:some].tolist(), right[:some].tolist()
        for loop in (log_odds_loop, textbook_loop):
            told: list[list[float]] = []
            wall, cpu = (seconds * count / some for seconds in timed(lambda t=told, w=loop, s=lists: t.extend(w(*s, given))))
            assert np.allclose(told[0], found[0].predicted[:some], rtol=0, atol=1e-9)
            yield Figure("replay", f"  {loop.__name__.replace('_', ' ')}", wall, cpu, wall / ours[0], ">= 20")


def log_odds_loop(sequence: list[int], key: list[int], right: list[bool], given: bkt.Parameters) -> tuple[list[float], list[float]]:
    """Definition P1, one answer after the other: predictions, and log-odds after each."""
    prior, learn, guess, slip = (column.tolist() for column in (given.prior, given.learn, given.guess, given.slip))
    exp, log, log1p = math.exp, math.log, math.log1p
    state: dict[int, float] = {}
    predicted, after = [], []
    for which, concept, correct in zip(sequence, key, right, strict=True):
        odds = state[which] if which in state else log(prior[concept] / (1 - prior[concept]))
        g, s, t = guess[concept], slip[concept], learn[concept]
        predicted.append(g + (1 - s - g) / (1 + exp(-odds)))
        odds += log((1 - s) / g) if correct else log(s / (1 - g))
        low, high = (odds, log(t)) if odds < log(t) else (log(t), odds)
        state[which] = odds = high + log1p(exp(low - high)) - log1p(-t)
        after.append(odds)
    return predicted, after


def textbook_loop(sequence: list[int], key: list[int], right: list[bool], given: bkt.Parameters) -> tuple[list[float], list[float]]:
    """The same in probabilities, which stick at 1: predictions, and the probability of knowing after each."""
    prior, learn, guess, slip = (column.tolist() for column in (given.prior, given.learn, given.guess, given.slip))
    state: dict[int, float] = {}
    predicted, after = [], []
    for which, concept, correct in zip(sequence, key, right, strict=True):
        known = state[which] if which in state else prior[concept]
        g, s = guess[concept], slip[concept]
        chance = known * (1 - s) + (1 - known) * g
        seen = known * (1 - s) / chance if correct else known * s / (1 - chance)
        state[which] = known = seen + (1 - seen) * learn[concept]
        predicted.append(chance)
        after.append(known)
    return predicted, after


# Fit


def fit(folder: Path) -> Iterator[Figure]:
    """All concepts of a public data set fitted at once, and published predictions reproduced."""
    train, test = (pd.read_csv(folder / f"preprocessed_data_{part}.csv", sep="\t") for part in ("train", "test"))
    skills = {skill: number for number, skill in enumerate(sorted({*train.skill_id, *test.skill_id}))}
    found: list[bkt_fit.Fit] = []
    took = timed(lambda: found.append(bkt_fit.fit(*columns(train, skills))))
    predicted = bkt.replay(*columns(test, skills), found[0].parameters).predicted
    area = auc(test.correct.to_numpy(bool), predicted)
    yield Figure("fit", f"{len(skills)} concepts, {len(train):,} answers: seconds", *took, took[0], "< 60")
    yield Figure("fit", f"AUC on {len(test):,} answers of other learners", 0, 0, area, ">= 0.704")
    model = published(folder / "assistments09_model.txt")
    rows = pd.read_csv(folder / "assistments09_test.txt", sep="\t", names=["outcome", "learner", "item", "skill"])
    key = rows.skill.map({name: number for number, name in enumerate(model)}).to_numpy()
    given = bkt.Parameters(*np.array(list(model.values())).T.copy())
    sequence = pd.factorize(rows.learner + "/" + rows.skill)[0]
    again = bkt.replay(sequence, key, (rows.outcome == 1).to_numpy(), given).predicted
    worst = np.abs(again - np.loadtxt(folder / "assistments09_pred.txt")[:, 0]).max()
    yield Figure("fit", "largest difference to published predictions, 1e-9", 0, 0, worst * 1e9, "< 4")


def columns(rows: pd.DataFrame, skills: dict[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sequence, concept and outcome of each answer."""
    sequence = pd.factorize(rows.user_id * 1_000_000 + rows.skill_id)[0]
    return sequence, rows.skill_id.map(skills).to_numpy(), rows.correct.to_numpy(bool)


def auc(correct: np.ndarray, predicted: np.ndarray) -> float:
    """Area under the receiver operating characteristic."""
    ranks, right = pd.Series(predicted).rank().to_numpy(), int(correct.sum())
    return float((ranks[correct].sum() - right * (right + 1) / 2) / (right * (len(correct) - right)))


def published(path: Path) -> dict[str, tuple[float, ...]]:
    """Parameters in hmm-scalable's text format, by concept; the first state is that of knowing."""
    lines = path.read_text().splitlines()[7:]
    model = {}
    for name, prior, moves, emits in zip(lines[0::4], lines[1::4], lines[2::4], lines[3::4], strict=False):
        pi, a, b = ([float(x) for x in line.split("\t")[1:]] for line in (prior, moves, emits))
        model[name.split("\t")[1]] = (pi[0], a[2], b[2], b[1], a[1])
    return model


# Load


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


if __name__ == "__main__":
    main()
