"""Change points of daily series, and who carries a change (definition X2)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import changes, stats

START = np.datetime64("2026-06-01")
RHYTHM = np.array([1.0, 1.1, 1.2, 1.15, 0.9, 0.3, 0.2])


def series(seed: int, size: int, mean: float = 60, level: np.ndarray | float = 1.0, shock: float = 0.08, memory: float = 0.0) -> np.ndarray:
    """Counts with a weekly rhythm; whole days are good or bad by `shock`, which carries over to the next day by `memory`."""
    random = np.random.default_rng(seed)
    days = random.standard_normal(size)
    for place in range(1, size if memory else 0):
        days[place] = memory * days[place - 1] + math.sqrt(1 - memory**2) * days[place]
    return random.poisson(mean * RHYTHM[np.arange(size) % 7] * level * np.exp(shock * days)).astype(float)


def found(values: np.ndarray) -> list[changes.ChangePoint]:
    return changes.change_points(START + np.arange(len(values)), values)


def places(values: np.ndarray) -> list[int]:
    return [int((change.day - START).astype(int)) for change in found(values)]


@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_noise_in_a_weekly_rhythm_is_called_a_change_in_at_most_one_series_of_twenty(memory: float) -> None:
    alarms = sum(bool(found(series(seed, 56, shock=0.1, memory=memory))) for seed in range(200))
    assert alarms <= 10


def test_a_drop_is_found_on_its_day_with_its_size() -> None:
    (change,) = found(series(1, 90, level=np.where(np.arange(90) >= 50, 0.6, 1.0)))
    whole = 60 * RHYTHM.mean()
    assert abs((change.day - START).astype(int) - 50) <= 1
    assert change.low < -0.4 * whole < change.high < 0 and change.before == pytest.approx(whole, rel=0.1)
    assert change.after == change.before + change.difference


def test_a_holiday_is_two_changes() -> None:
    days = np.arange(90)
    first, second = places(series(2, 90, level=np.where((days >= 40) & (days < 50), 0.4, 1.0)))
    assert abs(first - 40) <= 1 and abs(second - 50) <= 1


def test_a_steady_rise_is_none_and_a_drop_within_it_is_one() -> None:
    rise = np.linspace(1, 2, 90)
    assert sum(bool(found(series(seed, 90, level=rise))) for seed in range(20)) <= 1
    assert any(abs(place - 60) <= 1 for place in places(series(3, 90, level=rise * np.where(np.arange(90) >= 60, 0.5, 1))))


def test_exact_levels_need_no_noise() -> None:
    values = np.where(np.arange(60) >= 30, 4.0, 9.0)
    (change,) = found(values)
    assert str(change.day) == "2026-07-01" and (change.before, change.after) == pytest.approx((9, 4))
    assert places(np.full(60, 7.0)) == [] and places(np.zeros(60)) == []
    assert places(RHYTHM[np.arange(63) % 7]) == []


def test_values_below_zero_have_levels_too() -> None:
    random = np.random.default_rng(4)
    values = random.normal(0, 1, 60) - np.where(np.arange(60) >= 30, 5, 0)
    assert places(values) == [30]


def test_order_and_unknown_days_do_not_matter() -> None:
    values = series(5, 70, level=np.where(np.arange(70) >= 40, 0.5, 1.0))
    days = START + np.arange(70)
    order = np.random.default_rng(6).permutation(70)
    assert changes.change_points(days[order], values[order]) == changes.change_points(days, values)
    with_gap = changes.change_points(np.append(days, START + 70), np.append(values, math.nan))
    assert with_gap == changes.change_points(days, values) and len(with_gap) == 1


def test_short_series_are_not_searched_and_days_are_given_once() -> None:
    assert places(np.repeat([9.0, 1.0], 10)) == []
    with pytest.raises(ValueError, match="occurs twice"):
        changes.change_points([START, START], [1, 2])


@given(st.lists(st.integers(0, 30), min_size=21, max_size=60))
def test_changes_leave_zero_and_keep_a_week_apart(values: list[int]) -> None:
    result = found(np.array(values, dtype=float))
    edges = [START, *(change.day for change in result), START + len(values)]
    assert (np.diff(edges).astype(int) >= 7).all()
    assert all(change.low > 0 or change.high < 0 for change in result)


# Who carries a change

SIZES = {"a": 60, "b": 40, "c": 30, "d": 20}


def period(seed: int, drop: dict[str, float] | None = None, memory: float = 0.0) -> dict[str, np.ndarray]:
    factors = drop or {}
    return {g: series(seed * 10 + n, 28, m, factors.get(g, 1.0), memory=memory) for n, (g, m) in enumerate(SIZES.items())}


def test_the_group_that_drops_carries_the_change() -> None:
    parts = changes.contributions(period(1), period(2, {"c": 0.4}), 28)
    assert changes.carrier(parts) == parts[0].group == "c" and parts[0].high < 0
    assert sum(part.share for part in parts) == pytest.approx(1)


def test_a_drop_of_all_alike_has_no_carrier() -> None:
    parts = changes.contributions(period(3), period(4, dict.fromkeys(SIZES, 0.7)), 28)
    assert all(part.high < 0 for part in parts) and changes.carrier(parts) is None


@pytest.mark.parametrize("memory", [0.0, 0.4])
def test_noise_has_a_carrier_in_at_most_one_case_of_twenty(memory: float) -> None:
    cases = [changes.contributions(period(2 * n, memory=memory), period(2 * n + 1, memory=memory), 28) for n in range(200)]
    assert sum(changes.carrier(parts) is not None for parts in cases) <= 10


def test_the_largest_group_is_no_carrier_for_being_large() -> None:
    parts = changes.contributions({"big": 90, "small": 10}, {"big": 60, "small": 9}, 28)
    assert parts[0].share > 0.9 and changes.carrier(parts) is None


def test_one_group_and_no_group_carry_nothing() -> None:
    assert changes.carrier(changes.contributions({"all": 90}, {"all": 10}, 28)) is None
    assert changes.carrier([]) is None and changes.contributions({}, {}, 28) == []


def test_a_group_that_appears_or_leaves_is_compared_with_nothing() -> None:
    parts = changes.contributions({"old": 50, "gone": 20}, {"old": 50, "new": 1}, 28)
    assert {part.group: (part.before, part.after) for part in parts} == {"old": (50, 50), "gone": (20, 0), "new": (0, 1)}
    assert changes.carrier(parts) == "gone" and parts[0].high < 0


def test_without_a_change_there_is_no_share() -> None:
    parts = changes.contributions({"a": 5, "b": 0}, {"a": 5, "b": 0}, 28)
    assert all(math.isnan(part.share) for part in parts) and changes.carrier(parts) is None
    assert all(part.low < 0 < part.high for part in parts), "two periods without events are no proof of anything"


def test_the_interval_of_means_is_that_of_counts_and_of_short_series_that_of_their_days() -> None:
    (part,) = changes.contributions({"a": 10}, {"a": 13}, 28)
    assert (part.high - part.low) / 2 == pytest.approx(1.96 * math.sqrt((10 + 13) / 28), rel=1e-3)
    values = [3.0, 5.0, 3.0, 5.0, 3.0, 5.0]
    (part,) = changes.contributions({"a": values}, {"a": values}, 6)
    once = stats.Moments.of(values).variance / 6
    assert (part.high - part.low) / 2 == pytest.approx(stats.t95(10) * math.sqrt(2 * once))


def test_a_series_is_as_long_as_its_period() -> None:
    with pytest.raises(ValueError, match="6 days does not make a period of 7"):
        changes.contributions({"a": [1.0] * 6}, {"a": [1.0] * 7}, 7)
