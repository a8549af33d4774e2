"""Multi-window, multi-burn-rate alerts (definitions S3 to S5): their state at an instant, and the spans in which they fired.

Burn rate = (bad/total)/(1 − target). A rung fires while its long and its short window both burn at least at its threshold, the pace that
would spend the rung's share of the budget within the long window. Comparisons are made in whole numbers: nothing is rounded first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.goals import LADDER, Rung
from workbench.metrics.slices import SLOT, Integers, Slices, budget_ratio, seconds
from workbench.metrics.stats import wilson

ENOUGH = 100
"""Answers in the long window from which on an alert needs no small-sample test (definition S5)."""
LEAST_BAD = 3


@dataclass(frozen=True)
class Alert:
    """A rung at an instant.

    Attributes:
        rung: the rung. threshold: its burn rate for the period.
        severity: its own, or that of an unreachable rung it stands in for.
        state: `firing`, `quiet`, `unreachable` or `insufficient_data`.
        burn_long, burn_short: burn rates, NaN in a window without answers.
        bad_long, total_long, bad_short, total_short: events of both windows.
        highest: the highest burn rate there can be, 1/(1 − target).
        instead: for an unreachable rung, the next lower one that can fire.
    """

    rung: Rung
    threshold: float
    severity: str
    state: str
    burn_long: float
    burn_short: float
    bad_long: int
    total_long: int
    bad_short: int
    total_short: int
    highest: float
    instead: Rung | None = None


def effective(target: float, period: int, ladder: Sequence[Rung] = LADDER) -> list[Rung]:
    """The rungs that can fire, the first below unreachable ones with their severity, for it is used in their place (definition S4).

    >>> [rung.severity for rung in effective(0.8, 30 * 86400)]
    ['page', 'ticket']
    """
    return [rung for rung in _in_place(budget_ratio(target), period, ladder) if rung]


def _in_place(ratio: Fraction, period: int, ladder: Sequence[Rung]) -> list[Rung | None]:
    """For each rung what is used of it: itself, perhaps with a higher severity, or nothing."""
    found: list[Rung | None] = []
    waiting = ""
    for rung in ladder:
        # a burn rate cannot exceed 1/(1 - T): every answer bad
        if rung.threshold(period) * ratio > 1:
            waiting = waiting or rung.severity
            found.append(None)
        else:
            found.append(replace(rung, severity=waiting or rung.severity))
            waiting = ""
    return found


def evaluate(slices: Slices, target: float, period: int, at: Any, ladder: Sequence[Rung] = LADDER) -> list[Alert]:
    """State of every rung at an instant (definitions S3 to S5).

    *firing*: both windows burn at the threshold or above, and a long window below 100 answers has at least 3 bad ones and a Wilson lower
    bound of bad/total above threshold · (1 − T). *insufficient_data*: both burn so, but that test fails; or the short window has no
    answers while the long one burns so; or neither has any. *quiet*: a window with answers is below the threshold. *unreachable*: see
    `effective`.

    Args:
        slices: they must reach back over the longest window, also to before the period.
        target: the objective's, 0 < target < 1.
        period: seconds the budget is for.
        at: the cut-off; it is moved to the end of its slot.

    Returns:
        One alert a rung, in the ladder's order.
    """
    ratio, end = budget_ratio(target), -(-int(seconds(at)) // SLOT) * SLOT
    in_place = _in_place(ratio, period, ladder)
    return [_alert(slices, rung, in_place[number:], ratio, period, end) for number, rung in enumerate(ladder)]


def _alert(slices: Slices, rung: Rung, in_place: list[Rung | None], ratio: Fraction, period: int, end: int) -> Alert:
    """The rung's alert; `in_place` is what is used of it and of the rungs below it."""
    counts = [_bad_total(slices, end - width, end) for width in (rung.long, rung.short)]
    burns = [float(Fraction(bad, total) / ratio) if total else math.nan for bad, total in counts]
    used, threshold = in_place[0], rung.threshold(period)
    return Alert(
        rung=rung, threshold=float(threshold), severity=(used or rung).severity, highest=float(1 / ratio),
        state=_state(counts, threshold * ratio) if used else "unreachable", burn_long=burns[0], burn_short=burns[1],
        bad_long=counts[0][0], total_long=counts[0][1], bad_short=counts[1][0], total_short=counts[1][1],
        instead=None if used else next((lower for lower in in_place if lower), None),
    )  # fmt: skip


def _bad_total(slices: Slices, start: int, end: int) -> tuple[int, int]:
    good, total = slices.window(start, end)
    return total - good, total


def _state(counts: list[tuple[int, int]], limit: Fraction) -> str:
    (bad_long, total_long), (bad_short, total_short) = counts
    if (total_long and bad_long < limit * total_long) or (total_short and bad_short < limit * total_short):
        return "quiet"
    if not total_long or not total_short:
        return "insufficient_data"
    enough = _enough(np.array([bad_long]), np.array([total_long]), limit)
    return "firing" if enough[0] else "insufficient_data"


def _enough(bad: Integers, total: Integers, limit: Fraction) -> NDArray[np.bool_]:
    """Many answers in the long window, or few of which surely more than the limit are bad (definition S5)."""
    return (total >= ENOUGH) | ((bad >= LEAST_BAD) & (wilson(bad, total).low > float(limit)))


# --- spans in which they fired ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Episode:
    """A span in which alerts of one severity fired without a break.

    Attributes:
        severity: page or ticket. start, end: seconds since 1970, half-open: from the start of the short window that fired first.
        answers, bad: events within. share: of the period's whole budget. peak: highest burn rate of a long window.
    """

    severity: str
    start: int
    end: int
    answers: int
    bad: int
    share: float
    peak: float


def episodes(
    slices: Slices, target: float, start: Any, end: Any, period: int | None = None, ladder: Sequence[Rung] = LADDER
) -> list[Episode]:
    """The spans within [start, end) in which a rung's pair of windows fired, looked at after every slot; rungs of one severity are one.

    Slots in which a rung that had fired had insufficient data, and then fired again, do not end a span.

    Args:
        slices: they must reach back over the longest window before `start`.
        target: the objective's.
        start, end: the period so far; moved to slots outwards.
        period: seconds of the whole period; by default end − start. The share is of the budget for that (definition S2).

    Returns:
        Episodes by start, pages before tickets.
    """
    first, last = int(seconds(start)) // SLOT * SLOT, -(-int(seconds(end)) // SLOT) * SLOT
    whole, ratio = period or last - first, budget_ratio(target)
    rungs = effective(target, whole, ladder)
    if last <= first or not rungs:
        return []
    reach = max(rung.long for rung in rungs)
    good, total = slices.dense(first - reach, last)
    series = tuple(np.concatenate(([0], np.cumsum(counts))) for counts in (total - good, total))
    allowed = float((series[1][-1] - series[1][reach // SLOT]) * ratio) * whole / (last - first)
    found = []
    for severity in dict.fromkeys(rung.severity for rung in rungs):
        firing = np.zeros(len(series[0]), dtype=bool)
        covered, burn = firing.copy(), np.zeros(len(series[0]))
        for rung in (one for one in rungs if one.severity == severity):
            fires, burnt = _fires(series, rung, rung.threshold(whole) * ratio, reach // SLOT)
            covered |= _stretched(fires, rung.short // SLOT)
            burn = np.maximum(burn, np.where(fires, burnt, 0.0) / float(ratio))
        covered[: reach // SLOT + 1] = False
        found += [_episode(severity, span, series, burn, first - reach, allowed) for span in _spans(covered)]
    return sorted(found, key=lambda one: (one.start, one.severity))


def _windowed(counts: Integers, width: int) -> Integers:
    """Sums over the `width` slots that end at each edge; cumulative sums go in, edges too near the beginning get 0."""
    sums = np.zeros_like(counts)
    sums[width:] = counts[width:] - counts[:-width]
    return sums


def _fires(series: tuple[Integers, ...], rung: Rung, limit: Fraction, begin: int) -> tuple[NDArray[np.bool_], NDArray]:
    """At each edge between slots: whether the rung fires, and bad/total of its long window."""
    bad, total = (_windowed(counts, rung.long // SLOT) for counts in series)
    bad_short, total_short = (_windowed(counts, rung.short // SLOT) for counts in series)
    # a fraction with a small denominator keeps the products within int64; it is off by less than 1e-12
    exact = limit.limit_denominator(10**6)
    over = (bad * exact.denominator >= exact.numerator * total) & (total > 0)
    over &= bad_short * exact.denominator >= exact.numerator * total_short  # holds without answers
    over[: begin + 1] = False
    fires = over & (total_short > 0)
    fires[fires] = _enough(bad[fires], total[fires], limit)
    return _bridged(fires, over), bad / np.maximum(total, 1)


def _bridged(fires: NDArray[np.bool_], possible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Firing goes on over edges where it was possible, until it fires again: an alert is not over because answers become few."""
    at = np.flatnonzero(fires)
    ended = np.cumsum(~possible)
    change = np.zeros(len(fires) + 1, dtype=np.int64)
    joined = ended[at[1:]] == ended[at[:-1]]
    np.add.at(change, at[:-1][joined], 1)
    np.add.at(change, at[1:][joined], -1)
    return fires | (np.cumsum(change[:-1]) > 0)


def _stretched(fires: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """Slots covered (by their end): those where it fires, and the short window before each of them."""
    # slot i is covered when one of the edges i to i + width - 1 fires: count them from behind
    ahead = np.cumsum(fires[::-1])[::-1]
    later = np.concatenate((ahead[width:], np.zeros(min(width, len(ahead)), dtype=ahead.dtype)))
    return (ahead - later) > 0


def _spans(covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Slots [from, to) of each unbroken run; slot i ends at edge i."""
    steps = np.flatnonzero(np.diff(np.concatenate(([False], covered, [False])).astype(np.int8)))
    return [(int(a) - 1, int(b) - 1) for a, b in zip(steps[::2], steps[1::2], strict=True)]


def _episode(severity: str, span: tuple[int, int], series: tuple[Integers, ...], burn: NDArray, origin: int, allowed: float) -> Episode:
    a, b = span
    bad, answers = (int(counts[b] - counts[a]) for counts in series)
    share = bad / allowed if allowed else math.nan
    return Episode(severity, origin + a * SLOT, origin + b * SLOT, answers, bad, share, float(burn[a + 1 : b + 1].max()))
