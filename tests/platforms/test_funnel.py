"""Steps of the platforms' funnels (definition E5): counted from the base tables by other means, and reached through their indexes."""
# ruff: noqa: S608 — the texts are of this file

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
import pytest
from sqlalchemy import Connection

from workbench import db, partition
from workbench.db import raw
from workbench.metrics.funnel import funnel

STEPS = {
    "mued": ("interview", ["session", "analysis", "question", "answer"]),
    "learning": ("study", ["material opened", "session", "interaction", "completed"]),
    "drivemaster": ("concept", ["concept introduced", "answer", "mastered"]),
    "video": ("video", ["started", "milestone reached", "passed"]),
}
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SCHOOL = Path(__file__).with_name("video_school.sql").read_text(encoding="utf-8")

Rows = list[tuple[str, str, int, pd.Timestamp]]
"""Learner, entry, number of the step, and when."""


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


@pytest.fixture
def seeded(simulated_copy) -> Iterator[psycopg.Connection]:
    """Only reads."""
    with psycopg.connect(**db.parameters(simulated_copy.url)) as opened:
        opened.read_only = True
        yield opened


def table(sql: psycopg.Connection, text: str, **values: Any) -> pd.DataFrame:
    found = sql.execute(text, values)
    return pd.DataFrame(found.fetchall(), columns=[column.name for column in found.description])


def rows(found: pd.DataFrame, step: int, who: str, entry: str, when: str) -> Rows:
    columns = (found[who].astype(str), found[entry].astype(str), [step] * len(found), pd.to_datetime(found[when], utc=True))
    return list(zip(*columns, strict=True))


def funnel_rows(sql: psycopg.Connection, platform: str) -> pd.DataFrame:
    return table(sql, "select * from marts.fact_funnel where platform = %(platform)s", platform=platform)


# Counted by other means


def interviews(sql: psycopg.Connection) -> Rows:
    sessions = table(sql, "select id as session_id, user_id, started_at from mued.sessions")
    found = rows(sessions, 1, "user_id", "session_id", "started_at")
    steps = ("session_analyses", "analysed_at", "true"), ("interview_questions", "asked_at", "true")
    for number, (name, at, kept) in enumerate((*steps, ("interview_answers", "answered_at", "answer is not null")), 2):
        events = table(sql, f"select session_id, {at} from mued.{name} where {kept}").merge(sessions, on="session_id")
        found += rows(events, number, "user_id", "session_id", at)
    return found


def studies(sql: psycopg.Connection) -> Rows:
    sessions = table(sql, "select * from learning.learning_sessions").sort_values(["started_at", "id"])
    pair = ["user_id", "study_material_id"]
    events = table(sql, "select learning_session_id, created_at from learning.interactions")
    events = events.merge(sessions, left_on="learning_session_id", right_on="id")
    whole = sessions[sessions["completion_percentage"] >= 100].dropna(subset=["ended_at"])
    parts = ((sessions.drop_duplicates(pair), "started_at"), (sessions, "started_at"), (events, "created_at"), (whole, "ended_at"))
    return [row for number, (part, at) in enumerate(parts, 1) for row in rows(part, number, *pair, at)]


def concepts(sql: psycopg.Connection) -> Rows:
    states = table(sql, "select user_id, concept_id, created_at from drivemaster.knowledge_states")
    events = table(sql, 'select user_id, concept_id, event_type, "timestamp" as at from drivemaster.learning_events')
    found = rows(states, 1, "user_id", "concept_id", "created_at")
    for number, kind in ((2, "question_answered"), (3, "concept_mastered")):
        found += rows(events[events["event_type"] == kind], number, "user_id", "concept_id", "at")
    return found


def videos(sql: psycopg.Connection) -> Rows:
    events = table(sql, "select user_id, video_id, event_type, occurred_at from video.analytics_events where user_id is not null")
    found = []
    for number, kind in ((1, "video_start"), (2, "milestone_reached")):
        found += rows(events[events["event_type"] == kind], number, "user_id", "video_id", "occurred_at")
    stops = {stop: (video, ratio) for stop, video, ratio in sql.execute("select id, video_id, pass_ratio from video.milestones")}
    of_stop: dict[UUID, list[tuple[UUID, float, bool]]] = {}
    stop_of: dict[UUID, UUID] = {}
    for question, stop, points, status in sql.execute("select id, milestone_id, points, status from video.questions"):
        of_stop.setdefault(stop, []).append((question, float(points), status == "published"))
        stop_of[question] = stop
    given = table(sql, "select student_id, question_id, points_earned, answered_at from video.question_attempts order by answered_at")
    best: dict[tuple[UUID, UUID], dict[UUID, float]] = {}
    for attempt in given.itertuples():
        stop = stop_of[attempt.question_id]
        held = best.setdefault((attempt.student_id, stop), {})
        held[attempt.question_id] = max(held.get(attempt.question_id, 0.0), float(attempt.points_earned))
        total = sum(points for question, points, is_published in of_stop[stop] if is_published or question in held)
        video, ratio = stops[stop]
        if sum(held.values()) >= float(ratio) * total - 1e-9:
            found.append((str(attempt.student_id), str(video), 3, pd.Timestamp(attempt.answered_at)))
    return found


@pytest.mark.parametrize(("platform", "count"), [("mued", interviews), ("learning", studies), ("drivemaster", concepts), ("video", videos)])
def test_every_step_of_the_base_tables_is_there_once(seeded: psycopg.Connection, platform: str, count: Any) -> None:
    flow, names = STEPS[platform]
    found = funnel_rows(seeded, platform)
    expected = count(seeded)
    columns = ["learner_id", "entry_id", "step_no", "occurred_at"]
    assert sorted(rows_of(found)) == sorted(expected)
    assert set(found["flow"]) == {flow} and dict(zip(found["step_no"], found["step"], strict=True)) == dict(enumerate(names, 1))
    assert set(found["tenant"]) <= set(table(seeded, f"select distinct tenant from {platform}.dim_learner")["tenant"])
    assert not found[[*columns, "recorded_at", "tenant"]].isna().any(axis=None)
    way = funnel(found, names, timedelta(days=28))["learners"]
    assert way.is_monotonic_decreasing and way.min() > 0


def rows_of(found: pd.DataFrame) -> Rows:
    times = pd.to_datetime(found["occurred_at"], utc=True)
    return list(zip(found["learner_id"].astype(str), found["entry_id"], found["step_no"], times, strict=True))


# Cases


def steps(sql: psycopg.Connection, platform: str) -> list[tuple[str, datetime]]:
    """Names of the steps and when, in the order of time."""
    found = funnel_rows(sql, platform).sort_values(["occurred_at", "step_no"])
    return list(zip(found["step"], found["occurred_at"], strict=True))


def put(sql: psycopg.Connection, name: str, **values: Any) -> UUID:
    names, marks = ", ".join(values), ", ".join(f"%({key})s" for key in values)
    return sql.execute(f"insert into {name} ({names}) values ({marks}) returning id", values).fetchone()[0]


def test_a_question_passed_over_is_not_answered(sql: psycopg.Connection) -> None:
    ann = put(sql, "mued.users", email="ann@example.org", display_name="ann")
    held = put(sql, "mued.sessions", user_id=ann, started_at=NOON)
    for position, answer in ((1, None), (2, "緩やかに")):
        asked = put(sql, "mued.interview_questions", session_id=held, position=position, theme="sound", question="?", asked_at=NOON + DAY)
        given = {"answer": answer, "is_skipped": answer is None, "answered_at": NOON + (1 + position) * DAY}
        put(sql, "mued.interview_answers", question_id=asked, session_id=held, user_id=ann, **given)
    assert steps(sql, "mued") == [("session", NOON), ("question", NOON + DAY), ("question", NOON + DAY), ("answer", NOON + 3 * DAY)]


@pytest.fixture
def reader(sql: psycopg.Connection, connection: Connection) -> dict[str, UUID]:
    """Somebody with two sessions on one material."""
    partition.ensure(connection, "learning", start=NOON.date(), end=(NOON + 60 * DAY).date())
    ann = put(sql, "learning.users", email="a@x.jp", username="ann", password_hash="x")
    book = put(sql, "learning.study_materials", user_id=ann, title="教材", source_type="text")
    who = {"user_id": ann, "study_material_id": book}
    first = put(sql, "learning.learning_sessions", started_at=NOON, session_type="quiz", **who)
    put(
        sql,
        "learning.learning_sessions",
        started_at=NOON + DAY,
        ended_at=NOON + 2 * DAY,
        completion_percentage=100,
        session_type="quiz",
        **who,
    )
    return who | {"session": first}


def test_a_material_is_opened_by_its_first_session(sql: psycopg.Connection, reader: dict[str, UUID]) -> None:
    for data in ("{}", '{"carried_over": true}'):
        put(
            sql, "learning.interactions", user_id=reader["user_id"], learning_session_id=reader["session"], interaction_type="answer",
            interaction_data=data, created_at=NOON + DAY / 2,
        )  # fmt: skip
    assert steps(sql, "learning") == [
        ("material opened", NOON), ("session", NOON), ("interaction", NOON + DAY / 2), ("session", NOON + DAY),
        ("completed", NOON + 2 * DAY),
    ]  # fmt: skip


def test_an_enrolment_opens_the_material_and_completes_it(sql: psycopg.Connection, reader: dict[str, UUID]) -> None:
    data = json.dumps({"study_material_id": str(reader["study_material_id"]), "completed_at": (NOON + 9 * DAY).isoformat()})
    metric = {"metric_type": "enrolment", "metric_data": data, "recorded_at": NOON - DAY}
    put(sql, "learning.progress_metrics", user_id=reader["user_id"], metric_value=0, **metric)
    assert steps(sql, "learning") == [
        ("material opened", NOON - DAY), ("session", NOON), ("session", NOON + DAY), ("completed", NOON + 2 * DAY),
    ]  # fmt: skip
    sql.execute("update learning.progress_metrics set metric_value = 1")
    assert steps(sql, "learning")[-1] == ("completed", NOON + 9 * DAY)


def key(text: str) -> UUID:
    return UUID(md5(text.encode()).hexdigest())


@pytest.fixture
def school(sql: psycopg.Connection) -> psycopg.Connection:
    """Two questions of two points at one stop: the second may be published."""
    for statement in SCHOOL.split(";\n"):
        if statement.strip():
            sql.execute(statement)
    sql.execute("delete from video.analytics_events")
    sql.execute("delete from video.question_attempts")
    return sql


def answer(sql: psycopg.Connection, question: str, points: float, hour: int) -> None:
    put(
        sql, "video.question_attempts", tenant_id=key("north"), student_id=key("north/student"), question_id=key(f"north/{question}"),
        attempt_no=hour + 1, answer="true", is_correct=points == 2, points_earned=points, answered_at=NOON + timedelta(hours=hour),
    )  # fmt: skip


def passed(sql: psycopg.Connection) -> list[int]:
    """Hours after noon at which an answer left the milestone passed."""
    return [(at - NOON) // timedelta(hours=1) for step, at in steps(sql, "video") if step == "passed"]


def test_a_milestone_is_passed_with_the_share_of_points_it_asks_for(school: psycopg.Connection) -> None:
    for hour, points in enumerate((1, 1.2, 0)):
        answer(school, "question", points, hour)
    assert passed(school) == [1, 2], "1.2 of 2 points is 60 per cent; what was earned stays earned"
    school.execute("update video.milestones set pass_ratio = 0.65")
    assert passed(school) == []


def test_all_published_questions_of_a_milestone_count(school: psycopg.Connection) -> None:
    answer(school, "question", 2, 0)
    assert passed(school) == [0]
    school.execute("set local session_replication_role = replica")  # published without its review
    school.execute("update video.questions set status = 'published' where prompt like 'waiting%'")
    assert passed(school) == []
    answer(school, "waiting", 1, 1)
    assert passed(school) == [1], "3 of 4 points"
    school.execute("update video.questions set status = 'retired' where prompt like 'question%'")
    assert passed(school) == [1], "what was answered stays, what others answer from now on does without it"


def test_a_milestone_leads_to_its_video(school: psycopg.Connection) -> None:
    put(
        school, "video.analytics_events", tenant_id=key("north"), user_id=key("north/student"), milestone_id=key("north/stop"),
        event_type="milestone_reached", category="learning", occurred_at=NOON,
    )  # fmt: skip
    assert rows_of(funnel_rows(school, "video")) == [(str(key("north/student")), str(key("north/video")), 2, pd.Timestamp(NOON))]


# How a period reaches the tables

INDEXED = {
    "mued": {
        "sessions": "idx_sessions_started", "session_analyses": "idx_session_analyses_analysed",
        "interview_questions": "idx_interview_questions_asked", "interview_answers": "idx_interview_answers_answered",
    },
    "learning": {"learning_sessions": "idx_learning_sessions_started_at", "interactions_p2026_08": "interactions_p2026_08_created_at_idx"},
    "drivemaster": {"learning_events_p2026_08": "learning_events_p2026_08_timestamp_idx"},
    "video": {
        "question_attempts": "idx_question_attempts_answered",
        "analytics_events_p2026_08": "analytics_events_p2026_08_occurred_at_idx",
    },
}  # fmt: skip
PARTED = {"learning": "interactions", "drivemaster": "learning_events", "video": "analytics_events"}
PERIOD = "occurred_at >= '2026-08-20Z' and occurred_at < '2026-08-21Z'"


def plan(sql: psycopg.Connection, where: str) -> str:
    return json.dumps(sql.execute(f"explain (format json) select * from marts.fact_funnel where {where}").fetchone()[0])


@pytest.mark.parametrize("platform", STEPS)
def test_a_platform_a_flow_and_a_period_reach_the_indexes_and_months(seeded: psycopg.Connection, platform: str) -> None:
    """The planner is only kept from reading small tables whole; which index it takes is its own choice."""
    seeded.execute("set local role workbench_reader")
    seeded.execute("set local enable_seqscan = off")
    found = plan(seeded, f"platform = '{platform}' and flow = '{STEPS[platform][0]}' and {PERIOD}")
    for name, index in INDEXED[platform].items():
        assert f'"{index}"' in found, f"{name}: {found}"
    if platform in PARTED:
        months = [f"{PARTED[platform]}_p2026_{month:02d}" for month in range(1, 13)]
        assert [month for month in months if f'"{month}"' in found] == [f"{PARTED[platform]}_p2026_08"]
    others = {f'"Schema": "{other}"' for other in STEPS if other != platform}
    assert not any(other in found for other in others)


def test_another_flow_reads_nothing(seeded: psycopg.Connection) -> None:
    seeded.execute("set local role workbench_reader")
    assert "Relation Name" not in plan(seeded, "platform = 'mued' and flow = 'study'")
