"""Ordered steps within a window (definition E5)."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import stats
from workbench.metrics.funnel import funnel

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
STEPS = ["session", "analysis", "question", "answer"]
HOUR = timedelta(hours=1)

Row = tuple[str, str, int, int]
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 4), st.integers(-30, 90)), max_size=25)
"""Learner, entry, step and minutes from noon."""


def table(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["learner_id", "entry_id", "step_no", "minutes"])
    return frame.assign(occurred_at=pd.to_datetime([NOON + timedelta(minutes=m) for m in frame["minutes"]], utc=True))


def chains(rows: list[Row], learner: str, entry: str, window: int) -> list[list[int]]:
    """Every way through the steps, tried one after the other."""
    times = {step: [row[3] for row in rows if row[:3] == (learner, entry, step)] for step in range(1, 5)}
    ways = [[first] for first in times[1]]
    for way in ways:
        ways += [[*way, then] for then in times.get(len(way) + 1, []) if way[-1] <= then <= way[0] + window]
    return ways


def test_steps_count_in_their_order_and_within_the_window() -> None:
    rows = [
        ("ann", "x", 1, 0), ("ann", "x", 2, 5), ("ann", "x", 3, 5), ("ann", "x", 4, 60),
        ("ben", "y", 1, 10), ("ben", "y", 2, 9), ("ben", "y", 3, 20),
        ("cat", "z", 1, 0), ("cat", "z", 2, 30), ("cat", "z", 3, 61),
        ("dan", "v", 2, 0),
    ]  # fmt: skip
    found = funnel(table(rows), STEPS, HOUR)
    assert found["step"].tolist() == STEPS and found["step_no"].tolist() == [1, 2, 3, 4]
    assert found["learners"].tolist() == [3, 2, 1, 1]
    assert found["of_first"].tolist() == [1, 2 / 3, 1 / 3, 1 / 3] and found["of_previous"].tolist() == [1, 2 / 3, 1 / 2, 1]
    assert np.isnan(found["median_seconds"][0]) and found["median_seconds"][1:].tolist() == [17.5 * 60, 0, 55 * 60]
    low, high = stats.wilson([3, 2, 1, 1], 3)
    assert found["of_first_low"].tolist() == low.tolist() and found["of_first_high"].tolist() == high.tolist()
    assert (found["of_previous_low"][3], found["of_previous_high"][3]) == stats.wilson(1, 1)


def test_a_learner_counts_at_their_deepest_entry_and_steps_do_not_mix_between_entries() -> None:
    rows = [("ann", "x", 1, 0), ("ann", "y", 1, 5), ("ann", "y", 2, 6), ("ann", "x", 3, 7), ("ben", "y", 2, 6)]
    assert funnel(table(rows), STEPS, HOUR)["learners"].tolist() == [1, 1, 0, 0]


def test_an_entry_may_be_begun_again() -> None:
    rows = [("ann", "x", 1, 0), ("ann", "x", 1, 80), ("ann", "x", 2, 90)]
    found = funnel(table(rows), STEPS[:2], HOUR)
    assert found["learners"].tolist() == [1, 1] and found["median_seconds"][1] == 600


def test_only_what_began_in_the_period_counts_but_it_may_end_later() -> None:
    rows = [("ann", "x", 1, 0), ("ann", "x", 2, 40), ("ben", "y", 1, -1), ("ben", "y", 2, 10), ("cat", "z", 1, 30)]
    found = funnel(table(rows), STEPS[:2], HOUR, start=NOON, end=NOON + timedelta(minutes=30))
    assert found["learners"].tolist() == [1, 1]


def test_nobody_is_no_share() -> None:
    found = funnel(table([]), STEPS, HOUR)
    assert found["learners"].tolist() == [0] * 4
    assert found.drop(columns=["step_no", "step", "learners"]).isna().all(axis=None)


@given(ROWS, st.integers(0, 90))
def test_it_is_what_trying_every_way_gives(rows: list[Row], window: int) -> None:
    found = funnel(table(rows), STEPS, timedelta(minutes=window))
    counts, waits = [0] * 4, [[], [], [], []]
    for learner in "abc":
        ways = [way for entry in "xyz" for way in chains(rows, learner, entry, window)]
        if not ways:
            continue
        best = min(ways, key=lambda way: (-len(way), *way))
        for step, when in enumerate(best):
            counts[step] += 1
            waits[step].append(60.0 * (when - best[step - 1]))
    assert found["learners"].tolist() == counts
    for step in range(1, 4):
        expected = np.median(waits[step]) if waits[step] else np.nan
        np.testing.assert_allclose(found["median_seconds"][step], expected)


@given(ROWS, st.integers(0, 80))
def test_a_longer_window_loses_nobody_and_no_step_has_more_than_the_one_before(rows: list[Row], window: int) -> None:
    short, long = (funnel(table(rows), STEPS, timedelta(minutes=minutes))["learners"] for minutes in (window, window + 10))
    assert (short <= long).all() and short.is_monotonic_decreasing and long.is_monotonic_decreasing
