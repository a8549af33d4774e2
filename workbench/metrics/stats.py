"""Proportions, means and their differences with intervals (definitions X1, X2), and how much the largest hold (R4).

Every interval is 95 % and comes with `low` and `high`; without data both are NaN, never 0. Functions take scalars or arrays alike.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Z95 = 1.96
"""The normal quantile of a two-sided 95 % interval, as definition X1 gives it."""


class Interval(NamedTuple):
    """The two ends of a 95 % interval: floats, or arrays where arrays went in."""

    low: float
    high: float


def wilson(good: ArrayLike, total: ArrayLike, z: float = Z95) -> Interval:
    """Wilson score interval of good/total (definition X1).

    Args:
        good: successes, 0 ≤ good ≤ total; scalar or array.
        total: trials; where it is 0 both ends are NaN.
        z: normal quantile.

    Returns:
        Ratios within [0, 1] that enclose good/total; floats for scalars, arrays for arrays.

    Raises:
        ValueError: a count is negative, not finite, or good is above total.

    >>> [round(end, 4) for end in wilson(19, 20)]
    [0.7639, 0.9911]
    >>> wilson([0, 20, 0], [5, 20, 0]).high.round(4).tolist()
    [0.4345, 1.0, nan]
    """
    hits, trials = np.broadcast_arrays(np.asarray(good, dtype=float), np.asarray(total, dtype=float))
    if not (np.isfinite(trials).all() and (hits >= 0).all() and (hits <= trials).all()):
        raise ValueError("a proportion needs 0 <= good <= total")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, spread = hits / trials, z * z / trials
        centre = ratio + spread / 2
        reach = z * np.sqrt(ratio * (1 - ratio) / trials + spread / (4 * trials))
        low = np.where(hits == 0, 0.0, np.minimum((centre - reach) / (1 + spread), ratio))
        high = np.where(hits == trials, 1.0, np.maximum((centre + reach) / (1 + spread), ratio))
    low, high = (np.where(trials > 0, end, np.nan) for end in (low, high))
    return Interval(low, high) if low.ndim else Interval(float(low), float(high))


@dataclass(frozen=True)
class Proportion:
    """So many good of so many.

    >>> Proportion(95, 100).value
    0.95
    >>> Proportion(1, 2) + Proportion(3, 3)
    Proportion(good=4, total=5)
    """

    good: float
    total: float

    def __add__(self, other: "Proportion") -> "Proportion":
        return Proportion(self.good + other.good, self.total + other.total)

    @property
    def value(self) -> float:
        """good/total; NaN without trials."""
        return self.good / self.total if self.total else math.nan

    @property
    def interval(self) -> Interval:
        """Wilson interval (definition X1)."""
        return wilson(self.good, self.total)


@dataclass(frozen=True)
class Moments:
    """Count, sum and sum of squares of some values: enough for their mean, and they add up over days and groups.

    >>> a, b = Moments.of([1, 2]), Moments.of([6])
    >>> (a + b).mean, a + b == Moments.of([1, 2, 6])
    (3.0, True)
    """

    count: int
    total: float
    squares: float

    @classmethod
    def of(cls, values: ArrayLike) -> "Moments":
        """The moments of values; NaN (not measured) is left out."""
        known = np.asarray(values, dtype=float).ravel()
        known = known[~np.isnan(known)]
        return cls(len(known), float(known.sum()), float((known * known).sum()))

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.count + other.count, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        """Mean; NaN without values."""
        return self.total / self.count if self.count else math.nan

    @property
    def variance(self) -> float:
        """Sample variance (divisor n − 1); NaN below two values."""
        if self.count < 2:
            return math.nan
        # cancellation may leave a tiny negative number where all values are equal
        return max(self.squares - self.total * self.mean, 0.0) / (self.count - 1)

    @property
    def interval(self) -> Interval:
        """Student's t interval of the mean; NaN below two values."""
        if self.count < 2:
            return Interval(math.nan, math.nan)
        reach = t95(self.count - 1) * math.sqrt(self.variance / self.count)
        return Interval(self.mean - reach, self.mean + reach)


def t95(freedom: float) -> float:
    """Student's t quantile of a two-sided 95 % interval with this many degrees of freedom.

    >>> round(t95(10), 3)
    2.228
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


class Difference(NamedTuple):
    """A difference with the ends of its interval."""

    value: float
    low: float
    high: float


def difference(good: ArrayLike, total: ArrayLike, other_good: ArrayLike, other_total: ArrayLike, z: float = Z95) -> Difference:
    """Difference of two proportions, the second minus the first, with Newcombe's hybrid score interval (his method 10; definition X2).

    Args:
        good, total: the first proportion; scalars or arrays.
        other_good, other_total: the second. z: normal quantile of the interval; 95 % unless told.

    Returns:
        Difference of ratios within [-1, 1]; NaN where a total is 0. Newcombe's 56/70 against 48/80:

    >>> [round(end, 4) for end in difference(48, 80, 56, 70)]
    [0.2, 0.0524, 0.3339]
    """
    first, second = wilson(good, total, z), wilson(other_good, other_total, z)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.asarray(good, dtype=float) / np.asarray(total, dtype=float)
        q = np.asarray(other_good, dtype=float) / np.asarray(other_total, dtype=float)
    low = q - p - np.hypot(q - second.low, first.high - p)
    high = q - p + np.hypot(second.high - q, p - first.low)
    return Difference(*(end if np.ndim(end) else float(end) for end in (q - p, low, high)))


@dataclass(frozen=True)
class Change:
    """A figure against that of the previous period (definition X2), in the figure's own unit."""

    previous: float
    current: float
    difference: float
    low: float
    high: float

    @property
    def is_change(self) -> bool:
        """Whether it may be called a difference: its interval leaves 0 (never without data)."""
        return self.low > 0 or self.high < 0


def change(previous: Proportion | Moments, current: Proportion | Moments) -> Change:
    """The current figure against the previous one: Newcombe's interval for two proportions, Welch's for two means (definition X2).

    >>> change(Proportion(90, 100), Proportion(70, 100)).is_change
    True
    >>> change(Proportion(0, 0), Proportion(70, 100)).is_change
    False
    """
    if isinstance(previous, Proportion) and isinstance(current, Proportion):
        found = difference(previous.good, previous.total, current.good, current.total)
        return Change(previous.value, current.value, *found)
    if isinstance(previous, Moments) and isinstance(current, Moments):
        return Change(previous.mean, current.mean, *_welch(previous, current))
    raise TypeError("a change compares two proportions or two means, not one with the other")


def _welch(previous: Moments, current: Moments) -> Difference:
    value = current.mean - previous.mean
    if min(previous.count, current.count) < 2:
        return Difference(value, math.nan, math.nan)
    parts = [(side.variance / side.count, side.count - 1) for side in (previous, current)]
    error = sum(part for part, _ in parts)
    if error == 0:
        return Difference(value, value, value)
    freedom = error**2 / sum(part**2 / left for part, left in parts)
    reach = t95(freedom) * math.sqrt(error)
    return Difference(value, value - reach, value + reach)


@dataclass(frozen=True)
class TopShare:
    """Share of the sum that the largest hold, how many they are, and out of how many."""

    share: float
    holders: int
    everyone: int


def top_share(values: ArrayLike, part: float = 0.1) -> TopShare:
    """Share of the sum held by the largest `part` of the values, by default the top decile (definition R4).

    Args:
        values: one non-negative amount a learner; NaN (nothing known) is left out.
        part: 0 < part ≤ 1; a broken number of holders is rounded up.

    >>> top_share([1] * 9 + [11])
    TopShare(share=0.55, holders=1, everyone=10)
    """
    known = np.asarray(values, dtype=float).ravel()
    known = np.sort(known[~np.isnan(known)])
    if not 0 < part <= 1 or (len(known) and known[0] < 0):
        raise ValueError("top_share needs non-negative values and 0 < part <= 1")
    holders = math.ceil(round(len(known) * part, 9))
    whole = known.sum()
    return TopShare(float(known[len(known) - holders :].sum() / whole) if whole > 0 else math.nan, holders, len(known))
