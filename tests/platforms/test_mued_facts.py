"""Contracts of the facts, MUED's rows in them, how a period reaches the base tables, and the days a change touches."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection

from workbench import paths
from workbench.db import raw

CONTRACTS = sorted(path.stem for path in (paths.SQL / "marts" / "facts").glob("*.sql"))
ACTIVITIES = {
    "answered", "practised", "watched", "started", "completed", "mastered", "logged", "reviewed", "asked_ai", "booked", "attended",
    "messaged", "rated", "visited",
}  # fmt: skip
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def one(sql: psycopg.Connection, text: str, **values: object) -> object:
    return sql.execute(text, values).fetchone()[0]


def insert(sql: psycopg.Connection, table: str, **values: object) -> UUID:
    names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    return one(sql, f"insert into mued.{table} ({names}) values ({marks}) returning id", **values)  # noqa: S608 — names of this file


def learner(sql: psycopg.Connection, name: str = "ann", **values: object) -> UUID:
    return insert(sql, "users", **{"email": f"{name}@example.org", "display_name": name, "created_at": NOON - 90 * DAY, **values})


def lesson(sql: psycopg.Connection, student: UUID, starts_at: datetime, **values: object) -> UUID:
    slot = insert(sql, "lesson_slots", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "booked_at": starts_at - 2 * DAY}
    insert(sql, "reservations", slot_id=slot, student_id=student, **times, **values)
    return slot


def rows(sql: psycopg.Connection, text: str, **values: object) -> list[tuple[object, ...]]:
    return sql.execute(text, values).fetchall()


# Contracts


def expected_type(column: str) -> set[str]:
    if column in ("object_id", "activity_id", "entry_id"):
        return {"text"}
    if column == "latency_ms":
        return {"double precision"}
    if column == "cost_jpy":
        return {"numeric(14,6)"}
    by_ending = {
        "_id": "uuid", "_at": "timestamp with time zone", "_ms": "bigint", "_tokens": "bigint", "_count": "bigint",
        "_ratio": "double precision", "_pct": "double precision", "_score": "double precision", "_probability": "double precision",
        "_second": "double precision",
    }  # fmt: skip
    by_name = {"feedback": "smallint", "attempt_no": "integer", "step_no": "integer", "position": "integer"}
    by_name |= dict.fromkeys(("difficulty", "discrimination", "guessing", "confidence"), "double precision")
    by_name |= dict.fromkeys(("minutes", "prior", "learn", "guess", "slip", "forget"), "double precision") | {"prerequisites": "uuid[]"}
    endings = {kind for ending, kind in by_ending.items() if column.endswith(ending)}
    return endings or {by_name.get(column, "boolean" if column.startswith("is_") else "text")}


@pytest.mark.parametrize("fact", CONTRACTS)
def test_a_fact_has_the_types_of_its_kind_of_column(sql: psycopg.Connection, fact: str) -> None:
    found = dict(
        rows(
            sql,
            """select attname, format_type(atttypid, atttypmod) from pg_attribute
               where attrelid = ('marts.' || %(fact)s)::regclass and attnum > 0 order by attnum""",
            fact=fact,
        )
    )
    assert next(iter(found)) == "platform"
    assert {name: kind for name, kind in found.items() if kind not in expected_type(name)} == {}
    if fact.startswith("fact_"):
        assert {"learner_id", "tenant", "recorded_at"} <= found.keys()


def test_no_fact_of_the_design_is_missing() -> None:
    named = "fact_activity fact_session fact_attempt fact_mastery fact_ai_answer fact_citation fact_watch fact_completion fact_funnel"
    assert set(CONTRACTS) == {"dim_learner", "dim_item", "dim_skill", "dim_unit", *named.split()}


# MUED's rows


def test_an_account_is_on_the_plan_that_began_last(sql: psycopg.Connection) -> None:
    ann, ben = learner(sql), learner(sql, "ben", role="mentor", is_active=False, deleted_at=NOON)
    insert(sql, "subscriptions", user_id=ann, plan="free", started_at=NOON - 60 * DAY, ended_at=NOON - 30 * DAY)
    insert(sql, "subscriptions", user_id=ann, plan="premium", started_at=NOON - 30 * DAY)
    found = rows(sql, "select learner_id, tenant, role, joined_at, is_active, deleted_at, plan from marts.dim_learner")
    joined = NOON - 90 * DAY
    assert set(found) == {
        (ann, "mued", "student", joined, True, None, "premium"),
        (ben, "mued", "mentor", joined, False, NOON, None),
    }


def test_an_answer_keeps_its_measures_and_an_error_is_one(sql: psycopg.Connection) -> None:
    ann = learner(sql)
    good = insert(
        sql, "ai_dialogue_log", user_id=ann, created_at=NOON, recorded_at=NOON + DAY, latency_ms=812.5, citation_rate=75,
        token_cost_jpy=1.25, relevance_score=0.875, user_feedback=-1, model="m", source="note", input_tokens=10, output_tokens=20,
        citations=json.dumps([{"provenance_id": None}, {"provenance_id": str(uuid4())}]),
    )  # fmt: skip
    bad = insert(sql, "ai_dialogue_log", created_at=NOON, recorded_at=NOON, error_code="timeout")
    found = rows(sql, "select * from marts.fact_ai_answer order by is_error")
    measures = (812.5, 1.25, 10, 20, 2, 75.0, 0.875, -1)
    assert found[0] == ("mued", good, ann, "mued", None, NOON, NOON + DAY, "m", "note", False, *measures)
    assert found[1] == ("mued", bad, None, "mued", None, NOON, NOON, None, None, True, None, None, None, None, 0, None, None, None)


@pytest.mark.parametrize(
    ("resolution", "content"),
    [
        ("resolvable", {"permission_flag": True, "license_type": "cc_by"}),
        ("resolvable", {"permission_flag": True, "license_type": "proprietary", "retention_years": 1, "acquired_at": NOON - 364 * DAY}),
        ("expired", {"permission_flag": False, "license_type": None, "retention_years": 1, "acquired_at": NOON - 365 * DAY}),
        ("not_permitted", {"permission_flag": False, "license_type": None}),
        ("unlicensed", {"permission_flag": True, "license_type": None}),
        ("unlicensed", {"permission_flag": True, "license_type": "all_rights_reserved"}),
        ("missing", None),
    ],
)
def test_a_citation_resolves_as_things_stood_when_it_was_made(sql: psycopg.Connection, resolution: str, content: dict | None) -> None:
    kind = {"content_type": "material", "acquisition_method": "manual_upload"}
    cited = uuid4() if content is None else insert(sql, "provenance", **kind, **content)
    answer = insert(
        sql, "ai_dialogue_log", created_at=NOON, recorded_at=NOON, model="m", citations=json.dumps([{"provenance_id": str(cited)}] * 2)
    )
    found = rows(
        sql, "select answer_id, occurred_at, model, position, provenance_id, resolution from marts.fact_citation order by position"
    )
    assert found == [(answer, NOON, "m", 1, cited, resolution), (answer, NOON, "m", 2, cited, resolution)]


def test_a_citation_without_an_id_is_missing(sql: psycopg.Connection) -> None:
    insert(sql, "ai_dialogue_log", citations='[{"provenance_id": null, "title": "無題"}]')
    assert rows(sql, "select provenance_id, resolution from marts.fact_citation") == [(None, "missing")]


def interviewed(sql: psycopg.Connection, ann: UUID) -> tuple[UUID, list[UUID]]:
    """A session of an hour with three questions: one answered, one skipped, one open."""
    session = insert(sql, "sessions", user_id=ann, kind="recording", device="tablet", started_at=NOON, ended_at=NOON + timedelta(hours=1))
    asked = {"session_id": session, "theme": "sound", "question": "音は？"}
    questions = [insert(sql, "interview_questions", **asked, position=n, asked_at=NOON) for n in (1, 2, 3)]
    owner = {"session_id": session, "user_id": ann, "answered_at": NOON + timedelta(minutes=5)}
    insert(sql, "interview_answers", question_id=questions[0], answer="明るい", duration_ms=9000, **owner)
    insert(sql, "interview_answers", question_id=questions[1], is_skipped=True, **owner)
    return session, questions


def test_a_session_is_as_complete_as_its_interview(sql: psycopg.Connection) -> None:
    ann = learner(sql)
    session, _ = interviewed(sql, ann)
    insert(sql, "sessions", user_id=ann, started_at=NOON + DAY)
    found = rows(
        sql, "select session_id, kind, device, ended_at - started_at, completion_ratio from marts.fact_session order by started_at"
    )
    assert found[0] == (session, "recording", "tablet", timedelta(hours=1), pytest.approx(1 / 3))
    assert found[1][-1] is None, "nothing was asked"


def test_everything_a_learner_does_is_an_activity(sql: psycopg.Connection) -> None:
    ann, mia = learner(sql), learner(sql, "mia", role="mentor")
    session, questions = interviewed(sql, ann)
    note = insert(
        sql, "log_entries", user_id=ann, content="練習", logged_at=NOON, duration_minutes=2, entity_type="session", entity_id=session
    )
    answer = insert(sql, "ai_dialogue_log", user_id=ann, session_id=session, created_at=NOON, latency_ms=1500, user_feedback=1)
    insert(sql, "ai_dialogue_log", created_at=NOON, user_feedback=1)
    insert(sql, "messages", sender_id=ann, recipient_id=mia, body="x", sent_at=NOON)
    held = lesson(sql, ann, NOON, status="attended", attendance_recorded_at=NOON + DAY)
    missed = lesson(sql, ann, NOON + DAY, status="no_show", attendance_recorded_at=NOON + 2 * DAY)
    unit = insert(sql, "materials", title="音階", kind="exercise")
    progress = {"assigned_at": NOON - DAY, "started_at": NOON, "completed_at": NOON + DAY, "completed_ratio": 1}
    insert(sql, "learning_metrics", user_id=ann, material_id=unit, **progress)
    found = rows(sql, "select activity, object_type, object_id, session_id, duration_ms, occurred_at from marts.fact_activity")
    assert set(found) == {
        ("practised", "session", str(session), session, 3_600_000, NOON),
        ("answered", "interview_question", str(questions[0]), session, 9000, NOON + timedelta(minutes=5)),
        ("logged", "log_entry", str(note), session, 120_000, NOON),
        ("asked_ai", "ai_answer", str(answer), session, 1500, NOON),
        ("rated", "ai_answer", str(answer), session, None, NOON),
        ("messaged", "account", str(mia), None, None, NOON),
        ("booked", "lesson", str(held), None, None, NOON - 2 * DAY),
        ("booked", "lesson", str(missed), None, None, NOON - DAY),
        ("attended", "lesson", str(held), None, 3_600_000, NOON),
        ("started", "material", str(unit), None, None, NOON),
        ("completed", "material", str(unit), None, None, NOON + DAY),
    }
    assert {row[0] for row in found} <= ACTIVITIES
    keys = "count(*) = count(distinct activity_id) and bool_and(learner_id is not null and recorded_at is not null)"
    assert one(sql, f"select {keys} from marts.fact_activity")  # noqa: S608


def test_units_are_materials_assigned_and_lessons_kept(sql: psycopg.Connection) -> None:
    ann = learner(sql)
    unit = insert(sql, "materials", title="音階", kind="exercise")
    insert(sql, "learning_metrics", user_id=ann, material_id=unit, assigned_at=NOON, completed_ratio=0.25, score=85, grade="A")
    held = lesson(sql, ann, NOON, status="attended", attendance_recorded_at=NOON)
    open_ = lesson(sql, ann, NOON + DAY)
    lesson(sql, ann, NOON + 2 * DAY, status="cancelled", cancelled_at=NOON)
    found = rows(
        sql, "select unit_id, unit_type, completed_ratio, completed_at, score_ratio, grade, recorded_at from marts.fact_completion"
    )
    assert set(found) == {
        (unit, "material", 0.25, None, 0.85, "A", NOON),
        (held, "lesson", 1.0, NOON + timedelta(hours=1), None, None, NOON - 2 * DAY),
        (open_, "lesson", 0.0, None, None, None, NOON - DAY),
    }
    assert rows(sql, "select item_id, kind, title, difficulty from marts.dim_item") == [(unit, "exercise", "音階", None)]


def test_readers_see_facts_and_nobody_writes_them(sql: psycopg.Connection) -> None:
    for fact in CONTRACTS:
        for role in ("workbench_reader", "workbench_identified"):
            assert one(sql, "select has_table_privilege(%(role)s, 'marts.' || %(fact)s, 'select')", role=role, fact=fact)
        assert not one(sql, "select has_any_column_privilege('mued_app', 'marts.' || %(fact)s, 'select')", fact=fact)


# How a period reaches the tables

PERIOD = "platform = 'mued' and {0} >= '2026-03-01' and {0} < '2026-03-02'"
FILL = """
insert into mued.users (email, display_name) select n || '@example.org', n from generate_series(1, 50) n;
insert into mued.ai_dialogue_log (user_id, created_at, citations)
    select id, timestamptz '2026-01-01' + n * interval '1 hour', '[{"provenance_id": null}]'
    from generate_series(1, 4000) n join mued.users on display_name = (n % 50 + 1)::text;
insert into mued.log_entries (user_id, logged_at, content) select user_id, created_at, 'x' from mued.ai_dialogue_log;
insert into mued.sessions (user_id, started_at) select user_id, created_at from mued.ai_dialogue_log;
analyze mued.users, mued.ai_dialogue_log, mued.log_entries, mued.sessions
"""


def plan(sql: psycopg.Connection, text: str) -> str:
    return "\n".join(row[0] for row in sql.execute(f"explain {text}"))


@pytest.fixture(scope="class")
def filled(shared_database: Any) -> Iterator[psycopg.Connection]:
    """Seen as a reader; never committed."""
    with shared_database.connect() as opened:
        sql = raw(opened)
        for statement in FILL.split(";\n"):
            sql.execute(statement)
        sql.execute("set local role workbench_reader")
        yield sql
        opened.rollback()


@pytest.mark.xdist_group("mued_periods")
class TestPeriods:
    @pytest.mark.parametrize(
        ("fact", "time", "indexes"),
        [
            ("fact_ai_answer", "occurred_at", ["idx_ai_dialogue_created"]),
            ("fact_citation", "occurred_at", ["idx_ai_dialogue_created"]),
            ("fact_session", "started_at", ["idx_sessions_started"]),
            ("fact_activity", "occurred_at", ["idx_ai_dialogue_created", "idx_log_entries_logged", "idx_sessions_started"]),
        ],
    )
    def test_a_platform_and_a_period_reach_the_index_of_the_base_table(
        self, filled: psycopg.Connection, fact: str, time: str, indexes: list[str]
    ) -> None:
        found = plan(filled, f"select * from marts.{fact} where {PERIOD.format(time)}")  # noqa: S608
        for index in indexes:
            assert index in found
        for table in ("ai_dialogue_log", "log_entries", "sessions"):
            assert f"Seq Scan on {table}" not in found

    def test_the_branch_of_another_platform_is_pruned(self, filled: psycopg.Connection) -> None:
        filled.execute("set local role none")
        filled.execute("create temporary table other_answer as select * from marts.fact_ai_answer")
        filled.execute("update other_answer set platform = null")
        columns = ", ".join(column.name for column in filled.execute("select * from other_answer limit 0").description[1:])
        filled.execute(f"create temporary view both_platforms as select 'other'::text as platform, {columns} from other_answer "  # noqa: S608
                       "union all select * from marts.fact_ai_answer")  # fmt: skip
        mine = plan(filled, f"select * from both_platforms where {PERIOD.format('occurred_at')}")  # noqa: S608
        assert "idx_ai_dialogue_created" in mine and "other_answer" not in mine
        theirs = plan(filled, f"select * from both_platforms where {PERIOD.replace('mued', 'other').format('occurred_at')}")  # noqa: S608
        assert "other_answer" in theirs and "ai_dialogue_log" not in theirs


# Days that a change touches


def touched(sql: psycopg.Connection) -> set[tuple[str, date]]:
    """What was noted since the last call."""
    found = set(rows(sql, "select fact, day from marts.touched_day where platform = 'mued'"))
    sql.execute("delete from marts.touched_day")
    return found


def a_bit_of_everything(sql: psycopg.Connection) -> None:
    ann, mia = learner(sql), learner(sql, "mia")
    interviewed(sql, ann)
    insert(sql, "log_entries", user_id=ann, content="x", logged_at=NOON)
    insert(sql, "ai_dialogue_log", user_id=ann, created_at=NOON)
    insert(sql, "messages", sender_id=ann, recipient_id=mia, body="x", sent_at=NOON)
    lesson(sql, ann, NOON)
    unit = insert(sql, "materials", title="x", kind="score")
    progress = {"assigned_at": NOON - 9 * DAY, "started_at": NOON - 2 * DAY, "completed_at": NOON, "completed_ratio": 1}
    insert(sql, "learning_metrics", user_id=ann, material_id=unit, **progress)


@pytest.mark.parametrize(
    ("table", "column", "fact", "day"),
    [
        ("ai_dialogue_log", "created_at", "fact_ai_answer", NOON),
        ("ai_dialogue_log", "created_at", "fact_activity", NOON),
        ("log_entries", "logged_at", "fact_activity", NOON),
        ("sessions", "started_at", "fact_session", NOON),
        ("sessions", "started_at", "fact_activity", NOON),
        ("interview_answers", "answered_at", "fact_activity", NOON),
        ("messages", "sent_at", "fact_activity", NOON),
        ("reservations", "booked_at", "fact_activity", NOON - 2 * DAY),
        ("learning_metrics", "started_at", "fact_activity", NOON - 2 * DAY),
        ("learning_metrics", "completed_at", "fact_activity", NOON),
    ],
)
def test_a_change_touches_the_day_it_leaves_and_the_day_it_enters(
    sql: psycopg.Connection, table: str, column: str, fact: str, day: datetime
) -> None:
    a_bit_of_everything(sql)
    assert (fact, day.date()) in touched(sql), "an insert"
    sql.execute(f"update mued.{table} set {column} = {column} - interval '1 day'")  # noqa: S608
    assert {(fact, day.date()), (fact, (day - DAY).date())} <= touched(sql), "an update"
    sql.execute(f"delete from mued.{table}")  # noqa: S608
    assert (fact, (day - DAY).date()) in touched(sql), "a delete"


def test_moving_a_lesson_touches_the_days_of_attendance(sql: psycopg.Connection) -> None:
    a_bit_of_everything(sql)
    touched(sql)
    sql.execute("update mued.lesson_slots set starts_at = starts_at + interval '1 week', ends_at = ends_at + interval '1 week'")
    assert {("fact_activity", NOON.date()), ("fact_activity", (NOON + 7 * DAY).date())} <= touched(sql)


@pytest.mark.parametrize("table", ["interview_questions", "interview_answers"])
def test_an_interview_touches_the_day_of_its_session(sql: psycopg.Connection, table: str) -> None:
    a_bit_of_everything(sql)
    touched(sql)
    sql.execute(f"delete from mued.{table}")  # noqa: S608
    assert ("fact_session", NOON.date()) in touched(sql)


@pytest.mark.parametrize(
    "change",
    [
        "update mued.provenance set permission_flag = false",
        "update mued.provenance set license_type = null",
        "update mued.provenance set id = gen_random_uuid()",
        "delete from mued.provenance",
    ],
)
def test_a_change_of_rights_touches_the_days_of_the_answers_that_cite(sql: psycopg.Connection, change: str) -> None:
    kind = {"content_type": "material", "acquisition_method": "manual_upload", "permission_flag": True}
    cited = insert(sql, "provenance", **kind)
    for days in (0, 3, 40):
        insert(sql, "ai_dialogue_log", created_at=NOON - days * DAY, citations=json.dumps([{"provenance_id": str(cited)}]))
    insert(sql, "ai_dialogue_log", created_at=NOON - 5 * DAY, citations=json.dumps([{"provenance_id": str(uuid4())}]))
    touched(sql)
    sql.execute(change)
    assert touched(sql) == {("fact_ai_answer", (NOON - days * DAY).date()) for days in (0, 3, 40)}


def test_content_that_arrives_after_its_citation_touches_it(sql: psycopg.Connection) -> None:
    late = uuid4()
    insert(sql, "ai_dialogue_log", created_at=NOON, citations=json.dumps([{"provenance_id": str(late)}]))
    touched(sql)
    insert(sql, "provenance", id=late, content_type="material", acquisition_method="manual_upload")
    assert touched(sql) == {("fact_ai_answer", NOON.date())}


def test_truncating_touches_every_day_that_is_lost(sql: psycopg.Connection) -> None:
    a_bit_of_everything(sql)
    insert(sql, "ai_dialogue_log", created_at=NOON - 5 * DAY, citations='[{"provenance_id": null}]')
    touched(sql)
    sql.execute("truncate mued.provenance")
    assert touched(sql) == {("fact_ai_answer", (NOON - 5 * DAY).date())}
    sql.execute("truncate mued.ai_dialogue_log")
    assert {("fact_ai_answer", NOON.date()), ("fact_ai_answer", (NOON - 5 * DAY).date())} <= touched(sql)


def test_the_application_touches_days_without_a_right_to_the_books(sql: psycopg.Connection) -> None:
    ann = learner(sql)
    touched(sql)
    with sql.transaction():
        sql.execute("set local role mued_app")
        sql.execute("select set_config('app.user_id', %(ann)s, true)", {"ann": str(ann)})
        insert(sql, "log_entries", user_id=ann, content="x", logged_at=NOON)
    sql.execute("set local role none")
    assert touched(sql) == {("fact_activity", NOON.date())}
