"""Unusual days (definition X3) and the month-end forecast (R4)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.metrics import days

START = np.datetime64("2026-06-01")  # a Monday
HISTORY = START + np.arange(70)
LEVEL = np.array([100, 110, 120, 115, 90, 20, 10], dtype=float)  # Monday to Sunday


def history(noise: float = 3.0, seed: int = 1) -> np.ndarray:
    return LEVEL[np.arange(70) % 7] + np.random.default_rng(seed).normal(0, noise, 70).round()


def between(start: str, end: str) -> np.ndarray:
    return (np.datetime64(start) <= HISTORY) & (np.datetime64(end) > HISTORY)


def test_weekdays_are_iso() -> None:
    assert days.weekdays(["1970-01-01", "1969-12-31", "2026-08-30"]).tolist() == [4, 3, 7]


def test_a_spike_is_found_and_a_quiet_weekend_is_not() -> None:
    values = history()
    values[37] += 60  # a Wednesday
    found = days.anomalies(HISTORY, values)
    worst = max(found, key=lambda a: abs(a.score))
    assert str(worst.day) == "2026-07-08" and worst.state == "anomaly" and found[38].state == found[41].state == "normal"
    assert found[37].method == "robust_z" and found[37].score > days.LIMIT and found[37].baseline == 9


def test_the_tested_day_is_not_part_of_its_own_baseline() -> None:
    values = history()
    values[37] = 1e9  # inside its own baseline no value could reach |z| > 2.27 among seven
    assert days.anomalies(HISTORY, values)[37].state == "anomaly"


def test_six_other_weekdays_are_needed() -> None:
    states = [a.state for a in days.anomalies(HISTORY[:43], history()[:43])]
    assert states[0] == "normal" and states[1] == "not_tested", "seven Mondays, six of every other day"


def test_days_without_a_value_are_not_tested_and_in_no_baseline() -> None:
    values = history()[:49]
    values[0] = math.nan
    found = days.anomalies(HISTORY[:49], values)
    assert found[0].state == found[7].state == "not_tested" and found[7].baseline == 5 and found[1].state == "normal"


def test_constant_days_are_tested_as_counts() -> None:
    values = LEVEL[np.arange(70) % 7]
    values[37] = 200
    found = days.anomalies(HISTORY, values)
    assert [a.day for a in found if a.state == "anomaly"] == [HISTORY[37]] and found[37].method == "poisson"
    assert found[36].p_value == 1.0 and math.isnan(found[36].score)


@pytest.mark.parametrize(("value", "state"), [(0, "normal"), (1, "normal"), (3, "normal"), (5, "anomaly")])
def test_a_few_events_after_days_of_none_are_no_certainty(value: int, state: str) -> None:
    values = np.zeros(70)
    values[37] = value  # nine days of nothing: p = 2 × 0.1^value
    assert days.anomalies(HISTORY, values)[37].state == state


def test_constant_amounts_that_are_no_counts_are_not_tested() -> None:
    values = np.full(70, 2.5)
    values[37] = 9.75
    assert {a.state for a in days.anomalies(HISTORY, values)} == {"not_tested"}


@settings(max_examples=5)
@given(st.permutations(range(70)))
def test_the_order_of_days_does_not_matter(order: list[int]) -> None:
    values = history()
    shuffled = {a.day: a for a in days.anomalies(HISTORY[order], values[order])}
    for expected in days.anomalies(HISTORY, values):
        assert shuffled[expected.day].state == expected.state and shuffled[expected.day].score == expected.score


def test_a_day_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        days.anomalies(["2026-06-01", "2026-06-01"], [1, 2])


def test_a_regular_month_is_forecast_exactly() -> None:
    known = between("2026-06-01", "2026-07-20")
    values = LEVEL[np.arange(70) % 7]
    found = days.month_end(HISTORY[known], values[known])
    month = between("2026-07-01", "2026-08-01")
    assert found.state == "forecast" and found.days_left == 12 and found.history == 28
    assert found.total == pytest.approx(values[month].sum()) == pytest.approx(found.low) == pytest.approx(found.high)


def test_the_forecast_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    known, hits = between("2026-06-01", "2026-07-16"), 0
    month = between("2026-07-01", "2026-08-01")
    for seed in range(300):
        values = LEVEL[np.arange(70) % 7] + np.random.default_rng(seed).normal(0, 8, 70)
        found = days.month_end(HISTORY[known], values[known])
        hits += found.low <= values[month].sum() <= found.high
    assert 0.92 <= hits / 300 <= 0.98


def test_too_little_history_forecasts_nothing() -> None:
    found = days.month_end(HISTORY[:13], history()[:13])
    assert found.state == "not_forecast" and math.isnan(found.total) and found.spent == pytest.approx(history()[:13].sum())
    mondays = HISTORY[::7]
    assert days.month_end(mondays, np.ones(10), window=70).state == "not_forecast", "no other weekday has been seen"
    assert days.month_end([], []).state == "not_forecast"


def test_a_month_that_is_over_is_what_was_spent() -> None:
    june = between("2026-06-01", "2026-07-01")
    found = days.month_end(HISTORY[june], history()[june])
    assert (found.state, found.days_left) == ("complete", 0) and found.total == found.spent == found.low


def test_the_low_end_is_never_below_what_is_spent() -> None:
    values = np.zeros(70)
    values[58] = 1e6
    known = between("2026-06-01", "2026-07-30")
    found = days.month_end(HISTORY[known], values[known])
    assert found.low == found.spent <= found.total <= found.high


def test_a_month_may_lie_ahead() -> None:
    found = days.month_end(HISTORY[:61], LEVEL[np.arange(61) % 7], "2026-09-01")
    assert found.spent == 0 and found.days_left == 31 and found.total > 0
