"""Indicators, error budgets, states (definitions S1, S2, S6) and slots that add up."""

import math
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.metrics import slices, slo
from workbench.metrics.goals import Goal
from workbench.metrics.slices import SLOT, Slices

DAY = 86400
COUNTS = st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
TARGET = st.integers(1, 9999).map(lambda number: number / 10000)
ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60).map(
    lambda rows: [(slot * SLOT, good, good + bad) for slot, good, bad in rows]
)


def slots(rows: list[tuple[int, int, int]]) -> Slices:
    return Slices.of(*zip(*rows, strict=True)) if rows else Slices.of([], [], [])


# --- S1 --------------------------------------------------------------------------------------------------------------


def test_the_three_methods_answer_differently_on_the_same_days() -> None:
    # 28 uneven days, answers within 3 s: 12 days reach 95 %, and the busy days are the slow ones or not
    total = np.array([100] * 12 + [150] * 16)
    good = np.array([97] * 12 + [125] * 12 + [106, 106, 106, 107])
    found = {method: slo.sli(good, total, method, 0.95) for method in slo.METHODS}
    assert found["Timeslices"].value == 12 / 28 and (found["Timeslices"].good, found["Timeslices"].total) == (12, 28)
    assert found["Occurrences"].value == good.sum() / total.sum()
    assert found["RatioTimeslices"].value == pytest.approx((good / total).mean())
    assert len({round(one.value, 3) for one in found.values()}) == 3
    assert all(one.low < one.value < one.high for one in found.values())


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20), st.randoms())
def test_no_indicator_depends_on_the_order_of_slices_or_on_empty_ones(days: list[tuple[int, int]], random: object) -> None:
    rows = [(good, good + bad) for good, bad in days]
    other = [*rows, (0, 0)]
    random.shuffle(other)  # type: ignore[attr-defined]
    for method in slo.METHODS:
        one, two = (slo.sli(*zip(*some, strict=True), method, 0.9) for some in (rows, other))
        assert (one.total, one.good) == (two.total, pytest.approx(two.good))
        assert one.value == pytest.approx(two.value, nan_ok=True) and one.low == pytest.approx(two.low, nan_ok=True, abs=1e-9)


def test_slices_that_meet_their_target_exactly_are_good() -> None:
    assert slo.sli([19, 95, 18], [20, 100, 20], "Timeslices", 0.95).good == 2


def test_equal_slices_give_one_answer_by_occurrences_and_by_ratio() -> None:
    good, total = [9, 8, 10], [10, 10, 10]
    assert slo.sli(good, total).value == slo.sli(good, total, "RatioTimeslices").value == 0.9


def test_no_data_has_no_indicator() -> None:
    for method in slo.METHODS:
        found = slo.sli([0, 0], [0, 0], method, 0.9)
        assert math.isnan(found.value) and math.isnan(found.low) and found.total == 0
    assert math.isnan(slo.sli([1], [2], "RatioTimeslices").low), "one slice has no spread"


@pytest.mark.parametrize(("method", "target"), [("Timeslice", 0.9), ("Timeslices", None)])
def test_an_unknown_method_is_refused(method: str, target: float | None) -> None:
    with pytest.raises(ValueError, match="not one of Occurrences, Timeslices, RatioTimeslices"):
        slo.sli([1], [2], method, target)


# --- S2 --------------------------------------------------------------------------------------------------------------


def test_the_budget_of_the_definition() -> None:
    found = slo.budget(3556, 7112, 0.9, 43200)
    assert found.good / found.total == 0.5 and found.burn == 5.0 and found.minutes == 72.0 and found.minutes_used == 360.0
    assert (found.consumed, found.remaining, found.exhaustion) == (5.0, -4.0, 0.0), "not clamped"


@given(COUNTS, TARGET, st.integers(1, 1000))
def test_budget_arithmetic(counts: tuple[int, int], target: float, period: int) -> None:
    good, total = counts
    found = slo.budget(good, total, target, period)
    assert found.consumed + found.remaining == pytest.approx(1)
    assert found.burn == pytest.approx(found.consumed), "a finished period burnt as fast as it consumed"
    assert found.allowed == pytest.approx(total * (1 - target))
    exact = Fraction(good, total) >= Fraction(str(target))
    assert (found.remaining >= 0) == exact == (slo.state(found) != "breached")


@given(COUNTS, TARGET, st.integers(2, 1000), st.data())
def test_an_unfinished_period_carries_the_total_on(counts: tuple[int, int], target: float, period: int, data: st.DataObject) -> None:
    elapsed = data.draw(st.integers(1, period - 1))
    so_far, whole = slo.budget(*counts, target, period, elapsed), slo.budget(*counts, target, period)
    assert so_far.allowed == pytest.approx(whole.allowed * period / elapsed)
    assert so_far.consumed == pytest.approx(whole.consumed * elapsed / period) and so_far.burn == pytest.approx(whole.burn)
    assert not so_far.finished and whole.finished
    if so_far.remaining > 0 and so_far.burn > 0:
        spent_then = so_far.consumed + so_far.burn * so_far.exhaustion / period
        assert spent_then == pytest.approx(1), "going on at this burn, the budget is empty after `exhaustion`"


@given(COUNTS, TARGET)
def test_one_more_bad_answer_never_leaves_more_budget(counts: tuple[int, int], target: float) -> None:
    good, total = counts
    assume(good > 0)
    better, worse = slo.budget(good, total, target, 100), slo.budget(good - 1, total, target, 100)
    assert worse.remaining < better.remaining and worse.burn > better.burn and worse.exhaustion <= better.exhaustion


def test_a_budget_spent_to_the_last_answer_is_not_overspent() -> None:
    found = slo.budget(90, 100, 0.9, 100)
    assert (found.consumed, found.remaining, found.burn) == (1.0, 0.0, 1.0) and slo.state(found) == "at_risk"
    assert slo.state(slo.budget(89, 100, 0.9, 100)) == "breached"


@pytest.mark.parametrize("target", [0, 1, 1.0, 1.5, -0.1, math.nan])
def test_a_target_without_a_budget_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        slo.budget(1, 2, target, 100)


@pytest.mark.parametrize(("good", "total", "elapsed"), [(3, 2, 10), (-1, 2, 10), (1, 2, 0), (1, 2, 101)])
def test_an_impossible_budget_is_refused(good: int, total: int, elapsed: int) -> None:
    with pytest.raises(ValueError, match="a budget needs"):
        slo.budget(good, total, 0.9, 100, elapsed)


def test_no_answers_leave_no_number_and_no_verdict() -> None:
    found = slo.budget(0, 0, 0.9, 100)
    assert math.isnan(found.remaining) and math.isnan(found.exhaustion) and slo.state(found) == "no_data"


def test_exhaustion_without_burn_never_comes() -> None:
    assert slo.budget(5, 5, 0.9, 100, 50).exhaustion == math.inf
    assert math.isnan(slo.time_to_exhaustion(math.nan, 1, 1))


# --- S6 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "elapsed", "expected"),
    [(0, 30, "met"), (7, 30, "met"), (8, 30, "at_risk"), (10, 30, "at_risk"), (11, 30, "breached"), (9, 15, "met"), (11, 15, "at_risk")],
)
def test_states_by_what_is_left(bad: int, elapsed: int, expected: str) -> None:
    assert slo.state(slo.budget(100 - bad, 100, 0.9, 30, elapsed)) == expected


def test_a_silent_day_is_told_from_an_idle_one() -> None:
    assert slo.day_kinds([4, 0, 0], [0, 1, 0]).tolist() == ["data", "silent", "idle"]


@pytest.mark.parametrize(
    ("limit", "failing"),
    [("breached", {"breached"}), ("at_risk", {"breached", "at_risk"}), ("no_data", {"breached", "at_risk", "no_data"})],
)
def test_fail_on_includes_the_worse_states(limit: str, failing: set[str]) -> None:
    assert {state for state in slo.WORST_FIRST if slo.fails(["met", state], limit)} == failing
    assert slo.worst([]) == "no_data" and not slo.fails([], limit)


# --- slots -----------------------------------------------------------------------------------------------------------


def test_any_kind_of_instant_is_understood() -> None:
    expected = 1785542400
    tokyo = datetime(2026, 8, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    column = pd.Series(pd.to_datetime(["2026-08-01T00:00Z"])).astype("datetime64[us, UTC]")
    for given_as in (expected, np.datetime64("2026-08-01T00:00"), datetime(2026, 8, 1, tzinfo=UTC), tokyo, pd.Timestamp(tokyo)):
        assert int(slices.seconds(given_as)) == expected
    for many in (
        column,
        column.dt.tz_convert("Asia/Tokyo"),
        list(column),
        column.to_numpy(dtype="datetime64[us]"),
        pd.DatetimeIndex(column),
    ):
        assert slices.seconds(many).tolist() == [expected]
    assert slices.seconds([]).tolist() == []
    with pytest.raises(ValueError, match="no time zone"):
        slices.seconds(datetime(2026, 8, 1))


@given(ROWS, st.randoms())
def test_rows_of_a_slot_add_up_in_any_order(rows: list[tuple[int, int, int]], random: object) -> None:
    whole, cut = slots(rows), len(rows) // 2
    merged = slices.merge([slots(rows[cut:]), slots(rows[:cut])])
    random.shuffle(rows)  # type: ignore[attr-defined]
    for other in (merged, slots(rows)):
        assert all(np.array_equal(getattr(whole, name), getattr(other, name)) for name in ("start", "good", "total"))
    assert (np.diff(whole.start) > 0).all()


@given(ROWS, st.lists(st.integers(0, 45 * SLOT), min_size=2, max_size=8).map(sorted))
def test_spans_between_edges_add_up_to_the_window(rows: list[tuple[int, int, int]], edges: list[int]) -> None:
    made = slots(rows)
    good, total = made.sums(edges)
    assert (good.sum(), total.sum()) == made.window(edges[0], edges[-1])
    assert made.window(0, 41 * SLOT) == (sum(good for _, good, _ in rows), sum(total for *_, total in rows))
    assert made.dense(0, 41 * SLOT)[1].sum() == made.total.sum()


@pytest.mark.parametrize("row", [(0, 2, 1), (0, -1, 1), (7, 0, 1)])
def test_impossible_slots_are_refused(row: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="a slice"):
        slots([row])


# --- over a period ---------------------------------------------------------------------------------------------------


def month(bad_from: int = 10, bad_until: int = 12) -> Slices:
    """Thirty days with 10 answers in every slot, of which half are bad from one day to another."""
    start = np.arange(0, 30 * DAY, SLOT)
    bad = np.where((start >= bad_from * DAY) & (start < bad_until * DAY), 5, 0)
    return Slices.of(start, 10 - bad, np.full(len(start), 10))


def test_an_objective_over_a_period() -> None:
    found = slo.assess(month(), Goal(0.95), 0, 30 * DAY)
    assert found.indicator.value == pytest.approx(1 - 1 / 30) and found.budget.remaining == pytest.approx(1 / 3)
    assert found.state == "met" and found.exhausted_at is None and len(found.alerts) == 4
    assert slo.assess(month(), Goal(0.95), 0, 30 * DAY, 11 * DAY).state == "at_risk", "alerts fire in the middle of it"


def test_the_budget_is_empty_from_the_slot_that_spends_it() -> None:
    # 4320 × 10 × 2 answers × 1 % = 864 may be bad: 5 a slot from day 10 on
    found = slo.assess(month(), Goal(0.99), 0, 30 * DAY)
    assert found.state == "breached" and found.exhausted_at == 10 * DAY + math.ceil(864 / 5) * SLOT


def test_the_burn_down_starts_full_never_rises_and_ends_at_what_is_left() -> None:
    for goal in (Goal(0.95), Goal(0.9, "Timeslices", DAY, 0.95), Goal(0.95, "RatioTimeslices", DAY)):
        for cutoff in (30 * DAY, 11 * DAY + 1234):
            line = slo.burn_down(month(), goal, 0, 30 * DAY, cutoff)
            left = slo.assess(month(), goal, 0, 30 * DAY, cutoff).budget.remaining
            assert line.remaining[0] == 1 and (np.diff(line.remaining) <= 1e-12).all() and line.remaining[-1] == pytest.approx(left)
            assert line.at[0] == 0 and line.at[-1] == cutoff and (np.diff(line.at) > 0).all()


def test_a_burn_down_can_be_thinned_and_keeps_its_ends() -> None:
    line, full = (slo.burn_down(month(), Goal(0.95), 0, 30 * DAY, points=points) for points in (50, None))
    assert len(line.at) == 50 and (line.at[-1], line.remaining[-1]) == (full.at[-1], full.remaining[-1])


def test_slices_follow_the_edges_given_for_local_days() -> None:
    goal, tokyo = Goal(0.9, "Timeslices", DAY, 0.95), np.arange(0, 30 * DAY + 1, DAY) + 15 * 3600
    found = slo.assess(month(), goal, 15 * 3600, 29 * DAY + 15 * 3600, slice_edges=tokyo)
    assert (found.indicator.good, found.indicator.total) == (26, 29), "two bad UTC days touch three days of Tokyo"
    with pytest.raises(ValueError, match="needs slice_seconds or slice_edges"):
        slo.assess(month(), Goal(0.9, "Timeslices", None, 0.95), 0, DAY)


def test_a_period_without_answers_is_no_data() -> None:
    found = slo.assess(Slices.of([], [], []), Goal(0.9), 0, DAY)
    assert found.state == "no_data" and math.isnan(found.indicator.value) and found.exhausted_at is None
    assert len(slo.burn_down(Slices.of([], [], []), Goal(0.9), 0, DAY).at) == 0


def test_a_cutoff_before_the_period_is_refused() -> None:
    with pytest.raises(ValueError, match="0 < elapsed"):
        slo.assess(month(), Goal(0.9), DAY, 2 * DAY, DAY)
