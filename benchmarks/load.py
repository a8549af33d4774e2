"""How fast files are loaded, against pandas and against the least that the server itself needs for the same rows.

    python benchmarks/load.py [--rows 1000000] [--rounds 2] [--sample 20000]

The rows are simulated answers in `mued.ai_dialogue_log` with all its indexes, checks, references and triggers, on a server of its own with
fsync on (its folder lies in memory where there is room, which favours neither side). Per round, one after another: the rows as ready-made
bytes through one binary COPY (the floor), `load_table` from Parquet, from CSV and from JSONL, each from an empty table to the commit; and
`pandas.to_sql(method="multi")` of a sample, scaled. "Wall" is time on the clock; "CPU" that of this process and of the server's processes
together: other work on the machine moves it less.

Medians of three rounds of 200 000 rows (pandas: 2000) on two cores that others used too (load average 3), per million rows:

    method                 wall s    CPU s  client CPU s  of bare COPY: wall, CPU  faster than pandas: wall, CPU
    bare binary COPY         90.4     62.6           0.7        1.00   1.00            12.6    11.9
    load_table, parquet      85.5     65.7          10.7        1.06   0.95            13.3    11.3
    load_table, csv          67.0     65.8          12.6        1.35   0.95            17.0    11.3
    load_table, jsonl        90.6     92.7          33.6        1.00   0.68            12.6     8.0
    pandas.to_sql(multi)   1138.1    745.0         635.0        0.08   0.08             1.0     1.0

Other rounds gave JSONL 0.77 to 0.87 of the bare COPY by the clock, as long as a core was free for the reader: the objects that Python makes
of each line cost more than everything else on the client, but the server is slower still.
"""

import argparse
import dataclasses
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import JSONB, UUID

from workbench import db, embedded, load, migrate, seed
from workbench.loading import binary, copying, target
from workbench.seeds import Spec, draw, mued

TABLE = "mued.ai_dialogue_log"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "1GB", "max_wal_size": "8GB"}


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--sample", type=int, default=20_000, help="rows for pandas.to_sql")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded.temporary_server(**DURABLE) as url:
        engine = db.engine(None, url)
        with engine.connect() as connection:
            migrate.setup(connection)
            connection.commit()
            rows = prepare(connection, options.rows)
        files = write(rows, Path(folder))
        methods = [("bare binary COPY", options.rows, bare(rows))]
        methods += [(f"load_table, {path.suffix[1:]}", options.rows, from_file(path)) for path in files]
        methods += [("pandas.to_sql(multi)", options.sample, to_sql(rows, options.sample))]
        report(measure(engine, methods, options.rounds))


def prepare(connection: Connection, count: int) -> dict[str, pa.Array]:
    """The columns of so many answers; everything they refer to is in the database afterwards, they are not.

    The answers of at most 2000 learners are repeated under new keys until there are enough.
    """
    spec = Spec("mued", max(20, min(2000, count // 60)), 90, 7, date(2026, 9, 1))
    seed.seed(connection, "mued", learners=spec.learners, end=spec.end)
    columns = mued.make(spec).tables["ai_dialogue_log"]
    connection.exec_driver_sql(f"truncate {TABLE}")
    connection.commit()
    times = -(-count // len(columns["id"]))
    repeated = {name: pa.concat_arrays([column] * times).slice(0, count) for name, column in columns.items()}
    return repeated | {"id": draw.uuid_column(draw.keys(spec, spec.rng("repeated"), count))}


def write(rows: dict[str, pa.Array], folder: Path) -> list[Path]:
    """The rows as Parquet, CSV and JSONL."""
    texts = {name: uuid_text(column) if pa.types.is_fixed_size_binary(column.type) else column for name, column in rows.items()}
    texts |= {name: pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ") for name, column in texts.items() if pa.types.is_timestamp(column.type)}
    table = pa.table(texts)
    parquet, text, lines = (folder / f"answers.{kind}" for kind in ("parquet", "csv", "jsonl"))
    pyarrow.parquet.write_table(table, parquet, compression="zstd")
    pyarrow.csv.write_csv(table, text)
    citations = table.column_names.index("citations")
    with lines.open("w", encoding="utf-8") as file:
        for batch in table.to_batches(50_000):
            frame = batch.to_pandas(types_mapper=None)
            documents = batch.column(citations).to_pylist()
            made = frame.drop(columns="citations").to_json(orient="records", lines=True, force_ascii=False).splitlines()
            file.writelines(f'{line[:-1]},"citations":{document}}}\n' for line, document in zip(made, documents, strict=True))
    return [parquet, text, lines]


def uuid_text(column: pa.Array) -> pa.Array:
    """Keys as text with hyphens."""
    digits = pa.array([None if key is None else key.hex() for key in column.to_pylist()], pa.string())
    parts = [pc.utf8_slice_codeunits(digits, start, stop) for start, stop in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))]
    return pc.binary_join_element_wise(*parts, "-")


def bare(rows: dict[str, pa.Array]) -> Callable[[Connection], None]:
    """One COPY of bytes that were made beforehand."""
    made: list[memoryview] = []

    def run(connection: Connection) -> None:
        connection.exec_driver_sql(f"set local role {db.LOADER}")
        names = ", ".join(rows)
        with db.raw(connection).cursor() as cursor, cursor.copy(f"copy {TABLE} ({names}) from stdin (format binary)") as copy:
            copy.write(binary.HEADER)
            for body in made:
                copy.write(body)
            copy.write(binary.TRAILER)

    def ready(connection: Connection) -> None:
        table = target.describe(connection, TABLE)
        columns = tuple(table.column(name) for name in rows)
        kinds = [binary.arrow_type(copying.kind(c), c.digits or 0, c.scale or 0) for c in columns]
        arrays = [column.cast(kind) for column, kind in zip(rows.values(), kinds, strict=True)]
        for start in range(0, len(arrays[0]), 65_536):
            made.append(copying.Batch(columns, tuple(array.slice(start, 65_536) for array in arrays)).body)

    run.ready = ready  # type: ignore[attr-defined]
    return run


def from_file(path: Path) -> Callable[[Connection], None]:
    """The load under test."""
    return lambda connection: load.load_table(connection, TABLE, [path]) and None


def to_sql(rows: dict[str, pa.Array], sample: int) -> Callable[[Connection], None]:
    """What an analyst does without the workbench: a frame, as many rows a statement as the protocol has parameters for."""
    table = pa.table({name: column.slice(0, sample) for name, column in rows.items()})
    frame = table.to_pandas()
    types = {"citations": JSONB} | dict.fromkeys(("id", "user_id", "session_id"), UUID(as_uuid=False))
    for name in ("id", "user_id", "session_id"):
        frame[name] = uuid_text(table[name].combine_chunks()).to_pylist()
    frame["citations"] = [json.loads(text) for text in frame["citations"]]
    for name in ("user_feedback", "input_tokens", "output_tokens"):
        frame[name] = frame[name].astype("Int64")
    schema, name = TABLE.split(".")
    step = 65_000 // len(rows)

    def run(connection: Connection) -> None:
        frame.to_sql(name, connection, schema=schema, if_exists="append", index=False, method="multi", chunksize=step, dtype=types)

    return run


@dataclasses.dataclass
class Timing:
    """What one run of one method took."""

    method: str
    rows: int
    wall: float
    cpu: float
    client: float


def measure(engine: Engine, methods: list[tuple[str, int, Callable[[Connection], None]]], rounds: int) -> list[Timing]:
    """Every method once a round, from an empty table."""
    found = []
    for _ in range(rounds):
        for name, rows, run in methods:
            with closing(engine.connect()) as connection:
                if hasattr(run, "ready") and not found:
                    run.ready(connection)
                connection.exec_driver_sql(f"truncate {TABLE}, marts.touched_day")
                connection.commit()
                connection.exec_driver_sql("checkpoint")
                connection.commit()
                found.append(timed(name, rows, run, connection))
                assert connection.exec_driver_sql(f"select count(*) from {TABLE}").scalar_one() == rows  # noqa: S608
            print(found[-1], flush=True)
    return found


def timed(name: str, rows: int, run: Callable[[Connection], None], connection: Connection) -> Timing:
    """One run up to its commit."""
    postmaster = psutil.Process(connection.exec_driver_sql("select pg_backend_pid()").scalar_one()).parent()
    client, server, wall = spent([psutil.Process()]), spent([postmaster, *postmaster.children()]), time.monotonic()
    run(connection)
    connection.commit()
    wall = time.monotonic() - wall
    client = spent([psutil.Process()]) - client
    return Timing(name, rows, wall, client + spent([postmaster, *postmaster.children()]) - server, client)


def spent(processes: list[psutil.Process]) -> float:
    """CPU seconds of the processes so far."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def report(timings: list[Timing]) -> None:
    """Medians, per million rows, and the ratios that count."""
    methods = list(dict.fromkeys(timing.method for timing in timings))
    cost = {
        method: [
            statistics.median(getattr(t, what) / t.rows * 1e6 for t in timings if t.method == method) for what in ("wall", "cpu", "client")
        ]
        for method in methods
    }
    floor, pandas = cost[methods[0]], cost[methods[-1]]
    titles = f"{'wall s':>8} {'CPU s':>8} {'client CPU s':>13} {'of COPY: wall':>14} {'CPU':>6} {'x pandas: wall':>15} {'CPU':>7}"
    print(f"{'per million rows':24} {titles}")
    for method, (wall, cpu, client) in cost.items():
        print(
            f"{method:24} {wall:8.1f} {cpu:8.1f} {client:13.1f} {floor[0] / wall:14.2f} {floor[1] / cpu:6.2f} "
            f"{pandas[0] / wall:15.1f} {pandas[1] / cpu:7.1f}"
        )


if __name__ == "__main__":
    main()
