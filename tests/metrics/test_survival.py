"""Survival curves against a published table, brute force and laws; time to mastery with censoring."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import bkt, survival

# Freireich et al. 1963: weeks of remission of acute leukaemia, 21 pairs; + is censored
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

TIMES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def weeks(written: str) -> tuple[list[int], list[bool]]:
    return [int(week.rstrip("+")) for week in written.split()], [not week.endswith("+") for week in written.split()]


def test_the_treated_patients_of_the_leukaemia_trial() -> None:
    table = survival.curve(*weeks(TREATED)).query("events > 0")
    assert table.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert table.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6] and table.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert table.surviving.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    # standard errors as printed with the data: back from the interval on the log-log scale
    spread = (np.log(-np.log(table.low)) - np.log(-np.log(table.high))) / (2 * 1.959964)
    errors = spread * table.surviving * -np.log(table.surviving)
    assert errors.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_the_medians_of_the_leukaemia_trial_and_their_intervals() -> None:
    assert survival.median(survival.curve(*weeks(TREATED))) == survival.Median(23, 13, None)
    assert survival.median(survival.curve(*weeks(PLACEBO))) == survival.Median(8, 4, 11)


@given(TIMES)
def test_the_curve_is_the_product_over_time(rows: list[tuple[int, bool]]) -> None:
    table = survival.curve(*zip(*rows, strict=True))
    left = 1.0
    for row in table.itertuples():
        risk = sum(time >= row.time for time, _ in rows)
        events = sum(time == row.time and event for time, event in rows)
        left *= 1 - events / risk
        assert (row.at_risk, row.events) == (risk, events) and row.surviving == pytest.approx(left, abs=1e-12)
    assert (table.events + table.censored).sum() == len(rows)


@given(TIMES)
def test_the_band_encloses_the_curve_and_stays_within_reason(rows: list[tuple[int, bool]]) -> None:
    table = survival.curve(*zip(*rows, strict=True))
    known = table.dropna()
    assert ((known.low >= 0) & (known.low <= known.surviving) & (known.surviving <= known.high) & (known.high <= 1)).all()
    assert (table.surviving.diff().dropna() <= 1e-12).all()
    assert table[["low", "high"]].isna().all(axis=1).equals(table.surviving.isin([0, 1]))


@given(TIMES.filter(lambda rows: all(event for _, event in rows)))
def test_without_censoring_it_is_the_plain_share(rows: list[tuple[int, bool]]) -> None:
    times = np.array([time for time, _ in rows])
    table = survival.curve(times, np.ones(len(rows)))
    for time, left in zip(table.time, table.surviving, strict=True):
        assert left == pytest.approx((times > time).mean(), abs=1e-12)
    assert survival.median(table).value == np.sort(times)[math.ceil(len(times) / 2) - 1]


def test_the_interval_covers_the_truth() -> None:
    rng, covered = np.random.default_rng(4), 0
    for _ in range(200):
        event, watched = rng.exponential(10, 80), rng.uniform(0, 30, 80)
        low, high = survival.share_by(survival.curve(np.minimum(event, watched), event <= watched), 8)[1:]
        covered += low <= 1 - math.exp(-0.8) <= high
    assert 0.92 <= covered / 200 <= 0.98


def test_nobody_there_yet_has_no_median_and_no_data_no_curve() -> None:
    assert survival.median(survival.curve([3, 9], [False, False])) == survival.Median(None, None, None)
    nothing = survival.curve([], [])
    assert nothing.at_risk.tolist() == [0] and nothing.surviving.isna().all()
    assert math.isnan(survival.share_by(nothing, 5)[0])
    for duration in (-1, math.nan):
        with pytest.raises(ValueError, match="duration"):
            survival.curve([duration], [True])


ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.1, 0.94, 0.95, 0.99])), max_size=40)


@given(ANSWERS)
def test_answers_to_mastery_are_counted_to_the_first_time(rows: list[tuple[int, float]]) -> None:
    table = survival.answers_to_mastery([s for s, _ in rows], [m for _, m in rows]).set_index("sequence")
    assert table.index.tolist() == sorted({s for s, _ in rows})
    for sequence in table.index:
        own = [m for s, m in rows if s == sequence]
        first = next((place for place, m in enumerate(own, 1) if m >= 0.95), None)
        assert table.loc[sequence].tolist() == [first or len(own), first is not None]


def test_days_are_counted_from_the_first_answer_and_to_the_cut_off_where_it_is_not_mastered() -> None:
    at = pd.to_datetime(["2026-08-01T00:00Z", "2026-08-02T00:00Z", "2026-08-02T12:00Z", "2026-08-04T00:00Z"])
    found = survival.days_to_mastery([1, 2, 1, 2], [0.5, 0.3, 0.97, 0.5], at, pd.Timestamp("2026-08-12T00:00Z"))
    assert found.duration.tolist() == [1.5, 10.0] and found.reached.tolist() == [True, False]
    with pytest.raises(ValueError, match="after the cut-off"):
        survival.days_to_mastery([1], [0.5], at[:1], pd.Timestamp("2026-07-01T00:00Z"))


def test_leaving_out_the_unfinished_would_look_quicker_than_it_is() -> None:
    rng = np.random.default_rng(8)
    learners, most = 400, 40
    length = rng.integers(1, most, learners)  # answers until a learner happens to stop
    sequence = np.repeat(np.arange(learners), most)
    known = rng.random((learners, most)).cumsum(axis=1) > rng.exponential(8, (learners, 1))
    correct = (rng.random((learners, most)) < np.where(known, 0.95, 0.2)).ravel()
    mastery = bkt.replay(sequence, sequence * 0, correct, bkt.parameters(0.05, 0.06, 0.2, 0.05)).mastery
    truth = survival.median(survival.curve(*survival.answers_to_mastery(sequence, mastery)[["duration", "reached"]].to_numpy().T)).value
    seen = (np.arange(most) < length[:, None]).ravel()
    found = survival.answers_to_mastery(sequence[seen], mastery[seen])
    estimate = survival.median(survival.curve(found.duration, found.reached))
    assert estimate.low <= truth <= estimate.high
    assert found.duration[found.reached].median() < truth - 2
