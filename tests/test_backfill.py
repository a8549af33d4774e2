"""Months made out of their rows: the same rows, indexes, references, checks and noted days as row by row, or nothing at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest
from sqlalchemy import Connection

from workbench import fingerprint, load, partition, seed
from workbench.db import raw
from workbench.errors import RunFailed, UsageError
from workbench.loading.copying import as_loader
from workbench.loading.target import describe
from workbench.partitioning import backfill
from workbench.seeds import Spec, drivemaster

EVENTS = "drivemaster.learning_events"
SPEC = Spec("drivemaster", 40, 60, 7, date(2026, 9, 1))
ROWS = f"select count(*), sum(hashtextextended(e::text, 0)) from {EVENTS} as e"  # noqa: S608 — a name of this file


@pytest.fixture(scope="module")
def rows() -> dict[str, pa.Array]:
    return drivemaster.make(SPEC).tables["learning_events"]


@pytest.fixture(scope="module")
def referred_to(shared_database: Any) -> Iterator[Connection]:
    """All that events refer to, and no event; never committed."""
    with shared_database.connect() as connection:
        seed.seed(connection, "drivemaster", learners=40, days=60, end=SPEC.end)
        connection.exec_driver_sql(f"truncate {EVENTS}")
        for month in ("07", "08", "09"):
            connection.exec_driver_sql(f"drop table if exists {EVENTS}_p2026_{month}")
        connection.exec_driver_sql("truncate marts.touched_day")
        yield connection
        connection.rollback()


@pytest.fixture
def ready(referred_to: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """It; every month is worth the while, and what the test does is undone."""
    monkeypatch.setattr(backfill, "FEWEST_ROWS", 1)
    with referred_to.begin_nested() as attempt:
        yield referred_to
        attempt.rollback()


def store(connection: Connection, rows: dict[str, pa.Array]) -> int:
    with as_loader(connection):
        return backfill.store(connection, describe(connection, EVENTS), rows)


def noted(connection: Connection) -> set[tuple[str, date]]:
    return set(raw(connection).execute("select fact, day from marts.touched_day where platform = 'drivemaster'").fetchall())


def test_the_rows_and_the_noted_days_are_those_of_rows_stored_one_by_one(ready: Connection, rows: dict[str, pa.Array]) -> None:
    with ready.begin_nested() as attempt:
        assert store(ready, rows) == len(rows["id"])
        made, days = ready.exec_driver_sql(ROWS).one(), noted(ready)
        attempt.rollback()
    partition.ensure(ready, "drivemaster", start=SPEC.start, end=SPEC.end)
    assert store(ready, rows) == len(rows["id"])
    assert (ready.exec_driver_sql(ROWS).one(), noted(ready)) == (made, days)
    assert len(days) == 180  # three facts on sixty days


def test_a_month_so_made_is_like_any_other(ready: Connection, rows: dict[str, pa.Array]) -> None:
    before = fingerprint.take(ready, "drivemaster")
    store(ready, rows)
    assert fingerprint.take(ready, "drivemaster") == before
    names = "select indexdef from pg_indexes where schemaname = 'drivemaster' and tablename = %s"
    made = {text.replace("2026_07", "m") for (text,) in raw(ready).execute(names, ["learning_events_p2026_07"])}
    partition.ensure(ready, "drivemaster", start=date(2027, 1, 1), end=date(2027, 2, 1))
    other = {text.replace("2027_01", "m") for (text,) in raw(ready).execute(names, ["learning_events_p2027_01"])}
    assert made == other != set()
    granted = "select relacl::text from pg_class where oid = to_regclass(%s)"
    found = {raw(ready).execute(granted, [f"{EVENTS}_p{month}"]).fetchone() for month in ("2026_07", "2027_01")}
    assert len(found) == 1


def test_what_is_there_already_is_added_to(ready: Connection, rows: dict[str, pa.Array]) -> None:
    partition.ensure(ready, "drivemaster", start=date(2026, 8, 1), end=date(2026, 9, 1))
    assert store(ready, rows) == len(rows["id"])
    places = ready.exec_driver_sql(f"select distinct tableoid::regclass::text from {EVENTS}").scalars().all()  # noqa: S608
    assert sorted(places) == [f"{EVENTS}_p2026_07", f"{EVENTS}_p2026_08"]
    assert ready.exec_driver_sql(ROWS).one()[0] == len(rows["id"])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("event_type", "question_skipped", "learning_events_type_known"),
        ("response_data", '{"isCorrect": 1}', "learning_events_response_shape"),
        ("user_id", b"0123456789abcdef", "learning_events_user_fkey"),
        ("user_id", None, "user_id"),
    ],
)
def test_one_bad_row_and_nothing_is_stored(ready: Connection, rows: dict[str, pa.Array], column: str, value: object, reason: str) -> None:
    at = pa.array([n == 100 for n in range(len(rows["id"]))])
    wrong = rows | {column: pc.if_else(at, pa.scalar(value, rows[column].type), rows[column])}
    with pytest.raises(RunFailed, match=f"does not take a row of 2026-07: .*{reason}"):
        store(ready, wrong)
    assert ready.exec_driver_sql(ROWS).one()[0] == 0
    assert noted(ready) == set()


def test_a_table_with_triggers_of_its_own_is_filled_row_by_row(ready: Connection, rows: dict[str, pa.Array]) -> None:
    ready.exec_driver_sql("create table public.seen (n bigint)")
    ready.exec_driver_sql("grant insert on public.seen to public")
    body = "begin insert into public.seen values (1); return new; end"
    ready.exec_driver_sql(f"create function public.see() returns trigger language plpgsql as $${body}$$")
    ready.exec_driver_sql(f"create trigger see before insert on {EVENTS} for each row execute function public.see()")
    some = {name: column.slice(0, 50) for name, column in rows.items()}
    assert store(ready, some) == 50
    assert ready.exec_driver_sql("select count(*) from public.seen").scalar_one() == 50


def test_a_table_without_months_is_filled_as_ever(ready: Connection) -> None:
    users = {"email": pa.array(["new@example.org"]), "password_hash": pa.array(["!"])}
    with as_loader(ready):
        assert backfill.store(ready, describe(ready, "drivemaster.users"), users) == 1


# Files


def filed(folder: Path, rows: dict[str, pa.Array], suffix: str = ".parquet", at_random: bool = True) -> Path:
    """The rows as a file, their months mixed."""
    order = np.random.default_rng(1).permutation(len(rows["id"])) if at_random else np.arange(len(rows["id"]))
    table = pa.table({name: column.take(pa.array(order)) for name, column in rows.items()})
    if suffix == ".parquet":
        pyarrow.parquet.write_table(table, folder / "events.parquet")
        return folder / "events.parquet"
    for number, name in enumerate(table.column_names):
        column = table[name]
        if pa.types.is_fixed_size_binary(column.type):
            column = pa.array([None if key is None else key.hex() for key in column.to_pylist()])
        if pa.types.is_timestamp(column.type):
            column = pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
        table = table.set_column(number, name, column)
    pyarrow.csv.write_csv(table, folder / "events.csv")
    return folder / "events.csv"


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_file_is_filled_in_like_rows_at_hand(ready: Connection, rows: dict[str, pa.Array], tmp_path: Path, suffix: str) -> None:
    path = filed(tmp_path, rows, suffix)
    with ready.begin_nested() as attempt:
        load.load_table(ready, EVENTS, [path])
        wanted, days = ready.exec_driver_sql(ROWS).one(), noted(ready)
        attempt.rollback()
    partition.ensure(ready, "drivemaster", start=date(2026, 8, 1), end=date(2026, 9, 1))  # one month is there, the other made
    assert load.load_table(ready, EVENTS, [path], backfill=True).rows == len(rows["id"])
    assert (ready.exec_driver_sql(ROWS).one(), noted(ready)) == (wanted, days)
    assert partition.status(ready, "drivemaster").tables[0].default_rows == 0


def test_rows_without_a_time_go_where_they_always_went(ready: Connection, rows: dict[str, pa.Array], tmp_path: Path) -> None:
    some = {name: column.slice(0, 20) for name, column in rows.items() if name != "timestamp"}
    load.load_table(ready, EVENTS, [filed(tmp_path, some)], backfill=True)
    assert ready.exec_driver_sql(f"select count(*) from {EVENTS} where timestamp = now()").scalar_one() == 20  # noqa: S608


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("event_type", "question_skipped", r"events\.parquet:101: .*learning_events_type_known"),
        ("user_id", b"0123456789abcdef", r"2026-07: .*user_fkey.*30313233-3435.*\. Nothing was loaded; without --backfill"),
        ("id", None, r"events\.parquet:101 column id: is empty"),
    ],
)
def test_a_file_with_a_bad_row_fills_in_nothing(
    ready: Connection, rows: dict[str, pa.Array], tmp_path: Path, column: str, value: object, reason: str
) -> None:
    at = pa.array([n == 100 for n in range(len(rows["id"]))])
    wrong = rows | {column: pc.if_else(at, pa.scalar(value, rows[column].type), rows[column])}
    with pytest.raises(RunFailed, match=reason):
        load.load_table(ready, EVENTS, [filed(tmp_path, wrong, at_random=False)], backfill=True)
    assert ready.exec_driver_sql(ROWS).one()[0] == 0
    assert noted(ready) == set()


def test_a_key_twice_in_a_month_is_named(ready: Connection, rows: dict[str, pa.Array], tmp_path: Path) -> None:
    twice = {name: pa.concat_arrays([column, column.slice(0, 1)]) for name, column in rows.items()}
    with pytest.raises(RunFailed, match=r"does not take a row of 2026-0[78]: .*id, \"timestamp\".*duplicated"):
        load.load_table(ready, EVENTS, [filed(tmp_path, twice)], backfill=True)


def test_what_cannot_be_filled_in_is_refused(ready: Connection, rows: dict[str, pa.Array], tmp_path: Path) -> None:
    path = filed(tmp_path, rows)
    with pytest.raises(UsageError, match="leave out either --backfill or --rejects"):
        load.load_table(ready, EVENTS, [path], backfill=True, rejects=tmp_path / "bad.jsonl")
    with pytest.raises(UsageError, match=r"drivemaster\.users cannot be back-filled: it has no month partitions"):
        load.load_table(ready, "drivemaster.users", [path], backfill=True)
