"""Service level objectives: indicator, error budget, burn-down and state (definitions S1, S2, S6; alerts are in `alerts`).

An indicator is good/total, of answers or of time slices, by the budgeting method that the objective names. The error budget is compared
in exact fractions: 10 bad of 100 at a target of 0.9 is all of the budget and not a hair more.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.alerts import Alert, evaluate
from workbench.metrics.goals import Goal
from workbench.metrics.slices import SLOT, Integers, Slices, budget_ratio, edges, seconds
from workbench.metrics.stats import Moments, wilson

METHODS = ("Occurrences", "Timeslices", "RatioTimeslices")
WORST_FIRST = ("breached", "at_risk", "no_data", "met")
"""The states, from the one to read first."""
LITTLE_LEFT = Fraction(1, 4)
"""Below this share of the budget a met objective is at risk."""


@dataclass(frozen=True)
class Indicator:
    """A service level indicator: `value` = good/total with a 95 % interval, NaN without data. The unit counted is answers or slices."""

    method: str
    value: float
    low: float
    high: float
    good: float
    total: int


def sli(good: ArrayLike, total: ArrayLike, method: str = "Occurrences", slice_target: float | None = None) -> Indicator:
    """The indicator over time slices (definition S1). The three methods answer differently on the same data: name the method.

    *Occurrences*: good/total over all slices. *Timeslices*: the share of slices whose own good/total is at least `slice_target`.
    *RatioTimeslices*: the mean of the slices' good/total. Slices without events do not count.

    Args:
        good, total: events of each slice; for Occurrences one number each will do.
        method: one of `METHODS`.
        slice_target: ratio, for Timeslices.

    Returns:
        The interval is Wilson's, for RatioTimeslices Student's over slices.

    >>> days = [90, 10], [90, 90]
    >>> [round(sli(*days, method, 0.95).value, 2) for method in METHODS]
    [0.56, 0.5, 0.56]
    """
    hits, events = (np.atleast_1d(np.asarray(counts, dtype=np.int64)) for counts in (good, total))
    fine, units = _units(hits, events, method, slice_target)
    if method != "RatioTimeslices":
        share, of = int(fine.sum()), int(units.sum())
        return Indicator(method, share / of if of else math.nan, *wilson(share, of), share, of)
    found = Moments.of(fine[units > 0])
    low, high = found.interval
    return Indicator(method, found.mean, float(np.maximum(low, 0)), float(np.minimum(high, 1)), found.total, found.count)


def _units(good: Integers, total: Integers, method: str, slice_target: float | None) -> tuple[NDArray, Integers]:
    """Good and total of each time slice in the unit the method counts: events; or the slice, good or not, or good by its ratio."""
    if method == "Occurrences":
        return good, total
    seen = (total > 0).astype(np.int64)
    if method == "RatioTimeslices":
        return np.divide(good, total, out=np.zeros(len(total)), where=total > 0), seen
    if method != "Timeslices" or slice_target is None:
        raise ValueError(f"{method!r} is not one of {', '.join(METHODS)}, or is Timeslices without a slice_target")
    # whole numbers again: 19 of 20 meets 0.95
    wanted = Fraction(str(slice_target)).limit_denominator(10**6)
    return ((good * wanted.denominator >= wanted.numerator * total) & (total > 0)).astype(np.int64), seen


@dataclass(frozen=True)
class Budget:
    """The error budget of a period (definition S2), in the unit the indicator counts.

    Attributes:
        target: ratio. good, bad, total: counted so far. period, elapsed: seconds.
        allowed: bad ones the period allows, from the total so far carried on to its end.
        consumed: bad/allowed. remaining: 1 − consumed, below 0 when overspent; both NaN without data.
        burn: burn rate over the time elapsed; 1 spends the budget exactly by the end of a period.
        exhaustion: seconds from now until it is empty at this burn: infinite at burn 0, 0 when it is empty, NaN without data.
    """

    target: float
    good: float
    bad: float
    total: float
    period: int
    elapsed: int
    allowed: float
    consumed: float
    remaining: float
    burn: float
    exhaustion: float

    @property
    def minutes(self) -> float:
        """The whole budget as minutes of complete failure."""
        return float(budget_ratio(self.target) * self.period / 60)

    @property
    def minutes_used(self) -> float:
        """The part of those minutes that is spent."""
        return self.consumed * self.minutes

    @property
    def finished(self) -> bool:
        """Whether the period is over."""
        return self.elapsed >= self.period


def budget(good: float, total: float, target: float, period: int, elapsed: int | None = None) -> Budget:
    """The error budget (definition S2). In an unfinished period the total is carried on evenly to its end: N = total · period/elapsed.

    Args:
        good, total: counted so far, 0 ≤ good ≤ total.
        target: 0 < target < 1. period: seconds. elapsed: seconds gone of them; by default all.

    Raises:
        ValueError: a target of 1 or 0, impossible counts, or more time elapsed than the period has.

    >>> found = budget(3556, 7112, 0.9, 43200)
    >>> found.burn, found.minutes, found.minutes_used, found.remaining
    (5.0, 72.0, 360.0, -4.0)
    """
    ratio, gone = budget_ratio(target), period if elapsed is None else elapsed
    if not (0 <= good <= total and 0 < gone <= period):
        raise ValueError("a budget needs 0 <= good <= total and 0 < elapsed <= period")
    bad = Fraction(total) - Fraction(good)
    if not total:
        return Budget(target, good, 0, total, period, gone, 0.0, math.nan, math.nan, math.nan, math.nan)
    allowed = Fraction(total) * Fraction(period, gone) * ratio
    consumed, burn = bad / allowed, bad / Fraction(total) / ratio
    left = time_to_exhaustion(float(1 - consumed), float(burn), period)
    return Budget(target, good, float(bad), total, period, gone, float(allowed), float(consumed), float(1 - consumed), float(burn), left)


def time_to_exhaustion(remaining: float, burn: float, period: float) -> float:
    """Seconds until a budget is empty at a burn rate: remaining · period/burn (definition S2).

    >>> time_to_exhaustion(0.5, 2, 3600), time_to_exhaustion(0.5, 0, 3600), time_to_exhaustion(-1, 2, 3600)
    (900.0, inf, 0.0)
    """
    if math.isnan(remaining) or math.isnan(burn):
        return math.nan
    if remaining <= 0:
        return 0.0
    return remaining * period / burn if burn > 0 else math.inf


def state(found: Budget, alerts: Iterable[Alert] = ()) -> str:
    """`met`, `at_risk`, `breached` or `no_data` (definition S6).

    *breached*: the budget is overspent; in a finished period that is an indicator below target. *at_risk*: not breached, but an alert
    fires, less than a quarter of the budget is left, or, in an unfinished period, the indicator so far is below target.
    """
    if not found.total:
        return "no_data"
    if found.remaining < 0:
        return "breached"
    firing = any(alert.state == "firing" for alert in alerts)
    return "at_risk" if firing or found.remaining < LITTLE_LEFT or found.burn > 1 else "met"


def no_data_kind(sessions: int) -> str:
    """Why there are no answers (definition S6): `silent` (learners were there: something is broken) or `idle` (nobody was).

    >>> no_data_kind(3), no_data_kind(0)
    ('silent', 'idle')
    """
    return "silent" if sessions > 0 else "idle"


def day_kinds(answers: ArrayLike, sessions: ArrayLike) -> NDArray[np.str_]:
    """For each day `data`, or the kind of its silence (definition S6).

    >>> day_kinds([5, 0, 0], [2, 3, 0]).tolist()
    ['data', 'silent', 'idle']
    """
    return np.where(np.asarray(answers) > 0, "data", np.where(np.asarray(sessions) > 0, "silent", "idle"))


# --- over slices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BurnDown:
    """What is left of the budget at instants (seconds since 1970): `remaining` is 1 when untouched, below 0 when overspent."""

    at: Integers
    remaining: NDArray[np.float64]


@dataclass(frozen=True)
class Assessment:
    """Everything about one objective at a cut-off; `exhausted_at` is the instant (seconds) from which the budget is empty, or None."""

    goal: Goal
    indicator: Indicator
    budget: Budget
    alerts: list[Alert]
    state: str
    exhausted_at: int | None


def assess(slices: Slices, goal: Goal, start: Any, end: Any, cutoff: Any = None, slice_edges: ArrayLike | None = None) -> Assessment:
    """One objective over the period [start, end), as of the cut-off.

    Args:
        slices: of this objective, reaching three days back before the cut-off for the alerts, which count answers in every method.
        goal: target and method.
        start, end: the period, half-open. cutoff: now; by default, and at most, the end.
        slice_edges: edges of the time slices, for instance the local midnights; by default every `goal.slice_seconds` from start on.

    Raises:
        ValueError: the cut-off is not after the start.
    """
    first, last = int(seconds(start)), int(seconds(end))
    now = last if cutoff is None else min(last, int(seconds(cutoff)))
    good, total = _slice_counts(slices, goal, first, now, slice_edges)
    found = sli(good, total, goal.method, goal.slice_target)
    money = budget(found.good, found.total, goal.target, last - first, now - first)
    alerts = evaluate(slices, goal.target, last - first, now, goal.ladder)
    return Assessment(goal, found, money, alerts, state(money, alerts), _exhausted_at(slices, goal, (first, now), money, slice_edges))


def _slice_counts(slices: Slices, goal: Goal, first: int, now: int, slice_edges: ArrayLike | None) -> tuple[Integers, Integers]:
    """Good and total by time slice, up to the cut-off."""
    if goal.method == "Occurrences":
        return slices.sums([first, now])
    return slices.sums(_edges(goal, first, now, slice_edges))


def _edges(goal: Goal, first: int, now: int, slice_edges: ArrayLike | None) -> Integers:
    if slice_edges is None:
        if not goal.slice_seconds:
            raise ValueError(f"{goal.method} needs slice_seconds or slice_edges")
        return edges(first, now, goal.slice_seconds)
    given = seconds(slice_edges)
    return np.unique(np.concatenate(([first], given[(given > first) & (given < now)], [now])))


def burn_down(
    slices: Slices, goal: Goal, start: Any, end: Any, cutoff: Any = None, slice_edges: ArrayLike | None = None, points: int | None = None
) -> BurnDown:
    """What was left of the period's budget after each slot with events or, for the slice methods, after each time slice (definition S2).

    The budget is that of the whole period as known at the cut-off, so the last value is `Budget.remaining`.

    Args:
        slices, goal, start, end, cutoff, slice_edges: as `assess`.
        points: at most about so many instants, evenly chosen, the first and the last among them; by default all.

    Returns:
        From the start (1.0) to the cut-off; empty without data.
    """
    first, last = int(seconds(start)), int(seconds(end))
    now = last if cutoff is None else min(last, int(seconds(cutoff)))
    at, bad, total = _bad_so_far(slices, goal, (first, now), slice_edges)
    if not total:
        return BurnDown(np.array([], dtype=np.int64), np.array([]))
    if at[-1] < now:
        at, bad = np.append(at, now), np.append(bad, bad[-1])
    left = 1 - bad / (float(budget_ratio(goal.target)) * total * (last - first) / (now - first))
    chosen = np.arange(len(at)) if not points or len(at) <= points else np.unique(np.linspace(0, len(at) - 1, points).astype(int))
    return BurnDown(at[chosen], left[chosen])


def _bad_so_far(slices: Slices, goal: Goal, span: tuple[int, int], slice_edges: ArrayLike | None) -> tuple[Integers, NDArray, int]:
    """Instants from the start on, bad units up to each of them, and the total at the end of the span."""
    first, now = span
    if goal.method != "Occurrences":
        at = _edges(goal, first, now, slice_edges)
        good, total = _units(*slices.sums(at), goal.method, goal.slice_target)
        return at, np.append(0, np.cumsum(total - good)), int(total.sum())
    inside = slices.start[(slices.start >= first) & (slices.start < now)]
    good, total = slices.sums(np.append(inside, now))
    # a slot is over five minutes after its start, not when the next one with events begins
    return np.append(first, np.minimum(inside + SLOT, now)), np.append(0, np.cumsum(total - good)), int(total.sum())


def _exhausted_at(slices: Slices, goal: Goal, span: tuple[int, int], found: Budget, slice_edges: ArrayLike | None) -> int | None:
    """The first instant at which as many were bad as the whole period allows."""
    if not found.total or found.remaining > 0:
        return None
    at, bad, _ = _bad_so_far(slices, goal, span, slice_edges)
    return int(at[np.flatnonzero(bad >= min(found.allowed, found.bad) * (1 - 1e-12))[0]])


def worst(states: Sequence[str]) -> str:
    """The state to read first; `no_data` for none.

    >>> worst(["met", "breached", "at_risk"])
    'breached'
    """
    return min(states, key=WORST_FIRST.index, default="no_data")


def fails(states: Iterable[str], limit: str) -> bool:
    """Whether a state is at least as bad as `breached`, `at_risk` or `no_data`, each of which includes those before it.

    >>> fails(["met", "at_risk"], "breached"), fails(["met", "at_risk"], "no_data")
    (False, True)
    """
    return bool(set(states) & set(WORST_FIRST[: WORST_FIRST[:3].index(limit) + 1]))
