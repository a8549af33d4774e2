"""Questions to DriveMaster: right on small cases counted by hand, and what should be asked next."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pandas as pd
import psycopg
import pytest
from sqlalchemy import Connection

from workbench import paths, rollup, sqlfiles
from workbench.db import raw
from workbench.errors import UsageError
from workbench.metrics import bkt
from workbench.queries import drivemaster as questions

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AUGUST = {"start": date(2026, 8, 1), "end": date(2026, 9, 1)}


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def insert(sql: psycopg.Connection, table: str, returning: str = "id", **values: object) -> UUID:
    names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
    return sql.execute(f"insert into drivemaster.{table} ({names}) values ({marks}) returning {returning}", values).fetchone()[0]  # noqa: S608


def learner(sql: psycopg.Connection, name: str = "ann", **values: object) -> UUID:
    return insert(sql, "users", email=f"{name}@example.org", password_hash="!", **values)


def concept(sql: psycopg.Connection, key: str, *needs: UUID, **values: object) -> UUID:
    made = insert(sql, "concepts", **{"key": key, "name": key, "category": "signs", **values})
    for needed in needs:
        sql.execute("insert into drivemaster.concept_prerequisites values (%s, %s)", (made, needed))
    return made


def item(sql: psycopg.Connection, of: UUID, **values: object) -> UUID:
    return insert(sql, "content", **{"concept_id": of, "category": "signs", "title": "stop", **values})


def state(sql: psycopg.Connection, who: UUID, of: UUID, mastery: float, **values: object) -> None:
    insert(sql, "knowledge_states", "user_id", user_id=who, concept_id=of, mastery_probability=mastery, **values)


def answer(sql: psycopg.Connection, who: UUID, content: UUID, right: bool, at: datetime = NOON) -> None:
    of = sql.execute("select concept_id from drivemaster.content where id = %s", [content]).fetchone()[0]
    outcome = json.dumps({"isCorrect": right, "responseTime": 1000})
    values = {"user_id": who, "content_id": content, "concept_id": of, "timestamp": at, "response_data": outcome}
    insert(sql, "learning_events", event_type="question_answered", **values)


def refresh(connection: Connection) -> None:
    connection.exec_driver_sql("select drivemaster.refresh_summaries()")


# The three query patterns


def test_known_concepts_are_those_above_the_threshold_latest_first(connection: Connection, sql: psycopg.Connection) -> None:
    who = learner(sql)
    for number, mastery in enumerate((0.8, 0.81, 0.9, 0.99)):
        state(sql, who, concept(sql, f"c{number}"), mastery, last_interaction=NOON + number * DAY)
    state(sql, learner(sql, "ben"), concept(sql, "c9"), 0.99)
    assert questions.known_concepts(connection, who)["concept"].tolist() == ["c3", "c2", "c1"]
    assert questions.known_concepts(connection, str(who), above=0.9)["concept"].tolist() == ["c3"]
    for wrong in (0.5, 1.1):
        with pytest.raises(UsageError, match="above is"):
            questions.known_concepts(connection, who, above=wrong)


def test_recommended_are_the_least_answered_active_items_of_the_difficulty(connection: Connection, sql: psycopg.Connection) -> None:
    of = concept(sql, "stop")
    for number, (difficulty, attempts, active) in enumerate([(0, 5, True), (0.5, 2, True), (-1, 0, True), (1.1, 0, True), (0, 0, False)]):
        item(sql, of, title=f"q{number}", difficulty=difficulty, total_attempts=attempts, is_active=active)
    item(sql, of, title="other", category="speed")
    assert questions.recommended_content(connection, "signs")["title"].tolist() == ["q2", "q1", "q0"]
    assert questions.recommended_content(connection, "signs", easiest=0, hardest=2, rows=2)["title"].tolist() == ["q3", "q1"]
    assert questions.recommended_content(connection, "none").empty
    with pytest.raises(UsageError, match="at least one"):
        questions.recommended_content(connection, "signs", rows=0)


def test_events_of_a_learner_come_newest_first_since_an_instant(connection: Connection, sql: psycopg.Connection) -> None:
    who, content = learner(sql), item(sql, concept(sql, "stop"))
    for number in range(4):
        answer(sql, who, content, number % 2 == 0, NOON + number * DAY)
    answer(sql, learner(sql, "ben"), content, True)
    found = questions.learner_events(connection, who, since=NOON + DAY)
    assert found["is_correct"].tolist() == [False, True, False]
    assert found["occurred_at"].iloc[0] == NOON + 3 * DAY
    assert len(questions.learner_events(connection, who, since="2026-08-04T12:00:00Z", rows=2)) == 2


def test_progress_counts_what_is_begun_mastered_and_due(connection: Connection, sql: psycopg.Connection) -> None:
    who, idle = learner(sql), learner(sql, "idle", is_active=False)
    for number, (mastery, due) in enumerate([(0.96, 0), (0.95, 1), (0.2, None)]):
        of, at = concept(sql, f"c{number}"), None if due is None else datetime(2026, 8, 3, tzinfo=UTC) + due * DAY
        state(sql, who, of, mastery, due_at=at, total_attempts=4, correct_attempts=3, last_interaction=NOON)
        state(sql, idle, of, mastery)
    found = questions.learner_progress(connection, on="2026-08-03")
    assert found[["learner_id", "begun", "mastered", "due", "answers", "correct"]].to_numpy().tolist() == [[str(who), 3, 2, 1, 12, 9]]
    assert found["correct_rate"].tolist() == [0.75]


# Concepts, items, variants


def test_mastery_of_a_concept_is_a_share_with_its_interval(connection: Connection, sql: psycopg.Connection) -> None:
    of, empty = concept(sql, "a"), concept(sql, "b")
    concept(sql, "gone", is_active=False)
    for number in range(20):
        state(sql, learner(sql, f"l{number}"), of, 0.95 if number else 0.5, due_at=NOON if number < 3 else None)
    refresh(connection)
    found = questions.concept_mastery(connection, category="signs").set_index("concept")
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["a", ["learners", "mastered", "scheduled"]].tolist() == [20, 19, 3]
    assert found.loc["a", ["mastered_rate_low", "mastered_rate_high"]].round(4).tolist() == [0.7639, 0.9911]  # definition X1
    assert found.loc["b", "concept_id"] == str(empty)
    assert found.loc["b", ["mastered_rate", "mastered_rate_low"]].isna().all()


def test_an_item_is_counted_by_its_events_and_compared_with_its_counters(connection: Connection, sql: psycopg.Connection) -> None:
    who, content = learner(sql), item(sql, concept(sql, "stop"), total_attempts=9, correct_attempts=4)
    for number in range(5):
        answer(sql, who, content, number < 3, NOON + number * DAY)
    refresh(connection)
    found = questions.content_performance(connection).iloc[0]
    assert found[["answers", "correct", "counted_answers", "counted_correct", "mean_response_ms"]].tolist() == [5, 3, 9, 4, 1000.0]
    assert found["correct_rate"] == 0.6
    assert questions.content_performance(connection, category="speed").empty


def test_a_variant_is_compared_while_both_were_given(connection: Connection, sql: psycopg.Connection) -> None:
    who, of = learner(sql), concept(sql, "stop")
    first = item(sql, of)
    variant = item(sql, of, parent_content_id=first, variant="B")
    unused = item(sql, of, parent_content_id=first, version=2)
    for number in range(80):
        answer(sql, who, first, True, NOON + timedelta(minutes=number))  # before the variant was there
    for number in range(40):
        answer(sql, who, first, number < 30, NOON + DAY + timedelta(minutes=2 * number))
        answer(sql, who, variant, number < 10, NOON + DAY + timedelta(minutes=2 * number + 1))
    found = questions.variant_comparison(connection, **AUGUST).set_index("content_id")
    counts = found.loc[str(variant), ["parent_answers", "parent_correct", "answers", "correct"]].tolist()
    assert counts == [39, 29, 39, 10]  # the first and the last answer of that day stand alone
    assert found.loc[str(variant), "differs"]
    assert found.loc[str(variant), "difference_high"] < 0
    assert np.isnan(found.loc[str(unused), "difference"])
    assert not found.loc[str(unused), "differs"]


# Reviews


def test_due_reviews_are_counted_by_day_and_overdue_ones_apart(connection: Connection, sql: psycopg.Connection) -> None:
    who, ben, old = learner(sql), learner(sql, "ben"), learner(sql, "old", is_active=False)
    for number, offset in enumerate((-9, -1, 0, 0, 2, 40)):
        state(sql, who, concept(sql, f"c{number}"), 0.5, due_at=datetime(2026, 8, 3, tzinfo=UTC) + offset * DAY)
    of = concept(sql, "shared")
    for someone, offset in ((ben, 0), (old, 0)):
        state(sql, someone, of, 0.5, due_at=datetime(2026, 8, 3, tzinfo=UTC) + offset * DAY)
    found = questions.due_load(connection, on="2026-08-03", days=4)
    assert found["reviews"].tolist() == [2, 3, 0, 1, 0]
    assert found["learners"].tolist() == [1, 2, 0, 1, 0]
    assert found["day"].isna().tolist() == [True] + [False] * 4
    assert found["day"].iloc[1] == pd.Timestamp("2026-08-03")


def test_recall_counts_first_answers_of_a_day_by_the_days_between(connection: Connection, sql: psycopg.Connection) -> None:
    who, content = learner(sql), item(sql, concept(sql, "stop"))
    for offset, right in ((-10, True), (-3, True), (0, False), (0.01, True), (1, True), (31, True)):
        answer(sql, who, content, right, NOON + offset * DAY)
    found = questions.review_recall(connection, **AUGUST)
    assert found[["from_days", "reviews", "recalled"]].to_numpy().tolist() == [[1, 1, 1], [2, 1, 0]]
    assert questions.review_recall(connection, start="2020-01-01", end="2020-02-01").empty


# What is next


@pytest.fixture
def course(sql: psycopg.Connection) -> dict[str, UUID]:
    """Signs come before junctions, junctions before motorways; three questions each, and a lesson that is none."""
    signs = concept(sql, "signs")
    junctions = concept(sql, "junctions", signs)
    motorways = concept(sql, "motorways", junctions)
    for of in (signs, junctions, motorways):
        for number in range(3):
            item(sql, of, title=f"q{number}")
        item(sql, of, content_type="lesson")
        item(sql, of, is_active=False)
    return {"ann": learner(sql), "signs": signs, "junctions": junctions, "motorways": motorways}


def asked(connection: Connection, course: dict[str, UUID], **options: object) -> list[tuple[str, str]]:
    found = questions.next_questions(connection, course["ann"], now=NOON, **{"seed": 1, **options})
    return list(zip(found["concept"], found["reason"], strict=True))


def test_a_beginner_starts_where_nothing_is_needed(connection: Connection, course: dict[str, UUID]) -> None:
    assert asked(connection, course) == [("signs", "new")] * 3


@pytest.mark.parametrize(("mastery", "offered"), [(0.5, {"signs"}), (0.949, {"signs"}), (0.95, {"junctions"}), (0.999, {"junctions"})])
def test_a_concept_opens_when_what_it_needs_is_mastered(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID], mastery: float, offered: set[str]
) -> None:
    state(sql, course["ann"], course["signs"], mastery)
    assert {key for key, _ in asked(connection, course)} == offered


def test_even_a_due_or_begun_concept_stays_shut_while_what_it_needs_is_not_mastered(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]
) -> None:
    state(sql, course["ann"], course["signs"], 0.6)
    state(sql, course["ann"], course["junctions"], 0.9, due_at=NOON - DAY)
    state(sql, course["ann"], course["motorways"], 0.9, due_at=NOON - DAY)
    assert {key for key, _ in asked(connection, course)} == {"signs"}


def test_a_prerequisite_that_is_no_longer_taught_stands_in_nobodys_way(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]
) -> None:
    sql.execute("update drivemaster.concepts set is_active = false where id = %s", [course["signs"]])
    assert {key for key, _ in asked(connection, course)} == {"junctions"}


def test_due_reviews_lead(connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]) -> None:
    state(sql, course["ann"], course["signs"], 0.99, due_at=NOON - DAY)
    state(sql, course["ann"], course["junctions"], 0.7, due_at=NOON + DAY)
    assert asked(connection, course, count=3) == [("signs", "review"), ("junctions", "learn"), ("junctions", "learn")]


def test_another_learners_knowledge_opens_nothing(connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]) -> None:
    state(sql, learner(sql, "ben"), course["signs"], 0.99)
    assert {key for key, _ in asked(connection, course)} == {"signs"}


def test_the_same_seed_asks_the_same_and_a_question_just_had_waits(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]
) -> None:
    def order(**options: object) -> list[str]:
        return questions.next_questions(connection, course["ann"], now=NOON, **options)["content_id"].tolist()

    assert order(seed=5) == order(seed=5)
    assert len({tuple(order(seed=number)) for number in range(12)}) > 1
    assert order(policy="ucb1") == order(policy="ucb1")
    had = order(seed=5)[0]
    answer(sql, course["ann"], UUID(had), True, NOON - DAY)
    assert order(seed=5)[-1] == had


def test_a_question_near_the_wanted_share_is_preferred(connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]) -> None:
    for title, right in (("q0", 100), ("q1", 750), ("q2", 990)):
        change = "update drivemaster.content set total_attempts = 1000, correct_attempts = %s where concept_id = %s and title = %s"
        sql.execute(change, (right, course["signs"], title))
    for policy in questions.POLICIES:
        found = questions.next_questions(connection, course["ann"], 1, now=NOON, policy=policy, seed=2)
        assert found["title"].tolist() == ["q1"]
    assert questions.next_questions(connection, course["ann"], 1, now=NOON, seed=2, target=0.1)["title"].tolist() == ["q0"]


@pytest.mark.parametrize(
    "change", ["content set is_active = false", "content set content_type = 'lesson'", "concepts set is_active = false"]
)
def test_what_is_retired_or_no_question_is_never_offered(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID], change: str
) -> None:
    """Not even as a review that is due, nor to one who had it before."""
    state(sql, course["ann"], course["signs"], 0.6, due_at=NOON - DAY)
    for had in questions.next_questions(connection, course["ann"], now=NOON)["content_id"]:
        answer(sql, course["ann"], UUID(had), True, NOON - DAY)
    column = "id" if change.startswith("concepts") else "concept_id"
    assert asked(connection, course) == [("signs", "review")] + [("signs", "learn")] * 2
    sql.execute(f"update drivemaster.{change} where {column} = %s", [course["signs"]])
    assert "signs" not in {key for key, _ in asked(connection, course)}


def test_new_versions_and_variants_are_offered_from_the_day_they_are_active(
    connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]
) -> None:
    old = sql.execute("select id from drivemaster.content where concept_id = %s and title = 'q0'", [course["signs"]]).fetchone()[0]
    draft = item(sql, course["signs"], title="q0, version 2", version=2, parent_content_id=old, is_active=False)
    assert str(draft) not in set(questions.next_questions(connection, course["ann"], now=NOON)["content_id"])
    sql.execute("update drivemaster.content set is_active = (id = %s) where id in (%s, %s)", (draft, draft, old))
    offered = set(questions.next_questions(connection, course["ann"], now=NOON)["content_id"])
    assert str(draft) in offered and str(old) not in offered


def test_a_learner_is_asked_nothing_where_nothing_is_taught(connection: Connection, sql: psycopg.Connection) -> None:
    found = questions.next_questions(connection, learner(sql))
    assert found.empty
    assert list(found) == ["content_id", "title", "concept", "category", "reason", "mastery_probability", "due_at", "difficulty"]


def test_what_cannot_be_asked_is_said(connection: Connection, sql: psycopg.Connection, course: dict[str, UUID]) -> None:
    gone = learner(sql, "gone", is_active=False)
    for who in (uuid4(), gone, "nobody", "' or true"):
        with pytest.raises(UsageError, match="no active learner"):
            questions.next_questions(connection, who)
    with pytest.raises(UsageError, match="no policy 'greedy'; there are thompson, ucb1"):
        questions.next_questions(connection, course["ann"], policy="greedy")
    with pytest.raises(UsageError, match="at least one"):
        questions.next_questions(connection, course["ann"], 0)
    with pytest.raises(UsageError, match="a share of right answers"):
        questions.next_questions(connection, course["ann"], target=75)
    with pytest.raises(UsageError, match="without a zone"):
        questions.next_questions(connection, course["ann"], now=datetime(2026, 8, 3))
    state(sql, course["ann"], course["signs"], 0.99)
    state(sql, course["ann"], course["junctions"], 0.99)
    state(sql, course["ann"], course["motorways"], 0.99)
    assert asked(connection, course) == []


# Audits and summaries


def test_an_audit_finds_a_mastery_that_was_changed_by_hand(connection: Connection, sql: psycopg.Connection) -> None:
    who, of = learner(sql), concept(sql, "stop")
    content = item(sql, of)
    for number, right in enumerate((True, False, True)):
        answer(sql, who, content, right, NOON + number * DAY)
    given = bkt.parameters(0.4, 0.15, 0.2, 0.1)
    after = bkt.replay([0, 0, 0], [0, 0, 0], [True, False, True], given).mastery[-1]
    state(sql, who, of, after, last_interaction=NOON + 2 * DAY, total_attempts=3, correct_attempts=2)
    untouched = concept(sql, "new")
    state(sql, who, untouched, 0.4)
    audit = questions.knowledge_audit(connection).set_index("concept")
    assert audit["difference"].abs().max() == 0
    assert audit.loc["stop", ["counted_answers", "answers"]].tolist() == [3, 3]
    assert audit.loc["new", "answers"] == 0
    sql.execute("update drivemaster.knowledge_states set mastery_probability = 0.2 where concept_id = %s", [of])
    assert questions.knowledge_audit(connection, category="signs").set_index("concept").loc["stop", "difference"] < -0.1


def test_a_rollup_refreshes_the_summaries_when_something_changed(database) -> None:
    with database.connect() as own:
        who, content = learner(raw(own), "ann"), item(raw(own), concept(raw(own), "stop"))
        answer(raw(own), who, content, True)
        own.commit()
        assert "drivemaster" in rollup.refresh(own).summaries
        own.commit()
        assert questions.content_performance(own)["answers"].tolist() == [1]
        own.rollback()
        assert rollup.refresh(own).summaries == []
        own.commit()
        assert "drivemaster" in rollup.refresh(own, full=True).summaries
        own.commit()


def test_summaries_are_read_while_a_rollup_refreshes_them(database) -> None:
    with database.connect() as own, database.connect("workbench_reader") as before, database.connect("workbench_reader") as meanwhile:
        who, content = learner(raw(own), "ann"), item(raw(own), concept(raw(own), "stop"))
        answer(raw(own), who, content, True)
        own.commit()
        rollup.refresh(own)
        own.commit()
        answer(raw(own), who, content, False, NOON + DAY)
        own.commit()
        assert questions.content_performance(before)["answers"].tolist() == [1]  # its transaction, and with it its lock, stays open
        own.exec_driver_sql("set lock_timeout = '5s'")
        own.commit()
        assert "drivemaster" in rollup.refresh(own).summaries
        assert questions.content_performance(before)["answers"].tolist() == [2]
        answer(raw(own), who, content, True, NOON + 2 * DAY)
        refresh(own)  # done, but not yet committed
        meanwhile.exec_driver_sql("set lock_timeout = '1s'")
        assert questions.content_performance(meanwhile)["answers"].tolist() == [2]
        assert questions.concept_mastery(meanwhile)["learners"].tolist() == [0]
        assert questions.daily_practice(meanwhile, **AUGUST)["answers"].tolist() == [1, 1]
        own.commit()
        assert questions.daily_practice(meanwhile, **AUGUST)["answers"].tolist() == [1, 1, 1]


def test_every_query_takes_what_its_file_takes() -> None:
    for path in (paths.SQL / "drivemaster" / "queries").glob("*.sql"):
        assert sqlfiles.load(f"drivemaster/queries/{path.stem}")[0]
