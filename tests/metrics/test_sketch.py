"""The log-bucket histogram: close to exact percentiles, and the same however it was put together (definition Q2)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import sketch
from workbench.metrics.sketch import Sketch

VALUES = st.lists(st.floats(1e-3, 1e9) | st.just(0.0), min_size=1, max_size=60)
QUANTILE = st.floats(0, 1)
PAIRS = st.lists(st.tuples(st.integers(-400, 900), st.integers(0, 50)), max_size=30)


def test_constants_are_those_of_the_definition() -> None:
    assert math.isclose(sketch.LN_GAMMA, math.log(1.01 / 0.99), rel_tol=1e-15)
    assert sketch.GAMMA == 1.01 / 0.99


@given(VALUES, QUANTILE)
def test_a_quantile_is_within_one_percent_of_the_exact_one(values: list[float], q: float) -> None:
    exact = float(np.percentile(values, 100 * q, method="linear"))
    assert abs(Sketch.of(values).quantile(q) - exact) <= 0.01 * exact * (1 + 1e-9) + 1e-12


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_merged_parts_are_the_whole(parts: list[list[float]]) -> None:
    whole = Sketch.of([value for part in parts for value in part])
    assert Sketch.merge(Sketch.of(part) for part in parts) == whole
    assert Sketch.merge(Sketch.of(part) for part in reversed(parts)) == whole


@given(VALUES, VALUES, VALUES)
def test_merging_is_associative_and_the_empty_sketch_changes_nothing(a: list[float], b: list[float], c: list[float]) -> None:
    one, two, three = Sketch.of(a), Sketch.of(b), Sketch.of(c)
    assert (one + two) + three == one + (two + three)
    assert one + Sketch.merge([]) == one


@given(st.lists(st.floats(1e-280, 1e280), min_size=1))
def test_a_bucket_stands_within_one_percent_of_its_values_and_fits_a_smallint(values: list[float]) -> None:
    buckets = sketch.bucket_of(values)
    assert np.abs(sketch.value_of(buckets) / values - 1).max() <= 0.01 + 1e-9
    assert (np.abs(buckets) < 32768).all()


@given(PAIRS, QUANTILE, QUANTILE)
def test_quantiles_rise_with_q(pairs: list[tuple[int, int]], q: float, other: float) -> None:
    made = Sketch.from_buckets([b for b, _ in pairs], [c for _, c in pairs])
    low, high = made.quantiles(sorted((q, other)))
    assert made.count == 0 or low <= high * (1 + 1e-12)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-5, 300), st.integers(0, 9)), max_size=40), st.randoms())
def test_many_histograms_at_once_are_each_by_itself_in_any_order(rows: list[tuple[str, int, int]], random: object) -> None:
    qs = [0, 0.5, 0.95, 1]
    random.shuffle(rows)  # type: ignore[attr-defined]
    groups, buckets, counts = zip(*rows, strict=True) if rows else ((), (), ())
    names, found = sketch.quantiles_by(groups, buckets, counts, qs)
    single = {g: Sketch.from_buckets([b for k, b, _ in rows if k == g], [c for k, _, c in rows if k == g]) for g in set(groups)}
    assert sorted(name for name, made in single.items() if made.count) == list(names)
    for name, row in zip(names, found, strict=True):
        np.testing.assert_allclose(row, single[name].quantiles(qs), rtol=1e-12)


def test_zero_and_negative_values_share_a_bucket_of_their_own() -> None:
    made = Sketch.of([0.0, -3.0, 0.5])
    assert made.buckets[0] == sketch.ZERO_BUCKET and made.counts[0] == 2
    assert made.quantile(0) == 0 and made == Sketch.from_buckets(sketch.bucket_of([0.5]), [1], zeros=2)


def test_an_empty_sketch_has_no_quantile() -> None:
    empty = Sketch.of([])
    assert empty.count == 0 and math.isnan(empty.quantile(0.5))
    assert empty.bands([0, 1]).tolist() == [0]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_was_not_measured_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Sketch.of([1.0, bad])


def test_impossible_counts_and_quantiles_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 0"):
        Sketch.from_buckets([1], [-1])
    with pytest.raises(ValueError, match="fewer than 0"):
        sketch.quantiles_by([1], [1], [-1], [0.5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        Sketch.of([1.0]).quantile(95)


def test_uneven_days_merge_right_where_the_mean_of_daily_percentiles_is_far_off() -> None:
    rng = np.random.default_rng(28)
    days = [rng.lognormal(6.5 + (day % 7 == 3), 0.5, size) for day, size in enumerate(rng.integers(20, 900, 28))]
    exact = np.percentile(np.concatenate(days), 99)
    merged = Sketch.merge(Sketch.of(day) for day in days).quantile(0.99)
    mean = np.mean([np.percentile(day, 99) for day in days])
    assert abs(merged / exact - 1) <= 0.01 < 0.1 < abs(mean / exact - 1)


def test_bands_count_every_value_once() -> None:
    made = Sketch.of([10, 20, 300, 4000, 0])
    assert made.bands([0, 100, 1000, math.inf]).tolist() == [3, 1, 1]
    assert made.bands([100, 1000]).tolist() == [1]
