"""How the server answers DriveMaster's query patterns among a million answers: by the index meant for each, from partitions concerned."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.db import raw
from workbench.loading.copying import as_loader
from workbench.loading.target import describe
from workbench.partitioning import backfill

CROWD = Path(__file__).with_name("drivemaster_crowd.sql")
ANSWERS = 1_000_000
LEARNERS, CONCEPTS, ITEMS = 1500, 64, 10_000
LEARNER = "md5('user77')::uuid"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("drivemaster_plans")]


@pytest.fixture(scope="module")
def crowd(shared_database) -> Iterator[Connection]:
    with shared_database.connect() as opened:
        sql = raw(opened)
        sql.execute("set local session_replication_role = replica")  # references hold by the way the rows are made
        for statement in CROWD.read_text().split(";\n"):
            if statement.strip():
                sql.execute(statement)
        sql.execute("set local session_replication_role = origin")
        with as_loader(opened):
            backfill.store(opened, describe(opened, "drivemaster.learning_events"), answers())
        sql.execute("set local default_statistics_target = 20")
        for table in ("users", "concepts", "content", "knowledge_states", "learning_events"):
            sql.execute(f"analyze drivemaster.{table}")
        sql.execute("set local role workbench_reader")
        yield opened
        opened.rollback()


def answers() -> dict[str, pa.Array]:
    """A million answers spread evenly over 2025: every learner, item and concept in turn."""
    place = np.arange(ANSWERS)
    at = np.datetime64("2025-01-01", "us") + place * np.timedelta64(31_500_000, "us")
    return {
        "id": pa.Array.from_buffers(pa.binary(16), ANSWERS, [None, pa.py_buffer(np.stack([place, place], axis=1).astype(">i8").tobytes())]),
        "user_id": keys("user", LEARNERS).take(pa.array(place % LEARNERS)),
        "content_id": keys("item", ITEMS).take(pa.array(place % ITEMS)),
        "concept_id": keys("concept", CONCEPTS).take(pa.array(place % CONCEPTS)),
        "event_type": pa.repeat(pa.scalar("question_answered"), ANSWERS),
        "timestamp": pa.array(at).cast(pa.timestamp("us", "UTC")),
        "response_data": pa.repeat(pa.scalar('{"isCorrect": true}'), ANSWERS),
        "context_data": pa.array(['{"networkCondition": "poor"}']).take(pa.array(place % 1000, mask=place % 1000 > 0)),
    }


def keys(kind: str, count: int) -> pa.Array:
    """Those that the statements make of md5('<kind><number>')."""
    return pa.array(
        [hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).digest() for number in range(1, count + 1)], pa.binary(16)
    )


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def explained(connection: Connection, text: str, **parameters: object) -> list[dict[str, Any]]:
    found = connection.exec_driver_sql(f"explain (format json) {text}", parameters).scalar_one()
    return list(nodes(found[0]["Plan"]))


def asked(connection: Connection, name: str, **parameters: object) -> list[dict[str, Any]]:
    return explained(connection, sqlfiles.load(f"drivemaster/queries/{name}")[0], **parameters)


def indexes(connection: Connection, plan: list[dict[str, Any]]) -> set[str]:
    """Indexes used, those of partitions by the name of the index of their table."""
    used = {node["Index Name"] for node in plan if "Index Name" in node}
    parents = connection.exec_driver_sql(
        """select child.relname, coalesce(parent.relname, child.relname) from pg_class as child
           left join pg_inherits on inhrelid = child.oid left join pg_class as parent on parent.oid = inhparent
           where child.relnamespace = 'drivemaster'::regnamespace and child.relkind = 'i'"""
    ).all()
    return {parent for name, parent in parents if name in used}


def scanned(plan: list[dict[str, Any]], table: str) -> set[str]:
    """The table's partitions that are read."""
    return {node["Relation Name"] for node in plan if node.get("Relation Name", "").startswith(f"{table}_")}


def learner(connection: Connection) -> str:
    return str(connection.exec_driver_sql(f"select {LEARNER}").scalar_one())


def test_there_are_a_million_answers_in_twelve_months(crowd: Connection) -> None:
    months = crowd.exec_driver_sql("select tableoid::regclass::text, count(*) from drivemaster.learning_events group by 1 order by 1").all()
    assert sum(count for _, count in months) == ANSWERS
    assert [name for name, _ in months] == [f"drivemaster.learning_events_p2025_{month:02d}" for month in range(1, 13)]


def test_user_knowledge_lookup_reads_one_of_eight_partitions_by_the_partial_index(crowd: Connection) -> None:
    for above in (0.8, 0.95):
        plan = asked(crowd, "known_concepts", learner_id=learner(crowd), above=above)
        assert "idx_knowledge_states_user_mastered" in indexes(crowd, plan)
        assert len(scanned(plan, "knowledge_states")) == 1


def test_the_documents_own_lookup_is_answered_in_the_order_of_the_index(crowd: Connection) -> None:
    text = f"""select * from drivemaster.knowledge_states where user_id = {LEARNER} and mastery_probability > 0.8
               order by last_interaction desc"""  # noqa: S608 — texts of this file
    plan = explained(crowd, text)
    assert indexes(crowd, plan) == {"idx_knowledge_states_user_mastered"}
    assert len(scanned(plan, "knowledge_states")) == 1


def test_content_recommendation_goes_by_category_and_difficulty_of_active_items(crowd: Connection) -> None:
    plan = asked(crowd, "recommended_content", category="category3", easiest=-0.2, hardest=0.2, rows=20)
    assert indexes(crowd, plan) == {"idx_content_recommendation"}
    plan = explained(
        crowd,
        """select * from drivemaster.content where category = 'category3' and difficulty between -0.2 and 0.2 and is_active = true
           order by total_attempts asc""",
    )
    assert indexes(crowd, plan) == {"idx_content_recommendation"}


@pytest.mark.parametrize(("since", "months"), [("2025-12-10T00:00:00Z", {12}), ("2025-11-20T00:00:00Z", {11, 12})])
def test_learning_analytics_reads_the_months_since_by_learner(crowd: Connection, since: str, months: set[int]) -> None:
    plan = asked(crowd, "learner_events", learner_id=learner(crowd), since=since, rows=100)
    assert indexes(crowd, plan) == {"idx_learning_events_user_timestamp"}
    read = {name for name in scanned(plan, "learning_events") if name.startswith("learning_events_p2025")}
    assert read == {f"learning_events_p2025_{month:02d}" for month in months}


def test_what_is_asked_next_reads_one_learners_partition_and_no_old_month(crowd: Connection) -> None:
    plan = asked(crowd, "next_questions", learner_id=learner(crowd), now="2025-12-20T00:00:00Z")
    assert len(scanned(plan, "knowledge_states")) == 1
    assert scanned(plan, "learning_events") <= {f"learning_events_p2025_{month:02d}" for month in (9, 10, 11, 12)}


def test_a_period_reaches_the_months_of_the_events_through_the_facts(crowd: Connection) -> None:
    text = """select count(*) from marts.fact_attempt
              where platform = 'drivemaster' and occurred_at >= '2025-03-01Z' and occurred_at < '2025-05-01Z'"""
    read = scanned(explained(crowd, text), "learning_events")
    assert read == {"learning_events_p2025_03", "learning_events_p2025_04"}


OTHERS = {
    "idx_learning_events_context": 'select id from drivemaster.learning_events where context_data @> \'{"networkCondition": "poor"}\'',
    "idx_learning_events_content": """select count(*) from drivemaster.learning_events
        where event_type = 'question_answered' and content_id = md5('item5')::uuid""",
    "idx_content_media": "select id from drivemaster.content where media ? 'video'",
    "idx_content_tags": "select id from drivemaster.content where tags @> '{rare}'",
    "idx_content_concept": "select difficulty from drivemaster.content where concept_id = md5('concept5')::uuid and is_active",
    "idx_knowledge_states_user_due": """select due_at from drivemaster.knowledge_states
        where user_id = md5('user77')::uuid and due_at < '2025-12-04' order by due_at""",
    "idx_knowledge_states_concept": "select mastery_probability from drivemaster.knowledge_states where concept_id = md5('concept5')::uuid",
}


@pytest.mark.parametrize("index", OTHERS)
def test_every_other_index_has_its_question(crowd: Connection, index: str) -> None:
    assert indexes(crowd, explained(crowd, OTHERS[index])) == {index}
