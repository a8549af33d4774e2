"""Files into tables: every format comes back as it went in, and what does not fit is named by file, line, column and reason."""

import json
import sys
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from workbench import db, load, presets, seed
from workbench.errors import DatabaseUnreachable, RunFailed, UsageError
from workbench.loading import binary, readers

USER = "00000000-0000-4000-8000-000000000001"
NOON = "2026-01-31T12:00:00+09:00"

ANSWERS = [
    {
        "id": str(uuid.UUID(int=n)),
        "user_id": USER,
        "query": query,
        "response": None if n == 2 else 'いいね, "quoted"\nsecond line\ttab \\ backslash',
        "citations": [{"provenance_id": str(uuid.UUID(int=9)), "title": "譜例 ♪", "position": 1}] if n == 1 else [],
        "latency_ms": None if n == 2 else 1234.5678,
        "citation_rate": "99.99" if n == 1 else "0.00",
        "token_cost_jpy": "0.000001" if n == 1 else None,
        "user_feedback": (-1, None, 1)[n - 1],
        "model": "etude-1",
        "error_code": "timeout" if n == 2 else None,
        "created_at": NOON,
    }
    for n, query in ((1, "サビの\r\nコード進行は？"), (2, ""), (3, None))
]
NAMES = list(ANSWERS[0])


def csv_text(rows: list[dict], delimiter: str = ",", end: str = "\r\n") -> str:
    """As spreadsheets write it: NULL is nothing, an empty text is a pair of quotes."""

    def cell(value: object) -> str:
        if value is None:
            return ""
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
        return '"' + text.replace('"', '""') + '"'

    return end.join([delimiter.join(rows[0]), *(delimiter.join(cell(value) for value in row.values()) for row in rows)]) + end


def write(path: Path, rows: list[dict]) -> Path:
    kind = path.suffix
    if kind in (".csv", ".tsv"):
        path.write_text(csv_text(rows, "\t" if kind == ".tsv" else ","), encoding="utf-8-sig", newline="")
    elif kind == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    elif kind == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture
def school(connection: Connection) -> Connection:
    """The connection, with one account to refer to."""
    connection.exec_driver_sql("insert into mued.users (id, email, display_name) values (%s, 'a@x.jp', '山田')", (USER,))
    return connection


def stored(connection: Connection, table: str, names: list[str], order: str = "id") -> list[tuple]:
    return [tuple(row) for row in connection.exec_driver_sql(f"select {', '.join(names)} from mued.{table} order by {order}")]  # noqa: S608


def users_file(folder: Path, *rows: str, header: str = "id,email,display_name,role,mentor_id,created_at") -> Path:
    path = folder / "users.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def user(number: int, name: str = '"x"', role: str = "student", mentor: str = "", joined: str = NOON) -> str:
    return f"{uuid.UUID(int=number)},{number}@x.jp,{name},{role},{mentor},{joined}"


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".json", ".parquet"])
def test_every_format_comes_back_as_it_went_in(school: Connection, tmp_path: Path, suffix: str) -> None:
    report = load.load_table(school, "mued.ai_dialogue_log", [write(tmp_path / f"answers{suffix}", ANSWERS)])
    assert (report.rows, report.rejected) == (3, 0)
    found = [dict(zip(NAMES, row, strict=True)) for row in stored(school, "ai_dialogue_log", NAMES)]
    for row, given_row in zip(found, ANSWERS, strict=True):
        wanted = given_row | {
            "id": uuid.UUID(given_row["id"]),
            "user_id": uuid.UUID(USER),
            "created_at": datetime.fromisoformat(NOON),
            "citation_rate": Decimal(given_row["citation_rate"]),
            "token_cost_jpy": given_row["token_cost_jpy"] and Decimal(given_row["token_cost_jpy"]),
        }
        assert row == wanted
    assert school.exec_driver_sql("select distinct jsonb_typeof(citations) from mued.ai_dialogue_log").scalars().all() == ["array"]


TYPES = {
    "int2": st.integers(-(2**15), 2**15 - 1),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "bool": st.booleans(),
    "uuid": st.uuids().map(lambda value: value.bytes),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "time": st.times(),
    "timestamptz": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "bytea": st.binary(),
    "numeric": st.decimals(-(10**11), 10**11, places=6),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*(st.none() | strategy for strategy in TYPES.values())), max_size=12))
def test_binary_rows_arrive_as_they_were_sent(connection: Connection, rows: list[tuple]) -> None:
    raw = db.raw(connection)
    columns = ", ".join(f"c{n} {'numeric(18, 6)' if kind == 'numeric' else kind}" for n, kind in enumerate(TYPES))
    raw.execute(f"create temporary table sent (nr int generated always as identity, {columns})")
    arrays = [(pa.array([row[n] for row in rows], binary.arrow_type(kind, 18, 6)), kind) for n, kind in enumerate(TYPES)]
    with raw.cursor().copy(f"copy sent ({', '.join(f'c{n}' for n in range(len(TYPES)))}) from stdin (format binary)") as copy:
        copy.write(binary.HEADER)
        copy.write(binary.encode(arrays))
        copy.write(binary.TRAILER)
    found = raw.execute(f"select {', '.join(f'c{n}' for n in range(len(TYPES)))} from sent order by nr").fetchall()  # noqa: S608
    raw.execute("drop table sent")
    plain = [tuple(value.bytes if isinstance(value, uuid.UUID) else value for value in row) for row in found]
    assert plain == rows


def test_a_slice_of_a_column_is_encoded_like_a_column_of_its_own() -> None:
    whole = {
        "uuid": pa.array([uuid.UUID(int=n).bytes for n in range(6)], pa.binary(16)),
        "numeric": pa.array([Decimal(n) / 4 for n in range(6)], pa.decimal128(18, 6)),
        "text": pa.array(["a", None, "日本", "", "c", "d"]),
        "jsonb": pa.array(["{}", "[]", None, "1", "2", "3"]),
        "timestamptz": pa.array([None, *range(5)], pa.int64()).cast(binary.arrow_type("timestamptz")),
        "bool": pa.array([True, None, False, True, True, False]),
    }
    part = [(array.slice(2, 3), kind) for kind, array in whole.items()]
    copied = [(pa.array(array.slice(2, 3).to_pylist(), array.type), kind) for kind, array in whole.items()]
    assert bytes(binary.encode(part)) == bytes(binary.encode(copied))
    assert bytes(binary.encode([(pa.array([], pa.string()), "text")])) == b""


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (user(2).replace("-0000-", "-000g-", 1), "id", '"00000000-000g-0000-0000-000000000002" is not a UUID'),
        (user(2, joined="2026-01-31 12:00:00"), "created_at", '"2026-01-31 12:00:00" is not a time with its zone'),
        (user(2, joined="yesterday"), "created_at", '"yesterday" is not a time'),
        (user(2, name=""), "display_name", "is empty and must not be"),
        (user(2, role="cook"), None, 'violates check constraint "users_role_known"'),
        (user(2, mentor=str(uuid.UUID(int=99))), "mentor_id", "fk_users_mentor"),
        (user(1), None, "(00000000-0000-0000-0000-000000000001) already exists"),
        ("x,y", None, "has 2 fields instead of 6"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(
    connection: Connection, tmp_path: Path, row: str, column: str | None, reason: str
) -> None:
    path = users_file(tmp_path, user(1, name='"two\nlines"'), "", user(3), row, user(4))
    with pytest.raises(RunFailed) as caught:
        load.load_table(connection, "mued.users", [path])
    where = f"{path}:6 column {column}: " if column else f"{path}:6: "
    assert str(caught.value).startswith(where)
    assert reason in str(caught.value)
    assert "Nothing was loaded" in str(caught.value)
    assert stored(connection, "users", ["email"]) == []
    assert connection.exec_driver_sql("select count(*) from marts.load_run").scalar_one() == 0


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("user_feedback", 40_000, "is not a whole number from -32768 to 32767"),
        ("user_feedback", 2, "ai_dialogue_feedback_known"),
        ("user_feedback", 0.5, "is not a whole number"),
        ("citation_rate", 1000, "is not a value of type numeric(5,2)"),
        ("citations", '[{"provenance_id": null}]', 'say `parse = "json"` in the map'),
        ("citations", {"a": 1}, "ai_dialogue_citations_shape"),
        ("query", "a\0b", "is not text that can be stored"),
        ("latency_ms", True, "is not a value of type double precision"),
        ("session_id", str(uuid.UUID(int=5)), "fk_ai_dialogue_session"),
        ("modle", "x", "did you mean model?"),
    ],
)
def test_a_bad_json_value_is_named(school: Connection, tmp_path: Path, field: str, value: object, reason: str) -> None:
    path = write(tmp_path / "answers.jsonl", [{"query": "fine"}, {"query": "bad"} | {field: value}])
    with pytest.raises(RunFailed) as caught:
        load.load_table(school, "mued.ai_dialogue_log", [path])
    assert str(caught.value).startswith(f"{path}:2")
    assert reason in str(caught.value)


def test_an_unknown_label_is_answered_with_the_labels(connection: Connection, tmp_path: Path) -> None:
    rows = [{"content_type": "material", "acquisition_method": "api_fetch", "license_type": "cc-by"}]
    with pytest.raises(RunFailed, match=r'"cc-by" is not one of cc_by, cc_by_sa, .*public_domain'):
        load.load_table(connection, "mued.provenance", [write(tmp_path / "rights.jsonl", rows)])


def test_rejects_keep_bad_rows_with_line_and_reason_and_load_the_rest(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "ROWS", 4)  # several batches, each with its own bad rows
    bad = {3: "x,y", 5: user(50, role="cook"), 8: user(1), 9: user(51, mentor=str(uuid.UUID(int=99))), 13: user(52, name="")}
    lines = {line: bad.get(line, user(line)) for line in range(2, 16)}
    lines[2] = user(1)
    path, rejects = users_file(tmp_path, *lines.values()), tmp_path / "rejects.jsonl"
    report = load.load_table(connection, "mued.users", [path], rejects=rejects)
    kept = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert sorted(entry["line"] for entry in kept) == sorted(bad)
    assert {entry["file"] for entry in kept} == {str(path)}
    assert all(entry["reason"] for entry in kept)
    assert kept[0]["row"] == "x,y"
    assert next(entry for entry in kept if entry["line"] == 5)["row"]["role"] == "cook"
    assert (report.rows, report.rejected, report.rejects) == (9, 5, str(rejects))
    assert len(stored(connection, "users", ["id"])) == 9
    assert connection.exec_driver_sql("select target, rows, rejected, finished_at >= started_at from marts.load_run").one() == (
        "mued.users", 9, 5, True,
    )  # fmt: skip
    assert not list(tmp_path.glob("*.part"))


def test_every_row_of_a_file_without_one_valid_reference_is_rejected(connection: Connection, tmp_path: Path) -> None:
    rows = [{"user_id": str(uuid.UUID(int=n)), "content": "x"} for n in range(300)]
    report = load.load_table(connection, "mued.log_entries", [write(tmp_path / "log.jsonl", rows)], rejects=tmp_path / "r.jsonl")
    assert (report.rows, report.rejected) == (0, 300)
    assert "there is no such row in mued.users (fk_log_entries_user)" in (tmp_path / "r.jsonl").read_text()


@pytest.mark.parametrize("guarded", [False, True])
def test_bad_rows_are_told_apart_however_many_they_are(school: Connection, tmp_path: Path, guarded: bool) -> None:
    """Alone, in stretches, and all of them; with a line from the server and, through the temporary table, without one."""
    if guarded:
        school.exec_driver_sql("alter role workbench_loader nobypassrls")
    bad = {0, 7, 8, 9, 100, *range(400, 430), 998, 999}
    rows = [{"query": str(n), "user_feedback": 9 if n in bad else 1} for n in range(1000)]
    report = load.load_table(school, "mued.ai_dialogue_log", [write(tmp_path / "a.jsonl", rows)], rejects=tmp_path / "r.jsonl")
    assert (report.rows, report.rejected) == (1000 - len(bad), len(bad))
    assert [json.loads(line)["line"] for line in (tmp_path / "r.jsonl").open()] == [n + 1 for n in sorted(bad)]
    assert school.exec_driver_sql("select count(distinct query) from mued.ai_dialogue_log").scalar_one() == 1000 - len(bad)


def test_a_load_that_fails_leaves_no_file_of_rejects(connection: Connection, tmp_path: Path) -> None:
    path = users_file(tmp_path, user(1), header="id,email,display_name,role,mentor_id,joined")
    with pytest.raises(UsageError, match=r"has a field 'joined' that mued.users has no column for"):
        load.load_table(connection, "mued.users", [path], rejects=tmp_path / "rejects.jsonl")
    assert [file.name for file in tmp_path.iterdir()] == ["users.csv"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
lines = st.one_of(values.map(json.dumps), values.map(lambda value: json.dumps(value, ensure_ascii=False)), st.text(max_size=8))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines.map(lambda line: line.replace("\n", " ").replace("\r", " ")), max_size=12))
def test_lines_of_json_are_read_as_json_reads_them(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8", newline="", errors="surrogatepass")
    wanted, refused = {}, set()
    for number, text in enumerate(texts, 1):
        try:
            value = json.loads(text.strip()) if text.strip() else None
        except ValueError:
            refused.add(number)
            continue
        if text.strip():
            (wanted.__setitem__ if isinstance(value, dict) else lambda n, _: refused.add(n))(number, value)
    found, broken = {}, set()
    for chunk in readers.read(path, readers.Format()):
        broken |= {one.line() for one in chunk.broken}
        found |= {chunk.line(place): chunk.row(place) for place in range(chunk.rows)}
    assert broken == refused
    assert json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)  # not ==: NaN is one


@pytest.mark.parametrize(("field", "good", "bad"), [("query", '"fine"', '"\\ud83d"'), ("citations", "[]", '["\\ud83d"]')])
def test_half_a_pair_of_surrogates_is_no_text(school: Connection, tmp_path: Path, field: str, good: str, bad: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(f'{{"query": "", "{field}": {good}}}\n{{"query": "", "{field}": {bad}}}\n')
    with pytest.raises(RunFailed, match=rf"answers\.jsonl:2 column {field}: .*\?.* is not (text that can be stored|JSON)"):
        load.load_table(school, "mued.ai_dialogue_log", [path])


def test_lists_and_missing_keys_find_their_way(school: Connection, tmp_path: Path) -> None:
    rows = [
        {"user_id": USER, "content": "弾けた", "tags": ["音階", 'a,"b"'], "metadata": {"k": [1, None, "é"]}, "logged_at": NOON},
        {"user_id": USER, "content": "default", "logged_at": "2026-02-01T00:00:00Z"},
    ]
    load.load_table(school, "mued.log_entries", [write(tmp_path / "log.jsonl", rows)])
    assert stored(school, "log_entries", ["content", "tags", "metadata", "language"], "logged_at") == [
        ("弾けた", ["音階", 'a,"b"'], {"k": [1, None, "é"]}, "ja"),
        ("default", [], {}, "ja"),
    ]


def test_where_row_security_forbids_copy_the_rows_go_through_a_temporary_table(school: Connection, tmp_path: Path) -> None:
    school.exec_driver_sql("alter role workbench_loader nobypassrls")  # seen by this transaction alone, and rolled back
    rows = [row | {"user_feedback": 7 if row["id"].endswith("2") else None} for row in ANSWERS]
    report = load.load_table(
        school, "mued.ai_dialogue_log", [write(tmp_path / "answers.parquet", rows)], rejects=tmp_path / "rejects.jsonl"
    )
    assert (report.rows, report.rejected) == (2, 1)
    assert json.loads((tmp_path / "rejects.jsonl").read_text())["line"] == 2


MAP = """
timezone = "Asia/Tokyo"
null_values = ["-"]
ignore = ["internal"]

[columns.query]
from = "frage"
[columns.latency_ms]
from = "seconds"
unit = "s"
[columns.citation_rate]
from = "rate"
multiply = 100
[columns.user_feedback]
from = "thumb"
values = { up = 1, down = -1 }
null_values = ["none"]
[columns.citations]
parse = "json"
default = []
[columns.input_tokens]
from = "kilotokens"
multiply = 1000
[columns.created_at]
from = "epoch"
unit = "ms"
[columns.recorded_at]
timezone = "UTC"
[columns.source]
constant = "note"
[columns.model]
default = "etude-1"
"""
MAPPED = [
    "query",
    "latency_ms",
    "citation_rate",
    "user_feedback",
    "citations",
    "input_tokens",
    "created_at",
    "recorded_at",
    "source",
    "model",
]
GIVEN = [
    {"frage": "a", "seconds": "1.2345", "rate": "0.5", "thumb": "up", "citations": "[]", "kilotokens": "1.1", "epoch": "1767225600123",
     "recorded_at": "2026-01-01 00:00:00", "internal": "x", "model": "-"},
    {"frage": "b", "seconds": "-", "rate": "-", "thumb": "none", "citations": "-", "kilotokens": "-", "epoch": "0",
     "recorded_at": "2026-01-01 09:00:00+09", "internal": "", "model": "m"},
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_map_renames_fills_and_transforms(connection: Connection, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    load.load_table(connection, "mued.ai_dialogue_log", [write(tmp_path / f"a{suffix}", GIVEN)], mapping=tmp_path / "map.toml")
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    assert stored(connection, "ai_dialogue_log", MAPPED, "query") == [
        ("a", 1234.5, Decimal("50.00"), 1, [], 1100, midnight.replace(microsecond=123_000), midnight, "note", "etude-1"),
        ("b", None, None, None, [], None, datetime(1970, 1, 1, tzinfo=UTC), midnight, "note", "m"),
    ]


def test_local_times_take_the_zone_of_the_map(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('timezone = "Europe/Berlin"')
    path = users_file(tmp_path, user(1, joined="2026-07-01 02:00"), user(2, joined="2026-03-29T02:30:00"), user(3))
    load.load_table(connection, "mued.users", [path], mapping=tmp_path / "map.toml", rejects=tmp_path / "rejects.jsonl")
    assert stored(connection, "users", ["created_at"]) == [
        (datetime(2026, 7, 1, tzinfo=UTC),),
        (datetime(2026, 1, 31, 3, tzinfo=UTC),),
    ]
    assert json.loads((tmp_path / "rejects.jsonl").read_text())["line"] == 3  # an hour that the clocks skip


def test_a_map_does_not_hide_text_in_a_wrong_encoding(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes("email,display_name,locale\na@x.jp,太郎,\nb@x.jp,-,ja\n".encode("cp932"))
    (tmp_path / "map.toml").write_text('[columns.display_name]\nnull_values = ["-"]\ndefault = "?"\n[columns.locale]\ndefault = "ja"')
    report = load.load_table(
        connection, "mued.users", [tmp_path / "users.csv"], mapping=tmp_path / "map.toml", rejects=tmp_path / "rejects.jsonl"
    )
    assert (report.rows, report.rejected) == (1, 1)
    assert stored(connection, "users", ["display_name", "locale"]) == [("?", "ja")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[columns.latency]\nfrom = 'x'", "columns.latency: .*no column 'latency' .did you mean latency_ms"),
        ("[columns.latency_ms]\nmultiplay = 2", "columns.latency_ms.multiplay is not a key of a map .did you mean multiply"),
        ("colums = 1", "colums is not a key of a map .did you mean columns"),
        ("[columns.latency_ms]\nunit = 'minute'", "columns.latency_ms.unit"),
        ("[columns.query]\nunit = 's'", "columns.query.unit: 's' cannot be turned"),
        ("[columns.query]\nfrom = 'nowhere'", "columns.query.from names"),
        ("[columns.query]\nfrom = 'frage'\nconstant = 'x'", "columns.query: .*exclude each other"),
        ("[columns.query]\nfrom = 'internal'\n", "columns.query.from: the field 'internal' is also listed"),
        ("timezone = 'Tokyo'", "timezone: .*no such time zone"),
        ("[columns", "is not TOML"),
    ],
)
def test_a_wrong_map_is_refused_by_its_key(connection: Connection, tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "map.toml").write_text("ignore = ['internal']\n" + text)
    with pytest.raises(UsageError, match=key):
        load.load_table(connection, "mued.ai_dialogue_log", [write(tmp_path / "a.csv", [{"internal": 1}])], mapping=tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"id,id\n", "a.csv:1 names field 'id' twice"),
        ("a.csv", b"id,,email\n", "a.csv:1 has a field without a name"),
        ("a.csv", b"emial\n", "did you mean email"),
        ("a.csv", b"email\n", "has no field for mued.users.display_name"),
        ("a.json", b'[{"email": "a@x"},', "a.json:1 is not JSON, or the file is cut short"),
        ("a.json", b'{"email": "a@x"}', "must hold one JSON array"),
        ("a.parquet", b"", "cannot be read as PARQUET"),
        ("a.parquet", b"PAR1 cut", "cannot be read as PARQUET"),
        ("a.xlsx", b"", "is none of .csv"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(connection: Connection, tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        load.load_table(connection, "mued.users", [tmp_path / name], rejects=tmp_path / "rejects.jsonl")


def test_a_parquet_file_cut_short_is_refused(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", ANSWERS)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UsageError, match="cannot be read as PARQUET"):
        load.load_table(connection, "mued.ai_dialogue_log", [path])


def test_files_without_rows_load_nothing(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    (tmp_path / "a.json").write_bytes(b" [ ]\n")
    files = [users_file(tmp_path), tmp_path / "a.jsonl", tmp_path / "a.json"]
    assert load.load_table(connection, "mued.users", files).rows == 0


def test_text_in_another_encoding_needs_its_name(connection: Connection, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(f"email,display_name\na@x.jp,{'表示 太郎'}\n".encode("cp932"))
    with pytest.raises(RunFailed, match=r":2 column display_name: .* is not text that can be stored \(UTF-8"):
        load.load_table(connection, "mued.users", [path])
    (tmp_path / "map.toml").write_text('encoding = "cp932"')
    load.load_table(connection, "mued.users", [path], mapping=tmp_path / "map.toml")
    assert stored(connection, "users", ["display_name"]) == [("表示 太郎",)]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("mued.user", "mued has no table 'user' .did you mean users"),
        ("mud.users", "no platform 'mud' .did you mean mued"),
        ("users", "write <platform>.<table>"),
        ("video.films", "video has no table 'films'"),
    ],
)
def test_an_unknown_table_is_refused_with_the_nearest_name(connection: Connection, tmp_path: Path, target: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        load.load_table(connection, target, [users_file(tmp_path, user(1))])
    with pytest.raises(UsageError, match="there is no file"):
        load.load_table(connection, "mued.users", [tmp_path / "nowhere.csv"])


def test_the_interpreter_takes_turns_as_before_when_a_load_is_over(connection: Connection, tmp_path: Path) -> None:
    usual = sys.getswitchinterval()
    load.load_table(connection, "mued.users", [users_file(tmp_path, user(1))])
    with pytest.raises(RunFailed):
        load.load_table(connection, "mued.users", [users_file(tmp_path, user(1))])  # the keys are there already
    assert sys.getswitchinterval() == usual


def test_a_load_notes_the_days_it_touched_and_shows_how_far_it_is(school: Connection, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    path = write(tmp_path / "answers.csv", ANSWERS)
    load.load_table(school, "mued.ai_dialogue_log", [path], progress=lambda done, total, label: seen.append((done, total)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    touched = "select distinct day from marts.touched_day where platform = 'mued' and fact = 'fact_ai_answer'"
    assert school.exec_driver_sql(touched).scalars().all() == [date(2026, 1, 31)]


def test_a_connection_killed_half_way_leaves_nothing(database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "ROWS", 10)
    path = users_file(tmp_path, *(user(n) for n in range(1, 200)))
    with database.connect() as connection, psycopg.connect(**db.parameters(database.url), autocommit=True) as other:
        pid = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()

        def kill(done: int, total: int | None, label: str) -> None:
            assert done
            other.execute("select pg_terminate_backend(%s, 5000)", [pid])

        with pytest.raises(DatabaseUnreachable):
            load.load_table(connection, "mued.users", [path], progress=kill)
        assert other.execute("select (select count(*) from mued.users), (select count(*) from marts.load_run)").fetchone() == (0, 0)


def test_a_database_without_schemas_is_told_apart_from_a_wrong_name(empty_database, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with empty_database.connect() as connection:
        for attempt in (
            lambda: load.load_table(connection, "mued.users", [users_file(tmp_path, user(1))]),
            lambda: presets.load_preset(connection, "mued", "llm-requests", tmp_path),
            lambda: seed.seed(connection, "mued"),
            lambda: seed.reset(connection, "mued"),
        ):
            with pytest.raises(UsageError, match="run `workbench db up"):
                attempt()


def test_what_is_loaded_stays_when_the_caller_commits(database, tmp_path: Path) -> None:
    with database.connect() as connection:
        load.load_table(connection, "mued.users", [users_file(tmp_path, user(1))])
        assert connection.exec_driver_sql("select current_user = session_user").scalar_one()
        connection.commit()
    with database.connect(db.READER) as connection:
        assert connection.exec_driver_sql("select count(*) from mued.users").scalar_one() == 1


def test_times_of_day_and_dates_are_read_from_text(connection: Connection) -> None:
    from workbench.loading.convert import convert
    from workbench.loading.target import Column

    def converted(kind: str, *values: str | None) -> list:
        array, bad = convert(pa.array(values, pa.string()), Column("c", kind, kind))
        return [*array.to_pylist(), *bad]

    assert converted("time", "12:34:56.5", None) == [time(12, 34, 56, 500_000), None]
    assert converted("date", " 2026-02-28 ") == [date(2026, 2, 28)]
    assert converted("date", "2026-02-30") == [None, (0, '"2026-02-30" is not a date (2026-01-31)')]
    assert converted("bool", "Yes", "0", None) == [True, False, None]
    assert converted("timestamptz", "2026-01-01T00:00:00.123456789Z") == [datetime(2026, 1, 1, microsecond=123_456, tzinfo=UTC)]
    assert converted("bytea", "\\x00ff") == [b"\x00\xff"]
    assert converted("uuid", "{" + USER.upper() + "}", USER.replace("-", "")) == [uuid.UUID(USER).bytes] * 2
