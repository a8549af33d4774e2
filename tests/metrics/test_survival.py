"""Survival curves against a published table, brute force and laws; time to mastery with censoring."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import bkt, survival

# Freireich et al. 1963: weeks of remission of acute leukaemia, 21 pairs; + is censored. The weeks as in Table 1 of Cox 1972 (example of
# the R package brea) and in `KMsurv::drug6mp`; the tables are what R's `summary(survfit(...))` prints for them (Klein & Moeschberger,
# example 4.1, in the course notes "Ch4 KM estimator" by Li-Hsin Chien; both groups in "Pembahasan Contoh Soal" on survival analysis).
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

TIMES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def weeks(written: str) -> tuple[list[int], list[bool]]:
    return [int(week.rstrip("+")) for week in written.split()], [not week.endswith("+") for week in written.split()]


def test_the_treated_patients_of_the_leukaemia_trial() -> None:
    table = survival.curve(*weeks(TREATED)).query("events > 0")
    assert table.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert table.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6] and table.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    np.testing.assert_allclose(table.surviving, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=0.0006)
    assert errors(table).round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_the_untreated_patients_of_the_leukaemia_trial() -> None:
    table = survival.curve(*weeks(PLACEBO)).query("events > 0")
    assert table.time.tolist() == [1, 2, 3, 4, 5, 8, 11, 12, 15, 17, 22, 23]
    assert table.at_risk.tolist() == [21, 19, 17, 16, 14, 12, 8, 6, 4, 3, 2, 1]
    assert table.events.tolist() == [2, 2, 1, 2, 2, 4, 2, 2, 1, 1, 1, 1]
    shares = [0.9048, 0.8095, 0.7619, 0.6667, 0.5714, 0.3810, 0.2857, 0.1905, 0.1429, 0.0952, 0.0476, 0.0]
    assert table.surviving.round(4).tolist() == shares
    printed = [0.0641, 0.0857, 0.0929, 0.1029, 0.1080, 0.1060, 0.0986, 0.0857, 0.0764, 0.0641, 0.0465]
    assert errors(table[:-1]).round(4).tolist() == printed


def errors(table: pd.DataFrame) -> pd.Series:
    """Standard errors of the curve, back from its interval on the log-log scale."""
    spread = (np.log(-np.log(table.low)) - np.log(-np.log(table.high))) / (2 * 1.959964)
    return spread * table.surviving * -np.log(table.surviving)


@pytest.mark.parametrize("written", [TREATED, PLACEBO])
def test_the_medians_of_the_leukaemia_trial_and_their_intervals(written: str) -> None:
    """By hand: product over the weeks, Greenwood's sum, the weeks at which log(−log S) crosses that of one half."""
    known = sorted((int(week.rstrip("+")), week.endswith("+")) for week in written.split())
    left, greenwood, crossed = 1.0, 0.0, {}
    for week in sorted({week for week, censored in known if not censored}):
        risk = sum(other >= week for other, _ in known)
        events = known.count((week, False))
        left *= 1 - events / risk
        greenwood += events / (risk * (risk - events)) if risk > events else 0.0
        if left > 0:
            middle, reach = math.log(-math.log(left)), 1.959964 * math.sqrt(greenwood) / -math.log(left)
            half = math.log(math.log(2))
            for name, hit in (("value", middle >= half), ("low", middle + reach >= half), ("high", middle - reach >= half)):
                if hit:
                    crossed.setdefault(name, week)
    found = survival.median(survival.curve(*weeks(written)))
    assert found == survival.Median(crossed.get("value"), crossed.get("low"), crossed.get("high"))
    assert found == (survival.Median(23, 13, None) if written == TREATED else survival.Median(8, 4, 11))


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


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40).map(np.array))
def test_without_censoring_it_is_the_plain_share(times: np.ndarray) -> None:
    table = survival.curve(times, np.ones(len(times)))
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
