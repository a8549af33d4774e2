"""Right answers after good and bad help: matched as stated, found where planted, hardly ever found where nothing is."""

import math

import numpy as np
import pandas as pd
import pytest

from workbench.metrics import help_effect
from workbench.metrics.stats import difference

START = pd.Timestamp("2026-08-01T09:00Z")
RUNS = 200


def pairs(rng: np.random.Generator, learners: int = 50, each: int = 8, effect: float = 0.0) -> pd.DataFrame:
    """Able learners get better help, and so do easy questions; help itself adds `effect` to the chance of a right answer."""
    ability = rng.normal(0, 1, learners).repeat(each)
    stratum = rng.integers(0, 3, learners * each)
    good = rng.random(learners * each) < 1 / (1 + np.exp(-(ability + 1.5 * (1 - stratum))))
    chance = np.clip(0.5 + 0.15 * ability + 0.15 * (1 - stratum), 0.05, 0.95 - max(effect, 0)) + effect * good
    right = rng.random(learners * each) < chance
    return pd.DataFrame({"learner_id": np.arange(learners).repeat(each), "is_good": good, "is_correct": right, "stratum": stratum})


def test_where_help_does_nothing_it_is_hardly_ever_said_to() -> None:
    rng = np.random.default_rng(20)
    found = [help_effect.effect(pairs(rng)) for _ in range(RUNS)]
    alarms = sum(one.state in ("higher", "lower") for one in found)
    assert alarms / RUNS <= 0.07
    assert abs(np.mean([one.within.value for one in found])) < 0.01
    assert sum(one.raw.low > 0 for one in found) / RUNS > 0.9, "the raw comparison is wrong nearly always"
    assert sum(one.standardised.low > 0 for one in found) / RUNS > 0.5, "so is the one that only knows difficulty"


def test_help_that_helps_is_found_and_its_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(21)
    found = [help_effect.effect(pairs(rng, learners=150, each=10, effect=0.15)) for _ in range(40)]
    assert np.mean([one.state == "higher" for one in found]) > 0.9
    assert np.mean([one.within.low <= 0.15 <= one.within.high for one in found]) >= 0.9
    assert help_effect.effect(pairs(rng, learners=300, each=10, effect=-0.2)).state == "lower"


def test_the_difference_is_that_of_a_regression_with_levels() -> None:
    table = pairs(np.random.default_rng(3), learners=20, effect=0.2)
    found = help_effect.effect(table)
    both = table[table.groupby("learner_id").is_good.transform("nunique") == 2]
    levels = pd.get_dummies(both[["learner_id", "stratum"]].astype(str), dtype=float).to_numpy()
    by_hand = np.linalg.lstsq(np.column_stack([both.is_good.astype(float), levels]), both.is_correct.astype(float), rcond=None)[0][0]
    assert found.within.value == pytest.approx(by_hand)
    assert (found.learners, found.attempts) == (both.learner_id.nunique(), len(both))
    good, bad = table[table.is_good].is_correct, table[~table.is_good].is_correct
    assert found.raw == difference(bad.sum(), len(bad), good.sum(), len(good))


def test_with_one_of_each_it_is_the_mean_difference_of_learners() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"learner_id": np.arange(40).repeat(2), "is_good": [True, False] * 40, "is_correct": rng.random(80) < 0.5})
    found = help_effect.effect(table.assign(stratum="all")).within
    each = table.is_correct[::2].to_numpy(float) - table.is_correct[1::2].to_numpy(float)
    reach = help_effect.t95(39) * each.std(ddof=1) / math.sqrt(40)
    assert found == pytest.approx((each.mean(), each.mean() - reach, each.mean() + reach))


def test_few_learners_with_both_kinds_conclude_nothing() -> None:
    table = pairs(np.random.default_rng(6), learners=9, each=40, effect=0.5)
    assert help_effect.effect(table).state == "few"
    one_kind = help_effect.effect(table[table.is_good])
    assert one_kind.state == "few" and math.isnan(one_kind.raw.value) and math.isnan(one_kind.within.value)
    nothing = help_effect.effect(table.iloc[:0])
    assert nothing.state == "few" and nothing.after_good.total == 0
    same = table.assign(is_good=table.stratum == 0)
    assert math.isnan(help_effect.effect(same.assign(stratum=same.is_good)).within.value), "goodness and difficulty are one thing"


def some_rows(rng: np.random.Generator, count: int, **values: list) -> list[dict]:
    """Rows of 80 learners at different minutes, in any order."""
    rows = [
        {"learner_id": f"l{m // 40}", "occurred_at": START + pd.Timedelta(minutes=int(m % 40))} for m in rng.permutation(80 * 40)[:count]
    ]
    return [row | {name: options[rng.integers(len(options))] for name, options in values.items()} for row in rows]


def test_each_answer_meets_the_first_attempt_after_it_and_each_attempt_the_last_answer() -> None:
    rng = np.random.default_rng(9)
    asked = some_rows(rng, 400, is_good=[True, False, None], skill_id=["a", "b", None])
    tried = some_rows(rng, 600, is_correct=[True, False], skill_id=["a", "b"])
    wanted = {}
    for one in sorted((row for row in asked if row["is_good"] is not None), key=lambda row: row["occurred_at"]):
        after = [
            row["occurred_at"]
            for row in tried
            if row["learner_id"] == one["learner_id"]
            and pd.Timedelta(0) < row["occurred_at"] - one["occurred_at"] <= pd.Timedelta("5min")
            and one["skill_id"] in (None, row["skill_id"])
        ]
        if after:
            wanted[one["learner_id"], min(after)] = one["occurred_at"], one["is_good"]  # a later answer takes the attempt over
    found = help_effect.followed(pd.DataFrame(asked), pd.DataFrame(tried), "5min")
    assert {(row.learner_id, row.occurred_at): (row.asked_at, row.is_good) for row in found.itertuples()} == wanted
    assert len(found) == len(wanted) > 100 and found.asked_at.is_monotonic_increasing
    outcome = {(row["learner_id"], row["occurred_at"]): row["is_correct"] for row in tried}
    assert all(outcome[row.learner_id, row.occurred_at] == row.is_correct for row in found.itertuples())


def test_nothing_asked_or_nothing_tried_is_nothing_followed() -> None:
    some = pd.DataFrame({"learner_id": [1], "skill_id": ["a"], "occurred_at": [START], "is_good": [True], "is_correct": [True]})
    for answers, attempts in ((some, some.iloc[:0]), (some.iloc[:0], some), (some, some)):
        assert help_effect.followed(answers, attempts).empty
    assert help_effect.effect(help_effect.followed(some, some)).state == "few"


def test_without_skills_any_attempt_counts() -> None:
    answers = pd.DataFrame({"learner_id": [1], "occurred_at": [START], "is_good": [True]})
    attempts = pd.DataFrame({"learner_id": [1], "skill_id": ["b"], "occurred_at": [START + pd.Timedelta("1h")], "is_correct": [True]})
    found = help_effect.followed(answers, attempts)
    assert found[["is_good", "skill_id", "is_correct", "stratum"]].to_numpy().tolist() == [[True, "b", True, "all"]]


def test_strata_have_equal_counts() -> None:
    found = help_effect.difficulty_strata(np.random.default_rng(1).random(100))
    assert np.bincount(found).tolist() == [20] * 5
    assert help_effect.difficulty_strata([math.nan] * 3).tolist() == [-1] * 3
