"""DriveMaster's simulated learners: the same every time, at one with themselves, and with the planted findings really in them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import paths, seed
from workbench.db import raw
from workbench.metrics import bkt, bkt_fit, sm2
from workbench.queries import drivemaster as questions
from workbench.seeds import Spec, drivemaster, drivemaster_practice
from workbench.seeds.drivemaster_theory import CONCEPTS

FACTS = sorted(path.stem for path in (paths.SQL / "drivemaster" / "facts").glob("*.sql"))
END = date(2026, 9, 1)
SMALL = {"learners": 12, "days": 40, "end": END}
PERIOD = {"start": END - timedelta(days=90), "end": END}


@pytest.fixture(scope="module")
def seeded(engaged_database) -> Iterator[Connection]:
    """160 learners over 90 days, seen as a reader."""
    with engaged_database.connect() as opened:
        opened.exec_driver_sql("select drivemaster.refresh_summaries()")
        opened.exec_driver_sql("set local role workbench_reader")
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def answers(seeded: Connection) -> pd.DataFrame:
    """All answers, by learner, concept and time."""
    frame = pd.read_sql("select * from drivemaster.learning_events where event_type = 'question_answered'", seeded)
    frame = frame.join(pd.DataFrame(frame.pop("response_data").tolist()))
    return frame.sort_values(["user_id", "concept_id", "timestamp"], ignore_index=True)


@pytest.fixture(scope="module")
def states(seeded: Connection) -> pd.DataFrame:
    return pd.read_sql("select * from drivemaster.knowledge_states", seeded)


@pytest.fixture(scope="module")
def planted(seeded: Connection) -> dict[str, dict]:
    """Each planted finding with its period."""
    rows = seeded.exec_driver_sql(
        "select fact, started_at, ended_at, details from marts.seed_fact where platform = 'drivemaster' and kind = 'planted'"
    ).all()
    return {row.fact: {"start": row.started_at, "end": row.ended_at} | row.details for row in rows}


def hashes(connection: Connection) -> dict[str, int]:
    """A number over all rows of each table, whatever their order."""
    return {
        table: connection.exec_driver_sql(f"select sum(hashtextextended(t::text, 0)) from drivemaster.{table} as t").scalar_one()  # noqa: S608
        for table in drivemaster.TABLES
    }


def one(connection: Connection, text: str) -> object:
    return connection.exec_driver_sql(text).scalar_one()


# The same every time


def test_equal_arguments_give_equal_rows_and_others_do_not(connection: Connection) -> None:
    def stored() -> dict[str, int]:
        with connection.begin_nested() as attempt:
            seed.seed(connection, "drivemaster", seed=7, **SMALL)
            found = hashes(connection)
            attempt.rollback()
        return found

    assert stored() == stored()
    mine, other = (drivemaster.make(Spec("drivemaster", 12, 40, number, END)).tables for number in (7, 8))
    assert not [table for table in drivemaster.TABLES if mine[table] == other[table]]


def test_a_part_of_the_seeding_does_not_move_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec("drivemaster", 12, 40, 7, END)
    before = drivemaster.make(spec).tables
    monkeypatch.setattr(drivemaster_practice, "HOURS", tuple(reversed(drivemaster_practice.HOURS)))
    after = drivemaster.make(spec).tables
    assert before["concepts"] == after["concepts"]
    assert before["users"]["email"] == after["users"]["email"]
    assert before["learning_events"] != after["learning_events"]


def test_what_was_seeded_is_taken_away_again_and_nothing_else(connection: Connection) -> None:
    mine = "insert into drivemaster.users (email, password_hash) values ('real@example.org', '!')"
    report = seed.seed(connection, "drivemaster", **SMALL)
    connection.exec_driver_sql(mine)
    removed = seed.reset(connection, "drivemaster")
    assert removed == sum(report.rows.values()) > 1000
    counts = {table: one(connection, f"select count(*) from drivemaster.{table}") for table in drivemaster.TABLES}  # noqa: S608
    assert counts == dict.fromkeys(drivemaster.TABLES, 0) | {"users": 1}


def test_months_are_made_and_default_stays_empty(seeded: Connection) -> None:
    raw(seeded).execute("reset role")
    assert one(seeded, "select count(*) from drivemaster.learning_events_default") == 0
    assert one(seeded, "select count(*) from drivemaster.learning_events_p2026_08") > 0
    raw(seeded).execute("set local role workbench_reader")


# At one with themselves


def test_knowledge_is_the_replay_of_the_answers(seeded: Connection, states: pd.DataFrame) -> None:
    audit = questions.knowledge_audit(seeded)
    assert len(audit) == len(states) > 800
    assert audit["difference"].abs().max() == 0
    assert (audit["counted_answers"] == audit["answers"]).all()


def test_schedules_are_those_of_one_card_after_another(answers: pd.DataFrame, states: pd.DataFrame) -> None:
    stored = states.set_index(["user_id", "concept_id"])
    day = (answers["timestamp"] - pd.Timestamp(0, tz="UTC")).dt.days
    ninth = answers.assign(day=day)[answers.groupby(["user_id", "concept_id"]).ngroup() % 9 == 0]
    for key, group in ninth.groupby(["user_id", "concept_id"]):
        card, due = sm2.Card(), -1
        for row in group.itertuples():
            if row.day >= due:
                sure = None if row.confidenceLevel is None or np.isnan(row.confidenceLevel) else row.confidenceLevel
                card = sm2.review(card, sm2.grade(row.isCorrect, row.hintsUsed, sure))
                due = row.day + card.interval_days
        found = stored.loc[key]
        assert (found["repetitions"], found["interval_days"]) == (card.repetitions, card.interval_days)
        assert float(found["easiness"]) == float(card.easiness)
        assert found["due_at"] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=due)


def test_counters_are_counts(seeded: Connection, answers: pd.DataFrame, states: pd.DataFrame) -> None:
    items = questions.content_performance(seeded)
    assert (items["answers"] == items["counted_answers"]).all()
    assert (items["correct"] == items["counted_correct"]).all()
    assert items["answers"].sum() == len(answers)
    counted = answers.groupby(["user_id", "concept_id"])["isCorrect"].agg(["size", "sum", "count"])
    stored = states.set_index(["user_id", "concept_id"]).loc[counted.index]
    assert (stored["total_attempts"] == counted["size"]).all()
    assert (stored["correct_attempts"] == counted["sum"]).all()
    number = answers.sort_values("timestamp").groupby(["user_id", "content_id"]).cumcount() + 1
    assert (number.sort_index() == answers["attemptNo"]).all()


def test_points_streaks_and_mastered_concepts_follow_from_the_answers(seeded: Connection, answers: pd.DataFrame) -> None:
    users = pd.read_sql("select id, total_xp, longest_streak from drivemaster.users where role = 'learner'", seeded).set_index("id")
    mastered = pd.read_sql("select user_id, concept_id from drivemaster.learning_events where event_type = 'concept_mastered'", seeded)
    assert not mastered.duplicated().any()
    points = 10 * answers.groupby("user_id")["isCorrect"].sum() + 50 * mastered.groupby("user_id").size().reindex(users.index).fillna(0)
    assert (points.reindex(users.index).fillna(0) == users["total_xp"]).all()
    for who, group in answers.groupby("user_id"):
        days = sorted(set(group["timestamp"].dt.date))
        longest = run = 1
        for before, after in pairwise(days):
            run = run + 1 if after - before == timedelta(days=1) else 1
            longest = max(longest, run)
        assert users.loc[who, "longest_streak"] == longest


def test_sessions_hold_their_answers(seeded: Connection, answers: pd.DataFrame) -> None:
    sessions = pd.read_sql("select session_id, learner_id, started_at, ended_at, device from drivemaster.fact_session", seeded)
    assert sessions["session_id"].is_unique
    joined = answers.merge(sessions, on="session_id")
    assert len(joined) == len(answers)
    assert (joined["user_id"] == joined["learner_id"]).all()
    assert ((joined["timestamp"] > joined["started_at"]) & (joined["timestamp"] <= joined["ended_at"])).all()
    assert set(sessions["device"]) == {"mobile", "tablet", "desktop"}


# Planted


def test_the_true_parameters_are_kept_and_found_again(planted: dict[str, dict], answers: pd.DataFrame, seeded: Connection) -> None:
    keys = pd.read_sql("select id, key from drivemaster.concepts", seeded).set_index("id")["key"]
    truth = {key: value for key, value in planted["true_parameters"].items() if key not in ("start", "end")}
    assert len(truth) == CONCEPTS
    concept = pd.Categorical(answers["concept_id"].map(keys), categories=list(truth)).codes
    sequence = answers.groupby(["user_id", "concept_id"], sort=False).ngroup()
    fit = bkt_fit.fit(sequence, concept, answers["isCorrect"].astype(bool))
    plenty = (fit.answers > 500) & (np.array(list(truth)) != planted["drifted_concept"]["concept"])
    assert plenty.sum() >= 8
    for name, tolerance in (("prior", 0.12), ("learn", 0.08), ("guess", 0.08), ("slip", 0.06)):
        wanted = np.array([truth[key][name] for key in truth])
        found = getattr(fit.parameters, name)
        assert np.abs(found - wanted[: len(found)])[plenty].mean() < tolerance


def test_true_parameters_predict_as_well_as_fitted_ones(planted: dict[str, dict], answers: pd.DataFrame, seeded: Connection) -> None:
    keys = pd.read_sql("select id, key from drivemaster.concepts", seeded).set_index("id")["key"]
    truth = {key: value for key, value in planted["true_parameters"].items() if key not in ("start", "end")}
    concept = pd.Categorical(answers["concept_id"].map(keys), categories=list(truth)).codes
    sequence = answers.groupby(["user_id", "concept_id"], sort=False).ngroup()
    right = answers["isCorrect"].astype(bool)
    columns = ([value[name] for value in truth.values()] for name in ("prior", "learn", "guess", "slip"))
    expected = bkt.replay(sequence, concept, right, bkt.parameters(*columns)).predicted
    log_loss = -np.log(np.where(right, expected, 1 - expected)).mean()
    base = right.mean()
    assert log_loss < -(base * np.log(base) + (1 - base) * np.log(1 - base)) - 0.05


def test_of_two_variants_one_is_worse_and_one_useless(seeded: Connection, planted: dict[str, dict]) -> None:
    pairs = questions.variant_comparison(seeded, **PERIOD).set_index("content_id")
    useless, worse = (pairs.loc[planted[name]["variant_id"]] for name in ("useless_variant", "worse_variant"))
    assert worse["differs"]
    assert worse["difference"] < -0.15
    assert useless["parent_answers"] > 50
    assert abs(useless["difference"]) < 0.12
    for name in ("useless_variant", "worse_variant"):
        assert pairs.loc[planted[name]["variant_id"], "parent_content_id"] == planted[name]["content_id"]


def test_one_item_is_answered_wrong_by_nearly_all(seeded: Connection, planted: dict[str, dict]) -> None:
    items = questions.content_performance(seeded)
    answered = items[items["answers"] >= 30]
    lowest = answered.loc[answered["correct_rate"].idxmin()]
    assert lowest["content_id"] == planted["bad_item"]["content_id"]
    assert lowest["correct_rate_high"] < 0.35


def test_one_concept_is_answered_worse_from_a_day_on(answers: pd.DataFrame, planted: dict[str, dict], seeded: Connection) -> None:
    fact = planted["drifted_concept"]
    keys = pd.read_sql("select id, key from drivemaster.concepts", seeded).set_index("id")["key"]
    of = answers[answers["concept_id"].map(keys) == fact["concept"]]
    share = of["isCorrect"].astype(float).groupby(of["timestamp"] >= fact["start"]).mean()
    assert share[True] < share[False] - 0.1


def test_part_of_a_day_arrives_late(answers: pd.DataFrame, planted: dict[str, dict]) -> None:
    fact = planted["late_events"]
    day = answers[(answers["timestamp"] >= fact["start"]) & (answers["timestamp"] < fact["end"])]
    late = day["recorded_at"] - day["timestamp"] > timedelta(days=1)
    assert 0.2 < late.mean() < 0.4
    others = answers.drop(day.index)
    assert not (others["recorded_at"] - others["timestamp"] > timedelta(days=1)).any()
    assert (answers["recorded_at"] >= answers["timestamp"]).all()


# Asked


def test_fits_say_how_far_to_trust_them(seeded: Connection) -> None:
    found = questions.knowledge_fit(seeded, **PERIOD).set_index("concept")
    assert ((found["answers"] < 50) == (found["status"] == "too_few")).all()
    assert (found["status"] == "fitted").sum() > 10
    assert found[["prior", "learn", "guess", "slip"]].stack().between(0, 1).all()
    assert found["learners"].max() <= 160
    assert questions.knowledge_fit(seeded, start="2020-01-01", end="2020-02-01").empty


def test_the_bad_item_is_where_its_parameters_drifted_most(seeded: Connection, planted: dict[str, dict]) -> None:
    details = planted["bad_item"]
    category = pd.read_sql("select category from drivemaster.content where id = %(id)s", seeded, params={"id": details["content_id"]})
    found = questions.item_fit(seeded, category.iloc[0, 0], **PERIOD, fewest=30).set_index("content_id")
    bad = found.loc[details["content_id"]]
    assert bad["share_correct"] == found["share_correct"].min() < 0.3
    assert (found["answers"] >= 30).all()
    assert ((found["fitted_difficulty"] - found["difficulty"] - found["difficulty_drift"]).abs() < 1e-12).all()
    assert questions.item_fit(seeded, "none", **PERIOD).empty


def test_the_practice_of_the_days_adds_up(seeded: Connection) -> None:
    found = questions.daily_practice(seeded, **PERIOD)
    counted = seeded.exec_driver_sql("select count(*) from drivemaster.fact_attempt").scalar_one()
    assert found["answers"].sum() == counted
    assert found.loc[found["category"] == "none", "sessions"].sum() == seeded.exec_driver_sql(
        "select count(*) from drivemaster.fact_session"
    ).scalar_one()  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_facts_of_all_platforms_hold_the_same_rows(seeded: Connection, fact: str) -> None:
    own = seeded.exec_driver_sql(f"select count(*) from drivemaster.{fact}").scalar_one()  # noqa: S608
    union = seeded.exec_driver_sql(f"select count(*) from marts.{fact} where platform = 'drivemaster'").scalar_one()  # noqa: S608
    assert own == union > 0
