"""DriveMaster's suites: the replays in SQL are those of the package, where a broken row of the simulated data cannot show it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from psycopg import sql
from sqlalchemy import Connection

from workbench import paths
from workbench.checking import suites
from workbench.db import raw
from workbench.metrics import bkt, sm2

FILES = sorted((paths.EXPECTATIONS / "drivemaster").glob("*.yml"))
RULES = {rule.id: rule for path in FILES for rule in suites.read(path, shipped=True).rules}
MASTERY, SCHEDULE = "DRIVEMASTER-STATE-017", "DRIVEMASTER-STATE-018"
FIRST = datetime(2026, 6, 1, 6, tzinfo=UTC)
PARAMETERS = {  # prior, learn, guess, slip
    "usual": (0.4, 0.15, 0.2, 0.1),
    "never learnt": (0.3, 0.0, 0.2, 0.1),
    "never guessed": (0.2, 0.1, 0.0, 0.1),
    "never slipped": (0.2, 0.1, 0.25, 0.0),
    "certain": (1.0, 0.1, 0.2, 0.1),
    "hopeless": (0.0, 0.05, 0.3, 0.2),
    "barely": (0.5, 0.9, 0.49, 0.5),
}


@pytest.fixture
def learner(connection: Connection) -> Iterator[UUID]:
    """A learner without answers."""
    connection.exec_driver_sql("set local session_replication_role = replica")  # states and answers alone will do
    yield uuid4()


def answers(connection: Connection, learner: UUID, concept: UUID, right: list[bool], at: list[datetime], hints: list[int]) -> None:
    rows = [
        (uuid4(), learner, uuid4(), concept, moment, json.dumps({"isCorrect": bool(hit), "hintsUsed": int(used), "confidenceLevel": 0.5}))
        for hit, moment, used in zip(right, at, hints, strict=True)
    ]
    with raw(connection).cursor() as cursor:
        cursor.executemany(
            "insert into drivemaster.learning_events (id, user_id, content_id, concept_id, event_type, timestamp, response_data)"
            " values (%s, %s, %s, %s, 'question_answered', %s, %s)",
            rows,
        )


def at_fault(connection: Connection, rule: str, learner: UUID) -> set[UUID]:
    """Concepts of the learner's states that the rule finds."""
    query = RULES[rule].query.replace("%", "%%")
    return {row[1] for row in connection.exec_driver_sql(query) if row[0] == learner}


def state(connection: Connection, learner: UUID, concept: UUID, count: int, mastery: float, parameters: tuple[float, ...], **more) -> None:
    columns = {
        "user_id": learner, "concept_id": concept, "total_attempts": count, "mastery_probability": mastery,
        **dict(zip(("initial_knowledge", "learning_rate", "guess_parameter", "slip_parameter"), parameters, strict=True)), **more,
    }  # fmt: skip
    names, marks = sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    insert = sql.SQL("insert into drivemaster.knowledge_states ({}) values ({})").format(names, marks)
    raw(connection).execute(insert, list(columns.values()))


def test_mastery_is_replayed_as_by_the_package(connection: Connection, learner: UUID) -> None:
    rng = np.random.default_rng(4)
    saturated = np.r_[np.ones(600, bool), np.zeros(40, bool)]
    runs = (rng.random(60) < 0.6, saturated, np.array([False]))
    wanted = {}
    for parameters in PARAMETERS.values():
        for right in runs:
            concept = uuid4()
            after = float(bkt.replay(np.zeros(len(right), int), np.zeros(len(right), int), right, bkt.parameters(*parameters)).mastery[-1])
            times = [FIRST + timedelta(minutes=n) for n in range(len(right))]
            answers(connection, learner, concept, right.tolist(), times, [0] * len(right))
            state(connection, learner, concept, len(right), after, parameters)
            wanted[concept] = after
    assert at_fault(connection, MASTERY, learner) == set()
    moved = "update drivemaster.knowledge_states set mastery_probability = abs(mastery_probability - 3e-6) where user_id = %s"
    connection.exec_driver_sql(moved, (learner,))
    assert at_fault(connection, MASTERY, learner) == set(wanted) - {concept for concept, after in wanted.items() if after < 3e-6}


def test_a_state_is_not_judged_by_answers_that_are_not_all_there(connection: Connection, learner: UUID) -> None:
    concept, untouched = uuid4(), uuid4()
    answers(connection, learner, concept, [True], [FIRST], [0])
    state(connection, learner, concept, 5, 0.123, PARAMETERS["usual"])
    state(connection, learner, untouched, 0, 0.4, PARAMETERS["usual"])
    assert at_fault(connection, MASTERY, learner) == set()
    connection.exec_driver_sql("update drivemaster.knowledge_states set mastery_probability = 0.41 where concept_id = %s", (untouched,))
    assert at_fault(connection, MASTERY, learner) == {untouched}


def test_schedules_are_replayed_as_by_the_package(connection: Connection, learner: UUID) -> None:
    rng = np.random.default_rng(9)
    concepts = [uuid4() for _ in range(25)]
    for concept in concepts:
        hours = np.cumsum(rng.exponential(30, 40)).astype(int) + 1
        times = [FIRST + timedelta(hours=int(hour)) for hour in np.unique(hours)]
        right, hints = rng.random(len(times)) < 0.8, (rng.random(len(times)) < 0.3).astype(int)
        days = np.array([moment.toordinal() for moment in times])
        made = sm2.schedule(np.zeros(len(times), int), days, sm2.grades(right, hints, np.full(len(times), 0.5)))
        answers(connection, learner, concept, right.tolist(), times, hints.tolist())
        due = datetime.fromordinal(int(made.due_day[-1])).replace(tzinfo=UTC)
        card = {"easiness": made.easiness[-1] / 100, "repetitions": int(made.repetitions[-1]), "interval_days": int(made.interval_days[-1])}
        state(connection, learner, concept, len(times), 0.5, PARAMETERS["usual"], due_at=due, **card)
    assert at_fault(connection, SCHEDULE, learner) == set()
    connection.exec_driver_sql("update drivemaster.knowledge_states set due_at = due_at + interval '1 day' where user_id = %s", (learner,))
    assert at_fault(connection, SCHEDULE, learner) == set(concepts)
