"""How learners stand: the rule case by case, and how often it errs on simulated learners."""

import numpy as np
import pandas as pd
import pytest

from workbench.metrics import bkt, standing
from workbench.metrics.stats import wilson

AS_OF = pd.Timestamp("2026-08-29T00:00Z")
LEARNERS = 400


def rows(learner: str, right: int, wrong: int, *, skill: str = "a", days_ago: float = 5, **more: float) -> pd.DataFrame:
    """Right answers, then wrong ones, with a constant expectation and state."""
    correct = np.r_[np.ones(right, bool), np.zeros(wrong, bool)]
    at = AS_OF - pd.to_timedelta(days_ago, "D") + pd.to_timedelta(np.arange(len(correct)), "s")
    values = {"predicted": 0.7, "mastery": 0.5, "prior": 0.3} | more
    return pd.DataFrame({"learner_id": learner, "skill_id": skill, "occurred_at": at, "is_correct": correct, **values})


def one(*parts: pd.DataFrame) -> pd.Series:
    table = pd.concat(parts)
    return standing.standing(table, ["x"], AS_OF).iloc[0]


def test_those_without_answers_are_not_lost() -> None:
    found = standing.standing(pd.concat([rows("b", 14, 6), rows("stranger", 9, 9)]), ["a", "b", "c"], AS_OF)
    assert found.learner_id.tolist() == ["a", "b", "c"] and found.state.tolist() == ["never_started", "on_track", "never_started"]
    assert found.reason.tolist() == ["no answer yet", "14 of 20 right, 0 skills newly mastered", "no answer yet"]
    assert found.correct_rate.isna().tolist() == [True, False, True] and found.low[1] == wilson(14, 20).low
    nobody = standing.standing(rows("x", 0, 0), ["a"], AS_OF)
    assert nobody.state.tolist() == ["never_started"]


def test_the_window_is_half_open_and_ends_at_the_cut_off() -> None:
    assert one(rows("x", 20, 0, days_ago=29)).state == "inactive"
    assert one(rows("x", 1, 0, days_ago=28)).answers == 1
    assert one(rows("x", 1, 0, days_ago=0)).state == "never_started", "what comes after the cut-off has not happened yet"


def test_fewer_than_twenty_answers_are_not_judged_unless_a_skill_was_mastered() -> None:
    assert one(rows("x", 0, 19)).state == "too_few"
    assert one(rows("x", 19, 0, mastery=0.96)).state == "on_track"


def test_struggling_is_below_what_was_expected() -> None:
    found = one(rows("x", 11, 14, predicted=0.7))  # 0.44, Wilson to 0.63
    assert found.state == "struggling" and found.reason == "11 of 25 right, 70% expected"
    assert one(rows("x", 11, 14, predicted=0.6)).state == "on_track"


def test_struggling_is_also_below_a_half_without_a_skill_gained() -> None:
    found = one(rows("x", 5, 20, predicted=np.nan, mastery=np.nan, prior=np.nan))
    assert found.state == "struggling" and found.reason == "5 of 25 right, no skill newly mastered"
    assert one(rows("x", 5, 20, predicted=0.2, mastery=0.97)).state == "on_track"
    assert one(rows("x", 8, 17, predicted=0.32)).state == "on_track", "8 of 25 may still be a half"


def test_stalled_is_much_practice_that_moves_nothing() -> None:
    found = one(rows("x", 14, 6, mastery=0.32), rows("x", 7, 3, skill="b", mastery=0.34))
    assert found.state == "stalled"
    assert found.reason == "30 answers to 2 skills not yet mastered, none newly mastered, probability changed by +0.03"
    assert one(rows("x", 14, 6, mastery=0.5), rows("x", 7, 3, skill="b", mastery=0.34)).state == "on_track", "one of them rises"
    assert one(rows("x", 20, 9, mastery=0.32)).state == "on_track", "29 answers"
    assert one(*(rows("x", 3, 1, skill=str(k), mastery=0.3) for k in range(10))).state == "on_track", "too few on each"


def test_reviews_of_what_was_mastered_before_are_no_stall() -> None:
    before = rows("x", 10, 0, days_ago=60, mastery=0.97)
    found = one(before, rows("x", 30, 10, mastery=0.96))
    assert found.state == "on_track" and (found.open_skills, found.gained) == (0, 0)


def test_a_skill_is_newly_mastered_when_it_rises_over_the_line_within_the_window() -> None:
    table = pd.concat([
        rows("x", 5, 0, days_ago=40, mastery=0.6), rows("x", 5, 0, mastery=0.96),
        rows("x", 5, 0, skill="b", days_ago=40, mastery=0.96), rows("x", 5, 0, skill="b", mastery=0.97),
        rows("x", 1, 0, skill="c", mastery=0.95, prior=0.9),
    ])  # fmt: skip
    found = standing.progress(table, AS_OF).set_index("skill_id")
    assert found.gained.to_dict() == {"a": True, "b": False, "c": True}
    assert found.before.to_dict() == {"a": 0.6, "b": 0.96, "c": 0.9}


def test_an_expectation_of_some_answers_is_none() -> None:
    assert np.isnan(one(rows("x", 5, 5), rows("x", 5, 15, predicted=np.nan)).expected)


def shares(seed: int, *, known: float, learn: float, slip: float = 0.1) -> pd.Series:
    """States of learners with four skills, twelve answers to each; the model believes in 0.3 known, 0.15 learnt, 0.1 slips."""
    rng = np.random.default_rng(seed)
    knows, right = rng.random((LEARNERS, 4)) < known, []
    for _ in range(12):
        right.append(rng.random(knows.shape) < np.where(knows, 1 - slip, 0.2))
        knows |= rng.random(knows.shape) < learn
    correct, sequence = np.stack(right, axis=2).ravel(), np.arange(LEARNERS * 4).repeat(12)
    replay = bkt.replay(sequence, sequence * 0, correct, bkt.parameters(0.3, 0.15, 0.2, 0.1))
    at = AS_OF - pd.to_timedelta(np.tile(np.arange(20, 8, -1), LEARNERS * 4), "D")
    columns = {"occurred_at": at, "is_correct": correct, "predicted": replay.predicted, "mastery": replay.mastery, "prior": 0.3}
    table = pd.DataFrame({"learner_id": sequence // 4, "skill_id": sequence % 4, **columns})
    found = standing.standing(table, np.arange(LEARNERS), AS_OF).state.value_counts(normalize=True)
    return found.reindex(standing.STATES, fill_value=0.0)


def test_learners_who_learn_as_the_model_says_are_rarely_called_struggling_or_stalled() -> None:
    found = shares(1, known=0.3, learn=0.15)
    assert found["struggling"] <= 0.03 and found["stalled"] <= 0.01


def test_learners_who_learn_nothing_are_found() -> None:
    assert shares(2, known=0.0, learn=0.0)["struggling"] > 0.95
    assert shares(3, known=0.3, learn=0.15, slip=0.45)["struggling"] > 0.3, "who knows it and often fails"


@pytest.mark.parametrize("keys", [np.arange(3), ["p", "q", "r"]])
def test_learners_may_be_named_in_any_way(keys: list) -> None:
    table = pd.concat([rows(key, 14, 6) for key in keys])
    assert standing.standing(table, keys, AS_OF).learner_id.tolist() == list(keys)
