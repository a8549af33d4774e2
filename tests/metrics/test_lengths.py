"""Quantiles of a histogram with their intervals (definitions Q2, X1)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import lengths, sketch

VALUES = st.lists(st.floats(0, 1e7), min_size=1, max_size=80)


def of(values: list[float]) -> sketch.Sketch:
    return sketch.Sketch.of(values)


@given(VALUES, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_the_interval_is_that_of_order_statistics(values: list[float], q: float) -> None:
    held = of(values)
    (found,) = lengths.quantiles(held.buckets, held.counts, [q])
    count, inorder = len(values), np.sort(sketch.value_of(sketch.bucket_of(values)))
    below = np.cumsum([math.comb(count, rank) * q**rank * (1 - q) ** (count - rank) for rank in range(count)])
    low = max((rank for rank in range(1, count + 1) if below[rank - 1] <= 0.025), default=0)
    high = min((rank for rank in range(1, count + 1) if 1 - below[rank - 1] <= 0.025), default=count + 1)
    if low >= 1 and high <= count:
        assert (found.low, found.high) == pytest.approx((inorder[low - 1], inorder[high - 1]))
        assert found.low <= found.value <= found.high
    else:
        assert np.isnan([found.low, found.high]).all()
    assert found.count == count and found.value == pytest.approx(held.quantile(q))


def test_the_median_needs_six_values_for_an_interval() -> None:
    for count, known in ((5, False), (6, True)):
        found = lengths.median([100], [count])
        assert np.isfinite(found.low) == known and np.isfinite(found.value)


def test_nineteen_intervals_in_twenty_hold_the_median() -> None:
    random = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        held = of(random.lognormal(8, 1.2, 60))
        found = lengths.median(held.buckets, held.counts)
        hits += found.low * 0.99 <= np.exp(8) <= found.high * 1.01
    assert hits / 400 >= 0.94


def test_a_million_values_have_a_narrow_interval() -> None:
    from scipy.special import bdtr

    buckets = np.arange(300, 700)
    counts = np.full(400, 2500)
    found = lengths.median(buckets, counts)
    ranks = np.arange(490_000, 510_000)  # the others are out of the question
    low, high = ranks[np.searchsorted(bdtr(ranks, 1_000_000, 0.5), [0.025, 0.975])]
    assert found.low == sketch.value_of(300 + (int(low) - 1) // 2500) and found.high == sketch.value_of(300 + int(high) // 2500)
    assert found.count == 1_000_000


def test_histograms_of_days_add_up() -> None:
    assert lengths.median([5, 9, 5], [2, 4, 1]) == lengths.median([5, 9], [3, 4])


def test_nothing_has_no_median_and_the_ends_are_no_quantiles() -> None:
    found = lengths.median([], [])
    assert np.isnan(found[:3]).all() and found.count == 0
    for q in (0.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            lengths.quantiles([1], [1], [q])
