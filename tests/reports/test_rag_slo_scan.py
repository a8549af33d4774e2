"""Raised windows and level changes: found where they are, and rarely where there is nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.reports.rag_slo import scan

rng = np.random.default_rng


@settings(max_examples=30, deadline=None)
@given(start=st.integers(0, 55), length=st.integers(1, 20), seed=st.integers(0, 50))
def test_a_raised_stretch_is_found_where_it_is(start: int, length: int, seed: int) -> None:
    total = np.full(80, 60)
    rate = np.full(80, 0.03)
    rate[start : start + length] = 0.6
    found = scan.raised_windows(rng(seed).binomial(total, rate), total, longest=40, least_rise=0.1)
    assert abs(found[0].start - start) <= 1 and abs(found[0].stop - (start + length)) <= 1
    assert found[0].rate > 0.3 and found[0].usual < 0.1


def test_a_steady_rate_has_no_raised_stretch() -> None:
    alarms = sum(
        bool(scan.raised_windows(rng(seed).binomial(50, np.full(90, 0.1)), np.full(90, 50), longest=45, least_rise=0.02))
        for seed in range(200)
    )
    assert alarms <= 2


def test_two_stretches_are_two_findings_and_the_window_ends_where_events_are() -> None:
    total = np.full(40, 100.0)
    total[12] = 0
    bad = np.full(40, 2.0)
    bad[[10, 11, 30]] = 60
    bad[12] = 0
    found = scan.raised_windows(bad, total, longest=20, least_rise=0.1)
    assert sorted((w.start, w.stop) for w in found) == [(10, 12), (30, 31)]


@pytest.mark.parametrize("total", [[], [0.0, 0.0], [5.0]])
def test_too_little_to_scan_finds_nothing(total: list[float]) -> None:
    assert scan.raised_windows(np.array(total), np.array(total), longest=3, least_rise=0.1) == []


def test_a_small_rise_is_not_worth_a_sentence_however_certain() -> None:
    total = np.full(20, 1e6)
    bad = np.full(20, 1e4)
    bad[5:8] = 1.5e4
    assert scan.raised_windows(bad, total, longest=10, least_rise=0.02) == []
    assert scan.raised_windows(bad, total, longest=10, least_rise=0.001)


@settings(max_examples=30, deadline=None)
@given(at=st.integers(6, 50), change=st.sampled_from([-0.3, 0.2, 0.5]), seed=st.integers(0, 50))
def test_a_new_price_is_dated_and_its_interval_holds_the_truth(at: int, change: float, seed: int) -> None:
    values = rng(seed).normal(1.0, 0.03, 60)
    values[at:] *= 1 + change
    found = scan.level_change(values, np.full(60, 40.0))
    assert found is not None and abs(found.at - at) <= 1
    assert found.low - 0.05 < change < found.high + 0.05


def test_a_steady_price_does_not_change() -> None:
    alarms = sum(scan.level_change(rng(seed).normal(1, 0.2, 60), rng(seed).integers(5, 80, 60)) is not None for seed in range(200))
    assert alarms <= 2


def test_days_without_answers_are_stepped_over_and_a_short_series_says_nothing() -> None:
    values = np.array([1, np.nan, 1.01, 0.99, 1, 1.01, np.nan, 2, 2.01, 1.99, 2, 2.01])
    found = scan.level_change(values, np.where(np.isnan(values), 0, 50.0))
    assert found is not None and found.at == 7 and found.relative == pytest.approx(1.0, abs=0.01)
    assert scan.level_change(np.array([1.0, 1.0, 2.0, 2.0]), np.ones(4)) is None


def test_a_constant_price_with_one_step_is_found() -> None:
    found = scan.level_change(np.array([0.5] * 10 + [0.65] * 10), np.full(20, 30.0))
    assert found is not None and found.at == 10 and found.low == pytest.approx(0.3, abs=1e-3)
