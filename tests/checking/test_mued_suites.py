"""MUED's suites: what a broken row cannot show - the views give nothing personal away, and rules stay silent where they should."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from workbench import paths
from workbench.checking import suites

FILES = sorted((paths.EXPECTATIONS / "mued").glob("*.yml"))
RULES = {rule.id: rule for path in FILES for rule in suites.read(path, shipped=True).rules}
TABLES = """select table_name from information_schema.tables where table_schema = 'mued' and table_type = 'BASE TABLE'"""
VIEWS = """
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'mued'::regnamespace and c.relname like 'check\\_%%'
"""
SAID = {("check_ai_citations", "provenance_ref"), *((f"check_{view}", "table_name") for view in ("days", "freshness", "volume"))}


@pytest.fixture
def school(connection: Connection) -> Iterator[Connection]:
    """An empty school on Tuesday, the first of September."""
    connection.exec_driver_sql("set local workbench.check_as_of = '2026-09-01 00:00+00'")
    yield connection


def found(school: Connection, rule: str) -> list[tuple]:
    """Keys of the rows at fault."""
    return [tuple(row) for row in school.exec_driver_sql(RULES[rule].query.replace("%", "%%"))]


def account(school: Connection, deleted: str | None = None, name: str = "Ann") -> UUID:
    made = school.exec_driver_sql(
        "insert into mued.users (email, display_name, role, is_active, deleted_at, created_at)"
        " values (gen_random_uuid() || '@erased.invalid', %s, 'student', %s, %s, '2026-01-01') returning id",
        (name, deleted is None, deleted),
    )
    return made.scalar_one()


def notes(school: Connection, author: UUID, day: str, count: int) -> None:
    school.exec_driver_sql(
        "insert into mued.log_entries (user_id, content, logged_at) select %s, 'text', timestamptz '2026-09-01 12:00+00' + %s::interval"
        " from generate_series(1, %s)",
        (author, day, count),
    )


def answer(school: Connection, citations: str = "[]", latency: float = 500, at: str = "2026-08-31 12:00+00") -> UUID:
    made = school.exec_driver_sql(
        "insert into mued.ai_dialogue_log (model, latency_ms, citations, created_at, recorded_at)"
        " values ('m', %s, %s, %s, %s) returning id",
        (latency, citations, at, at),
    )
    return made.scalar_one()


def test_every_table_has_its_suite(connection: Connection) -> None:
    assert {row[0] for row in connection.exec_driver_sql(TABLES)} == {path.stem for path in FILES}


def test_views_give_keys_times_and_truth_values_only(connection: Connection) -> None:
    allowed = {"uuid", "boolean", "timestamp with time zone", "date", "bigint", "integer", "numeric", "double precision"}
    other = {(view, column) for view, column, kind in connection.exec_driver_sql(VIEWS) if kind not in allowed}
    assert other == SAID


@pytest.mark.parametrize(("weeks", "rows", "unusual"), [(5, 6, False), (6, 6, True), (6, 5, False), (9, 5, False), (9, 40, True)])
def test_an_empty_day_shows_from_six_weekdays_with_six_rows_on(school: Connection, weeks: int, rows: int, unusual: bool) -> None:
    author = account(school)
    for day in range(2, 8):  # Monday, the last day, stays empty; the days before it do not
        notes(school, author, f"-{day} days", rows)
    for week in range(1, weeks + 1):
        notes(school, author, f"-{7 * week + 1} days", rows)
    assert ("2026-08-31" in {str(row[0]) for row in found(school, "MUED-LOGS-014")}) is unusual


def test_a_table_that_grows_is_not_unusual(school: Connection) -> None:
    author = account(school)
    for day in range(1, 71):
        notes(school, author, f"-{day} days", 40 if day <= 7 else 10)
    assert found(school, "MUED-LOGS-014") != []  # the first day of the jump
    for day in range(8, 15):
        notes(school, author, f"-{day} days", 12)
    assert found(school, "MUED-LOGS-014") == []


@pytest.mark.parametrize(("every", "last", "stale"), [(1, 3, False), (1, 4, True), (7, 15, False), (7, 16, True), (7, 400, True)])
def test_silence_is_measured_by_the_rhythm(school: Connection, every: int, last: int, stale: bool) -> None:
    author = account(school)
    for turn in range(10):
        notes(school, author, f"-{last + every * turn} days", 1)
    assert bool(found(school, "MUED-LOGS-013")) is stale


def test_a_table_without_a_rhythm_is_not_called_silent(school: Connection) -> None:
    author = account(school)
    for turn in range(6):
        notes(school, author, f"-{100 + turn} days", 1)
    assert found(school, "MUED-LOGS-013") == []


@pytest.mark.parametrize(
    ("deleted", "name", "late"), [("2026-08-03", "Ann", False), ("2026-08-01", "Ann", True), ("2026-08-01", "", False)]
)
def test_a_closed_account_is_blank_after_thirty_days(school: Connection, deleted: str, name: str, late: bool) -> None:
    closed = account(school, deleted=deleted, name=name)
    assert ((closed,) in found(school, "MUED-USER-011")) is late


def test_a_single_lost_citation_is_no_fault_and_a_misspelt_one_stops_no_other_rule(school: Connection) -> None:
    school.exec_driver_sql("alter table mued.ai_dialogue_log drop constraint ai_dialogue_citations_shape")
    school.exec_driver_sql("drop index mued.idx_ai_dialogue_citations")
    lost = answer(school, f'[{{"provenance_id": "{uuid4()}", "title": "A", "position": 1}}]')
    wrong = answer(school, '[{"provenance_id": "PAGE 7", "title": "B", "position": 1}]')
    scalar = answer(school, '"none"')
    assert found(school, "MUED-DIAL-012") == []
    assert found(school, "MUED-DIAL-013") == []
    assert {row[0] for row in found(school, "MUED-DIAL-010")} == {wrong, scalar}
    assert lost not in {row[0] for row in found(school, "MUED-DIAL-011")}


@pytest.mark.parametrize(("stored", "drifted"), [(500.4, False), (501, True)])
def test_a_stored_day_may_differ_by_a_thousandth(school: Connection, stored: float, drifted: bool) -> None:
    answer(school)
    metrics = "insert into mued.rag_metrics_history (date, answers, latency_p50_ms, latency_p95_ms, latency_p99_ms)"
    day = school.exec_driver_sql(f"{metrics} values ('2026-08-31', 1, %s, %s, %s) returning id", (stored,) * 3).scalar_one()
    assert (day,) not in found(school, "MUED-RAGM-008")  # the day waits for a rollup
    school.exec_driver_sql("delete from marts.touched_day")
    assert ((day,) in found(school, "MUED-RAGM-008")) is drifted
    assert found(school, "MUED-RAGM-009") == found(school, "MUED-RAGM-010") == []


def test_a_day_that_is_not_over_needs_no_metrics(school: Connection) -> None:
    answer(school, at="2026-09-01 00:00+00")
    yesterday = answer(school, at="2026-08-31 23:59+00")
    school.exec_driver_sql("delete from marts.touched_day")
    assert yesterday and [str(row[0]) for row in found(school, "MUED-RAGM-009")] == ["2026-08-31"]
