"""States of learners and the flow between them (definition E7)."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import learner_states

ON = date(2026, 8, 30)
AGO = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(-10, 90), min_size=1), max_size=6)
"""Learner → active days, as days before `ON`; negative ones are after it."""


def plainly(ago: list[int]) -> str:
    """The definition word for word, for one learner."""
    days = sorted({n for n in ago if n >= 0}, reverse=True)
    if not days:
        return "never_started"
    if days[0] < 7:
        return "new"
    recent = [n for n in days if n < 7]
    if recent:
        before = min(n for n in days if n >= 7)
        return "returned" if before - max(recent) >= 28 else "active"
    return "at_risk" if days[-1] <= 27 else "dormant"


def active_days(ago: dict[str, list[int]]) -> learner_states.ActiveDays:
    pairs = [(learner, ON - timedelta(days=n)) for learner, days in ago.items() for n in days]
    return learner_states.ActiveDays.of([who for who, _ in pairs], [day for _, day in pairs])


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        ([0], "new"), ([6, 0], "new"), ([7], "at_risk"), ([7, 6], "active"), ([27], "at_risk"), ([28], "dormant"),
        ([28, 0], "returned"), ([27, 0], "active"), ([33, 6, 0], "active"), ([34, 6, 0], "returned"), ([60, 33, 6], "active"),
        ([60, 8], "at_risk"), ([], "never_started"), ([-1], "never_started"), ([90, 5, 4, 3, 2, 1, 0], "returned"),
    ],
)  # fmt: skip
def test_the_first_state_that_matches_counts(ago: list[int], state: str) -> None:
    found = active_days({"a": ago or [-2]})
    assert found.states(ON).tolist() == [state] == [plainly(ago)]


@given(AGO)
def test_states_are_those_of_the_plain_definition(ago: dict[str, list[int]]) -> None:
    found = active_days(ago)
    assert dict(zip(found.learners, found.states(ON), strict=True)) == {learner: plainly(days) for learner, days in ago.items()}


@given(AGO, st.integers(-5, 60))
def test_later_days_change_no_state(ago: dict[str, list[int]], back: int) -> None:
    on = ON - timedelta(days=back)
    found = active_days(ago)
    known = {learner: [n for n in days if n >= back] or [-99] for learner, days in ago.items()}
    assert found.states(on).tolist() == active_days(known).states(on).tolist()


def test_columns_of_a_table_may_hold_no_day() -> None:
    table = pd.DataFrame({"first": pd.to_datetime(["2026-08-01", None]), "last": pd.to_datetime(["2026-08-10", None])})
    nothing = [None, None]
    assert learner_states.classify(table["first"], table["last"], table["first"], nothing, ON).tolist() == ["at_risk", "never_started"]
    assert learner_states.classify([], [], [], [], ON).tolist() == []


@pytest.mark.parametrize(("first", "last"), [("2026-08-01", "2026-08-31"), ("2026-08-20", "2026-08-10")])
def test_days_that_do_not_fit_are_refused(first: str, last: str) -> None:
    with pytest.raises(ValueError, match="end with the day"):
        learner_states.classify([first], [last], [None], [None], "2026-08-30")


def test_the_nearest_days_are_the_learners_own() -> None:
    found = learner_states.ActiveDays.of(["b", "a", "a"], ["2026-01-05", "2026-01-01", "2026-01-09"])
    before, after = found.nearest(np.datetime64("2026-01-05"))
    assert before.astype(str).tolist() == ["2026-01-01", "NaT"] and after.astype(str).tolist() == ["2026-01-09", "2026-01-05"]
    assert np.isnat(found.nearest(np.datetime64("2026-02-01"))[1]).all() and np.isnat(found.nearest(np.datetime64("2025-01-01"))[0]).all()
