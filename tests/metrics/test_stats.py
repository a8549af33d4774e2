"""Proportions, means, differences (definitions X1, X2) and what the largest hold (R4)."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.metrics import stats
from workbench.metrics.stats import Moments, Proportion

COUNTS = st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
VALUES = st.lists(st.floats(-1e6, 1e6), max_size=30)


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [(19, 20, 0.7639, 0.9911), (20, 20, 0.8389, 1), (95, 100, 0.8882, 0.9785), (950, 1000, 0.9347, 0.9619), (0, 5, 0, 0.4345)],
)
def test_wilson_has_the_values_of_the_definition(good: int, total: int, low: float, high: float) -> None:
    assert [round(end, 4) for end in stats.wilson(good, total)] == [low, high]


@given(COUNTS)
def test_wilson_contains_the_proportion_and_stays_within_zero_and_one(counts: tuple[int, int]) -> None:
    good, total = counts
    low, high = stats.wilson(good, total)
    assert 0 <= low <= good / total <= high <= 1
    mirrored = stats.wilson(total - good, total)
    assert math.isclose(low, 1 - mirrored.high, abs_tol=1e-12)


@given(COUNTS, st.integers(2, 20))
def test_more_answers_of_the_same_share_narrow_the_interval(counts: tuple[int, int], times: int) -> None:
    few, many = stats.wilson(*counts), stats.wilson(counts[0] * times, counts[1] * times)
    assert many.high - many.low < few.high - few.low


@given(st.lists(COUNTS, min_size=1, max_size=20))
def test_wilson_of_arrays_is_that_of_each(counts: list[tuple[int, int]]) -> None:
    low, high = stats.wilson([good for good, _ in counts], [total for _, total in counts])
    np.testing.assert_array_equal(low, [stats.wilson(*pair).low for pair in counts])
    np.testing.assert_array_equal(high, [stats.wilson(*pair).high for pair in counts])


def test_no_data_is_not_a_number_and_never_zero() -> None:
    assert all(math.isnan(end) for end in (*stats.wilson(0, 0), Proportion(0, 0).value, *Moments.of([]).interval, Moments.of([]).mean))
    assert math.isnan(stats.wilson([0, 1], [0, 2]).low[0])
    assert all(math.isnan(end) for end in stats.difference(0, 0, 1, 2))


@pytest.mark.parametrize(("good", "total"), [(-1, 5), (6, 5), (1, math.nan), (0, -1)])
def test_impossible_proportions_are_refused(good: float, total: float) -> None:
    with pytest.raises(ValueError, match="0 <= good <= total"):
        stats.wilson(good, total)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17, table II, method 10 (his a/m − b/n is our second − first)
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (0, 10), -0.1611, 0.2775),
        ((0, 10), (10, 10), 0.6075, 1.0000),
    ],
)
def test_the_difference_of_two_proportions_has_newcombes_published_interval(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = stats.difference(*first, *second)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4), "he uses z = 1.95996"


@given(COUNTS, COUNTS)
def test_a_difference_lies_in_its_interval_and_turns_round_with_its_sides(a: tuple[int, int], b: tuple[int, int]) -> None:
    value, low, high = stats.difference(*a, *b)
    back = stats.difference(*b, *a)
    assert -1 - 1e-9 <= low <= value + 1e-12 and value - 1e-12 <= high <= 1 + 1e-9
    assert math.isclose(back.low, -high, abs_tol=1e-12) and math.isclose(back.value, -value, abs_tol=1e-12)


def test_differences_of_arrays_are_those_of_each() -> None:
    found = stats.difference([48, 0], [80, 0], [56, 1], [70, 2])
    assert found.low[0] == stats.difference(48, 80, 56, 70).low and math.isnan(found.value[1])


@given(COUNTS)
def test_the_same_again_is_no_change(counts: tuple[int, int]) -> None:
    assert not stats.change(Proportion(*counts), Proportion(*counts)).is_change


@given(VALUES, VALUES)
def test_moments_of_parts_add_up_to_those_of_the_whole(first: list[float], second: list[float]) -> None:
    merged, whole = Moments.of(first) + Moments.of(second), Moments.of(first + second)
    assert merged.count == whole.count
    assert math.isclose(merged.total, whole.total, abs_tol=1e-6) and math.isclose(merged.squares, whole.squares, rel_tol=1e-9)


def test_the_interval_of_a_mean_is_students() -> None:
    values = [4.1, 5.0, 6.2, 5.5, 4.9]  # mean 5.14, s = 0.7765, t(4) = 2.7764
    low, high = Moments.of([*values, math.nan]).interval
    assert (round(low, 3), round(high, 3)) == (4.176, 6.104)
    assert math.isnan(Moments.of([1.0]).interval.low)


def test_a_change_of_means_is_welchs() -> None:
    before, after = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5]
    found = stats.change(Moments.of(before), Moments.of(after))
    assert (round(found.low, 6), round(found.high, 6)) == (-1.900513, 6.633846), "scipy.stats.ttest_ind(after, before, equal_var=False)"
    assert not found.is_change


def test_too_few_values_are_never_called_a_change() -> None:
    assert not stats.change(Moments.of([1.0]), Moments.of([900.0])).is_change
    assert not stats.change(Proportion(0, 0), Proportion(5, 5)).is_change
    assert stats.change(Moments.of([1.0, 1.0]), Moments.of([2.0, 2.0])).is_change, "constant on both sides, and different"


def test_a_mean_is_not_compared_with_a_proportion() -> None:
    with pytest.raises(TypeError, match="two proportions or two means"):
        stats.change(Proportion(1, 2), Moments.of([1, 2]))  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.randoms())
def test_the_top_decile_holds_at_least_its_share_in_any_order(values: list[float], random: object) -> None:
    found = stats.top_share(values)
    assume(not math.isnan(found.share))
    assert found.holders == -(-len(values) // 10)
    assert found.holders / found.everyone - 1e-9 <= found.share <= 1 + 1e-9
    random.shuffle(values)  # type: ignore[attr-defined]
    assert stats.top_share(values) == found


def test_top_share_without_amounts_or_with_negative_ones() -> None:
    assert math.isnan(stats.top_share([]).share) and math.isnan(stats.top_share([0, 0]).share)
    assert stats.top_share([1, math.nan, 3]).everyone == 2
    assert stats.top_share(range(30)).holders == 3, "0.1 × 30 is 3, not a float above it"
    with pytest.raises(ValueError, match="non-negative"):
        stats.top_share([-1, 2])
