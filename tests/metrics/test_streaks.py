"""Runs of consecutive days."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics.streaks import streaks

ON = date(2026, 8, 31)
AGO = st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(-3, 20)))


def table(ago: dict[str, list[int]]) -> pd.DataFrame:
    return pd.DataFrame([(who, ON - timedelta(days=n)) for who, days in ago.items() for n in days], columns=["learner_id", "day"])


def run(days: set[int], last: int) -> int:
    """Length of the run that ends `last` days ago."""
    return next(length for length in range(30) if last + length not in days)


@given(AGO)
def test_runs_are_what_walking_back_day_by_day_gives(ago: dict[str, list[int]]) -> None:
    found = {row.learner_id: (row.longest, row.current) for row in streaks(table(ago), str(ON)).itertuples()}
    days = {who: {n for n in past if n >= 0} for who, past in ago.items()}
    assert found == {who: (max(run(past, n) for n in past), run(past, 0)) for who, past in days.items() if past}


def test_one_learners_days_do_not_continue_anothers() -> None:
    assert streaks(table({"a": [3, 2], "b": [1, 0]}), str(ON)).values.tolist() == [["a", 2, 0], ["b", 2, 2]]


def test_nobody_has_no_run() -> None:
    found = streaks(table({}), str(ON))
    assert found.empty and found.columns.tolist() == ["learner_id", "longest", "current"]
