"""Where a series is unlike the rest of itself: a window with a raised rate, and the day a level changed.

Both methods are general: they know neither what is counted nor what was planted in simulated data. Both state a chance of error that
allows for every window or day that was tried.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

SIGNIFICANCE = 0.001
"""A window or change is named when chance alone would make one like it less often than this, over everything that was tried."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """A stretch of a series whose rate is raised: `[start, stop)` by position, counts inside, rate of the rest, chance of error, and the
    log-likelihood ratio that tells which of two windows is the more certain."""

    start: int
    stop: int
    bad: int
    total: int
    usual: float
    chance: float
    ratio: float = 0.0

    @property
    def rate(self) -> float:
        """Bad share inside the window."""
        return self.bad / self.total


def raised_windows(bad: Floats, total: Floats, *, longest: int, least_rise: float, at_most: int = 3) -> list[Window]:
    """Stretches with a raised bad rate, the most certain first (Kulldorff's temporal scan statistic for proportions).

    Every window up to `longest` positions is compared with the rest of the series by the binomial log-likelihood ratio; the best one is
    kept if its chance, times the windows tried, is below `SIGNIFICANCE`. The search is then repeated without it.

    Args:
        bad: bad events at each position. total: all events at each position.
        longest: the longest window tried, in positions; a raised state longer than half the series is the usual state.
        least_rise: least difference between the rates inside and outside that is worth a sentence (ratio).
        at_most: windows kept.

    >>> [(w.start, w.stop) for w in raised_windows(np.array([1, 1, 30, 28, 1, 0.0]), np.full(6, 100.0), longest=3, least_rise=0.05)]
    [(2, 4)]
    """
    bad, total = np.asarray(bad, dtype=float).copy(), np.asarray(total, dtype=float).copy()
    found: list[Window] = []
    while len(found) < at_most:
        best = _best_window(bad, total, longest, least_rise)
        if best is None:
            return found
        found.append(best)
        bad[best.start : best.stop] = total[best.start : best.stop] = 0
    return found


def _best_window(bad: Floats, total: Floats, longest: int, least_rise: float) -> Window | None:
    size, longest = len(total), min(longest, len(total) - 1)
    if longest < 1 or not total.sum():
        return None
    starts, stops = _spans(size, longest)
    sums = [np.concatenate([[0.0], np.cumsum(values)]) for values in (bad, total)]
    inside_bad, inside = (cumulated[stops] - cumulated[starts] for cumulated in sums)
    outside_bad, outside = bad.sum() - inside_bad, total.sum() - inside
    rise = _share(inside_bad, inside) - _share(outside_bad, outside)
    ratio = np.where(
        (rise >= least_rise) & (outside > 0),
        _likelihood(inside_bad, inside) + _likelihood(outside_bad, outside) - _likelihood(bad.sum(), total.sum()),
        -np.inf,
    )
    best = int(np.argmax(ratio))
    chance = min(1.0, len(ratio) * float(special.chdtrc(1, 2 * max(ratio[best], 0))))
    if chance >= SIGNIFICANCE:
        return None
    start, stop = _tight(total, int(starts[best]), int(stops[best]))
    usual = float(outside_bad[best] / outside[best])
    return Window(start, stop, round(inside_bad[best]), round(inside[best]), usual, chance, float(ratio[best]))


@lru_cache(maxsize=16)
def _spans(size: int, longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Start and stop of every window up to the longest."""
    starts, lengths = np.meshgrid(np.arange(size), np.arange(1, longest + 1), indexing="ij")
    inside = starts + lengths <= size
    return starts[inside], (starts + lengths)[inside]


def _tight(total: Floats, start: int, stop: int) -> tuple[int, int]:
    """The window without positions at its ends where nothing happened."""
    filled = np.flatnonzero(total[start:stop])
    return start + int(filled[0]), start + int(filled[-1]) + 1


def _share(bad: Floats, total: Floats) -> Floats:
    return np.divide(bad, total, out=np.zeros_like(total, dtype=float), where=total > 0)


def _likelihood(bad: Floats, total: Floats) -> Floats:
    """Greatest binomial log-likelihood of the counts."""
    return special.xlogy(bad, bad) + special.xlogy(total - bad, total - bad) - special.xlogy(total, total)


@dataclass(frozen=True)
class Change:
    """A lasting change of level at position `at`: levels before and after, relative change with its 95 % interval, chance of error."""

    at: int
    before: float
    after: float
    low: float
    high: float
    chance: float

    @property
    def relative(self) -> float:
        """Change of the level relative to the level before."""
        return self.after / self.before - 1


def level_change(values: Floats, weights: Floats, *, least_days: int = 3, least_change: float = 0.05) -> Change | None:
    """The day from which a daily level is another one, if there is such a day.

    Each possible day is tried: the logarithms of the days before and after are compared by a weighted t test with common variance. The
    day with the largest |t| is kept if its chance, times the days tried, is below `SIGNIFICANCE` and the change is at least
    `least_change` of the level before. Levels are geometric means.

    Args:
        values: the level of each day, for instance yen per answer; days with 0 or NaN are left out. weights: events behind each value.
        least_days: days with data needed on either side. least_change: least relative change that is worth a sentence.

    >>> change = level_change(np.array([1.0, 1.01, 0.99, 1, 1.5, 1.51, 1.49, 1.5]), np.full(8, 100.0))
    >>> change.at, round(change.relative, 2)
    (4, 0.5)
    """
    values, weights = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    days = np.flatnonzero((weights > 0) & (values > 0))
    if len(days) < 2 * least_days:
        return None
    y, w = np.log(values[days]), weights[days] / weights[days].mean()
    cuts = np.arange(least_days, len(days) - least_days + 1)
    before, step, error = _steps(y, w, cuts)
    best = int(np.argmax(np.abs(step) / error))
    freedom = len(days) - 2
    chance = min(1.0, 2 * len(cuts) * float(special.stdtr(freedom, -abs(step[best]) / error[best])))
    if chance >= SIGNIFICANCE or abs(np.expm1(step[best])) < least_change:
        return None
    reach = float(special.stdtrit(freedom, 0.975)) * error[best]
    low, high = np.expm1([step[best] - reach, step[best] + reach])
    start = float(np.exp(before[best]))
    return Change(int(days[cuts[best]]), start, start * float(np.exp(step[best])), float(low), float(high), chance)


def _steps(y: Floats, w: Floats, cuts: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """For each cut: weighted mean before it, step to the mean after it, standard error of the step."""
    weight, total, square = (np.concatenate([[0.0], np.cumsum(part)]) for part in (w, w * y, w * y * y))
    before, after = total[cuts] / weight[cuts], (total[-1] - total[cuts]) / (weight[-1] - weight[cuts])
    rest = square[-1] - weight[cuts] * before**2 - (weight[-1] - weight[cuts]) * after**2
    variance = np.maximum(rest, 1e-9) / (len(y) - 2)  # prices without any noise still leave a positive error
    return before, after - before, np.sqrt(variance * (1 / weight[cuts] + 1 / (weight[-1] - weight[cuts])))
