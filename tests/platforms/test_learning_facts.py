"""Facts of the learning platform row by row, the days that changes touch, and how a period reaches its months."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection

from workbench import partition
from workbench.db import raw

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def sql(connection: Connection) -> Iterator[psycopg.Connection]:
    partition.ensure(connection, "learning", start=date(2026, 7, 1), end=date(2026, 10, 1))
    yield raw(connection)


def insert(sql: psycopg.Connection, table: str, **values: Any) -> UUID:
    names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    return sql.execute(f"insert into learning.{table} ({names}) values ({marks}) returning id", values).fetchone()[0]  # noqa: S608


@pytest.fixture
def world(sql: psycopg.Connection) -> dict[str, UUID]:
    ann = insert(sql, "users", email="a@x.jp", username="ann", password_hash="x", created_at=NOON)
    book = insert(sql, "study_materials", user_id=ann, title="教材", source_type="text")
    chunk = insert(sql, "content_chunks", study_material_id=book, chunk_order=1, content="x", chunk_type="x")
    made = {"asset_type": "quiz", "content": '{"title": "問1"}', "generation_model": "m", "study_material_id": book}
    asset, loose = insert(sql, "generated_assets", content_chunk_id=chunk, **made), insert(sql, "generated_assets", **made)
    held = insert(sql, "learning_sessions", user_id=ann, study_material_id=book, started_at=NOON, session_type="quiz")
    return {"user_id": ann, "book": book, "chunk": chunk, "asset": asset, "loose": loose, "learning_session_id": held}


def act(sql: psycopg.Connection, world: dict[str, UUID], kind: str, asset: str | None = "asset", data: str = "{}", **values: Any) -> UUID:
    at = {"created_at": NOON + timedelta(minutes=1)} | values
    who = {name: world[name] for name in ("user_id", "learning_session_id")}
    return insert(sql, "interactions", interaction_type=kind, interaction_data=data, generated_asset_id=world.get(asset), **who, **at)


def rows(sql: psycopg.Connection, text: str) -> list[tuple]:
    return sql.execute(text).fetchall()


def test_what_is_done_counts_as_what_it_is(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    for kind in ("answer", "view", "skip"):
        act(sql, world, kind, response_time_ms=900)
    act(sql, world, "answer", data='{"carried_over": true, "score_ratio": 1}')
    insert(sql, "user_feedback", user_id=world["user_id"], feedback_type="rating", rating=3, created_at=NOON + DAY)
    assert dict(rows(sql, "select activity, count(*) from learning.fact_activity group by 1")) == {
        "started": 1, "answered": 1, "practised": 1, "visited": 1, "rated": 1,
    }  # fmt: skip
    sql.execute("update learning.learning_sessions set completion_percentage = 100, ended_at = started_at + interval '5 min'")
    assert rows(sql, "select object_type, object_id, duration_ms from learning.fact_activity where activity = 'completed'") == [
        ("material", str(world["book"]), 300_000)
    ]
    assert rows(sql, "select object_type, object_id, session_id, duration_ms from learning.fact_activity where activity = 'visited'") == [
        ("asset", str(world["asset"]), world["learning_session_id"], 900)
    ]


def test_attempts_carry_score_skill_and_number(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    act(sql, world, "answer", data='{"attempt_no": 2}', is_correct=True, confidence_level=0.5, response_time_ms=1500)
    act(sql, world, "answer", asset="loose", data='{"score_ratio": 0.25}', is_correct=False)
    act(sql, world, "answer", asset=None)
    columns = "item_id, skill_id, is_correct, score_ratio, response_ms, confidence, attempt_no"
    assert rows(sql, f"select {columns} from learning.fact_attempt order by score_ratio nulls last") == [  # noqa: S608
        (world["loose"], world["book"], False, 0.25, None, None, None),
        (world["asset"], world["chunk"], True, 1.0, 1500, 0.5, 2),
        (None, None, None, None, None, None, None),
    ]
    found = rows(sql, "select skill_id, kind, title, difficulty from learning.dim_item")
    assert set(found) == {(world[skill], "quiz", "問1", None) for skill in ("chunk", "book")}


def test_a_material_begun_is_a_unit_until_it_is_enrolled_in(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    query = "select unit_id, unit_type, completed_ratio, completed_at, grade, recorded_at from learning.fact_completion"
    assert rows(sql, query) == [(world["book"], "material", 0.0, None, None, NOON)]
    end = NOON + DAY
    session = {"user_id": world["user_id"], "study_material_id": world["book"], "session_type": "quiz", "started_at": NOON + DAY / 2}
    insert(sql, "learning_sessions", completion_percentage=100, ended_at=end, **session)
    assert rows(sql, query) == [(world["book"], "material", 1.0, end, None, NOON)]
    data = f'{{"study_material_id": "{world["book"]}", "final_result": "Fail", "completed_at": "2026-09-01T00:00:00Z"}}'
    insert(sql, "progress_metrics", user_id=world["user_id"], metric_type="enrolment", metric_value=0, metric_data=data, recorded_at=NOON)
    assert rows(sql, query) == [(world["book"], "enrolment", 0.0, None, "Fail", NOON)]


def test_who_is_there(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    insert(sql, "users", email="b@x.jp", username="b", password_hash="x", preferences='{"role": "author"}', deleted_at=NOON)
    found = rows(
        sql, "select tenant, role, joined_at = created_at, d.deleted_at from learning.dim_learner d join learning.users on id = learner_id"
    )
    assert sorted(found, key=str) == [("learning", "author", True, NOON), ("learning", "learner", True, None)]


def touched(sql: psycopg.Connection) -> set[tuple[str, date]]:
    found = set(rows(sql, "select fact, day from marts.touched_day where platform = 'learning'"))
    sql.execute("delete from marts.touched_day")
    return found


def test_changes_note_the_days_they_touch(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    today, moved = NOON.date(), (NOON + DAY).date()
    assert touched(sql) == {("fact_activity", today), ("fact_session", today)}
    act(sql, world, "answer")
    both = {(fact, day) for fact in ("fact_activity", "fact_attempt") for day in (today, moved)}
    assert touched(sql) == {entry for entry in both if entry[1] == today}
    sql.execute("update learning.interactions set created_at = created_at + interval '1 day'")
    assert touched(sql) == both
    sql.execute("delete from learning.interactions")
    assert touched(sql) == {entry for entry in both if entry[1] == moved}
    sql.execute("update learning.learning_sessions set ended_at = started_at + interval '1 day'")
    assert touched(sql) == {("fact_activity", today), ("fact_activity", moved), ("fact_session", today)}
    insert(sql, "user_feedback", user_id=world["user_id"], feedback_type="rating", created_at=NOON)
    assert touched(sql) == {("fact_activity", today)}


@pytest.mark.parametrize("fact", ["fact_activity", "fact_attempt"])
def test_a_period_reads_only_its_months(sql: psycopg.Connection, fact: str) -> None:
    period = "occurred_at >= '2026-08-01Z' and occurred_at < '2026-09-01Z'"
    for view in (f"learning.{fact}", f"marts.{fact}"):
        plan = "\n".join(line for (line,) in rows(sql, f"explain select * from {view} where {period}"))  # noqa: S608
        assert "interactions_p2026_08" in plan
        assert "interactions_p2026_07" not in plan and "interactions_p2026_09" not in plan


def test_the_union_takes_the_learning_platform_in(sql: psycopg.Connection, world: dict[str, UUID]) -> None:
    act(sql, world, "answer", is_correct=True)
    assert rows(sql, "select platform, tenant, score_ratio from marts.fact_attempt where platform = 'learning'") == [
        ("learning", "learning", 1.0)
    ]
