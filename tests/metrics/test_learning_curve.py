"""Learning curves (definition P4) by hand, on real answers, and on simulated learners who do or do not learn."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import learning_curve
from workbench.metrics.stats import t95, wilson

SKILLS, LEARNERS, LENGTH = 200, 100, 10


def answers(seed: int, *, fall: float = 0.0, weak_leave: bool = False, stop_after: int | None = None) -> pd.DataFrame:
    """Answers of learners of different ability; `fall` is what a doubling of practice takes off the error rate."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(0.3, 1, (SKILLS, LEARNERS, 1))
    error = np.clip(1 / (1 + np.exp(ability)) - fall * np.log2(np.arange(1, LENGTH + 1)), 0.02, 0.98)
    right = rng.random((SKILLS, LEARNERS, LENGTH)) >= error
    last = np.full((SKILLS, LEARNERS), LENGTH)
    if weak_leave:
        last = np.where(ability[..., 0] < 0.3, rng.integers(1, 5, last.shape), last)
    if stop_after:  # practice ends with the first such run of right answers
        runs = np.lib.stride_tricks.sliding_window_view(right, stop_after, axis=2).all(axis=3)
        last = np.where(runs.any(axis=2), runs.argmax(axis=2) + stop_after, LENGTH)
    skill, learner, step = np.nonzero(np.arange(LENGTH) < last[..., None])
    return pd.DataFrame({"learner_id": learner, "skill_id": skill, "opportunity": step + 1, "is_correct": right[skill, learner, step]})


def shares(rows: pd.DataFrame) -> pd.Series:
    share = learning_curve.falls(rows).state.value_counts(normalize=True)
    return share.reindex(["falls", "flat", "rises", "unclear", "few"], fill_value=0.0)


def test_only_the_first_answer_to_an_item_is_an_opportunity() -> None:
    given_answers = pd.DataFrame({
        "learner_id": [1, 1, 2, 1, 1, 1, 1, 1],
        "skill_id": ["a", "a", "a", "b", "a", None, "a", "a"],
        "item_id": [1, 1, 1, 1, 2, 9, None, None],
        "is_correct": [False, True, True, True, True, True, False, True],
    })  # fmt: skip
    made = learning_curve.opportunities(given_answers)
    assert made.to_numpy().tolist() == [
        [1, "a", 1, False], [2, "a", 1, True], [1, "b", 1, True], [1, "a", 2, True], [1, "a", 3, False], [1, "a", 4, True]
    ]  # fmt: skip


def test_error_rates_have_their_counts_and_wilson_intervals() -> None:
    rows = pd.DataFrame({"skill_id": "a", "opportunity": [1] * 20 + [2] * 5, "is_correct": [True] + [False] * 19 + [True] * 5})
    found = learning_curve.curve(rows)
    assert found[["opportunity", "n", "wrong", "error_rate"]].to_numpy().tolist() == [[1, 20, 19, 0.95], [2, 5, 0, 0]]
    assert found[["low", "high"]].to_numpy().tolist() == [list(wilson(19, 20)), list(wilson(0, 5))]
    assert learning_curve.curve(rows, up_to=1).opportunity.tolist() == [1]


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("ab"), st.booleans()), max_size=25), st.integers(1, 5), st.integers(0, 2))
def test_the_attrition_safe_view_holds_the_same_learners_at_every_opportunity(rows: list, through: int, then: int) -> None:
    table = pd.DataFrame(rows, columns=["learner_id", "skill_id", "is_correct"]).assign(item_id=None)
    made = learning_curve.opportunities(table)
    kept = learning_curve.steady(made, through, then)
    there = kept.groupby("skill_id").opportunity.value_counts().unstack(fill_value=0)
    assert (there.nunique(axis=1) == 1).all() and (there.empty or there.columns.tolist() == list(range(1, through + 1)))
    last = made.groupby(["skill_id", "learner_id"]).opportunity.max()
    assert len(kept) == through * (last >= through + then).sum()


def test_no_view_goes_through_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        learning_curve.steady(pd.DataFrame(), 0)


def test_the_slope_is_that_of_a_regression_with_a_level_for_each_learner() -> None:
    rows = answers(1, fall=0.05)
    rows = rows[(rows.skill_id == 0) & (rows.learner_id < 15)]

    def slope(part: pd.DataFrame) -> float:
        levels = pd.get_dummies(part.learner_id).to_numpy(float)
        design = np.column_stack([np.log2(part.opportunity), levels])
        return np.linalg.lstsq(design, 1.0 - part.is_correct, rcond=None)[0][0]

    found = learning_curve.falls(rows).iloc[0]
    without = [slope(rows[rows.learner_id != one]) for one in range(15)]
    error = np.sqrt(14 / 15 * sum((other - slope(rows)) ** 2 for other in without))
    assert found[["slope", "low", "high"]].tolist() == pytest.approx([slope(rows), *(slope(rows) + np.array([-1, 1]) * t95(14) * error)])
    assert (found.learners, found.answers) == (15, 150)


def test_learners_who_do_not_learn_are_rarely_said_to() -> None:
    """False alarms over 400 skills: about one in forty falls, one in forty rises, as the interval promises."""
    found = (shares(answers(2)) + shares(answers(3))) / 2
    assert found["falls"] <= 0.05 and found["rises"] <= 0.05 and found["flat"] > 0.7


def test_learners_who_learn_are_seen_to_and_hardly_ever_listed_as_flat() -> None:
    found = shares(answers(4, fall=0.1))
    assert found["falls"] > 0.99 and found["flat"] + found["rises"] == 0
    found = shares(answers(5, fall=0.05))  # the least that is worthwhile
    assert found["falls"] > 0.8 and found["flat"] + found["rises"] <= 0.05


def test_where_the_weak_leave_the_plain_curve_falls_and_learners_do_not() -> None:
    rows = answers(6, weak_leave=True)
    plain, safe = (learning_curve.curve(view).groupby("opportunity").error_rate.mean() for view in (rows, learning_curve.steady(rows, 8)))
    assert plain[1] - plain[8] > 0.1, "an illusion"
    assert abs(safe[1] - safe[8]) < 0.02
    assert shares(rows)["falls"] <= 0.05


def test_where_right_answers_end_practice_the_answers_that_decided_have_to_go() -> None:
    rows = answers(7, stop_after=3)
    assert shares(rows)["falls"] > 0.5, "nobody learns: the last three are right by selection"
    assert shares(learning_curve.steady(rows, 4, then=1))["falls"] <= 0.05


def test_few_learners_are_not_judged() -> None:
    rows = answers(8, fall=0.2)
    found = learning_curve.falls(rows[(rows.skill_id < 2) & (rows.learner_id < np.where(rows.skill_id == 0, 9, 10))])
    assert found.state.tolist() == ["few", "falls"]
    once = learning_curve.falls(rows[(rows.skill_id == 0) & (rows.opportunity == 1)])
    assert once[["learners", "answers", "state"]].to_numpy().tolist() == [[0, 0, "few"]] and once.slope.isna().all()
    one = learning_curve.falls(rows[(rows.skill_id == 0) & (rows.learner_id == 1)])
    assert one.state.tolist() == ["few"] and one.slope.notna().all() and one.low.isna().all()


def test_no_rows_are_no_curves() -> None:
    nothing = answers(9).iloc[:0]
    assert learning_curve.curve(nothing).empty and learning_curve.falls(nothing).empty


def test_real_skills_fall_more_often_than_they_rise(real_data: Path) -> None:
    read = pd.read_csv(real_data / "assistments09/preprocessed_data_test.csv", sep="\t")
    table = read.rename(columns={"user_id": "learner_id", "correct": "is_correct"})
    rows = learning_curve.opportunities(table)
    assert len(rows) == len(table.drop_duplicates(["learner_id", "skill_id", "item_id"]))
    found = learning_curve.curve(rows, up_to=1)
    skill = table.skill_id.mode()[0]
    firsts = table[table.skill_id == skill].drop_duplicates("learner_id")
    first = found[found.skill_id == skill]
    assert first.error_rate.item() == pytest.approx(1 - firsts.is_correct.mean()) and first.n.item() == len(firsts)
    states = learning_curve.falls(rows).state.value_counts()
    assert states["falls"] > states.get("rises", 0)
