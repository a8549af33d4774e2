"""When the level of a daily series changed, and which group carries a change between two periods (definition X2).

Change points are found by circular binary segmentation (Olshen et al. 2004): a stretch of days is asked for whose level differs from the
rest the most, once the weekly rhythm is taken out; one that lasts to the end is a single change, one that ends before is two. What a
stretch must explain to count is simulated: noise of the same length, rhythm and autocorrelation explains as much in 1 % of the cases.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.days import weekdays
from workbench.metrics.stats import t95

LEVEL = 0.01
"""Chance to find a change in such noise; noise of another shape or with a longer memory must stay below 5 % too."""
SIMULATIONS = 299
FAVOUR = 1.15
"""A stretch must explain so much more than a straight line: else a steady rise would often be called a change."""
LEAST_SIDE = 7
"""Days a level must last: every weekday once."""
LEAST_DAYS = 21
"""Shorter series are not searched."""
LOCAL = 28
"""Days on either side of a change from which its levels are taken."""


@dataclass(frozen=True)
class ChangePoint:
    """A change of level: its first day, the daily levels before and after, and the 95 % interval of their difference.

    Levels are means over weekdays of up to four weeks on either side, as far as no other change lies between, in the unit of the series.
    """

    day: np.datetime64
    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


def change_points(days: ArrayLike, values: ArrayLike) -> list[ChangePoint]:
    """The days on which the level of a daily series changed, in order of time.

    The weekly rhythm makes no change, and neither does a steady rise: where a straight line explains about as much as any stretch,
    stretches are searched around the line. Counts (no value below 0) are searched on the scale of their square roots, on which days
    with much and with little of it scatter alike. The same series gives the same result.

    Args:
        days: local days, each once, any order; a day on which nothing happened must be there with 0.
        values: a number a day; NaN days are left out. Fewer than three weeks: nothing is found.

    Returns:
        Changes whose interval leaves 0 (definition X2), each at least a week from the next and from the ends.
    """
    when, known = np.asarray(days, dtype="datetime64[D]"), np.asarray(values, dtype=float)
    order = np.argsort(when)
    order = order[~np.isnan(known[order])]
    when, known = when[order], known[order]
    if (np.diff(when) == 0).any():
        raise ValueError("a day occurs twice: add its rows up first")
    kinds = weekdays(when) - 1
    scaled = np.sqrt(known) if (known >= 0).all() else known
    return _kept(when, known, kinds, sorted(_search(scaled, kinds)))


def _search(values: NDArray, kinds: NDArray, start: int = 0) -> list[int]:
    """Places where a new level begins: those of the best stretch, if it counts, and then of each part."""
    if len(values) < LEAST_DAYS or not (cuts := _split(values, kinds)):
        return []
    found = [start + cut for cut in cuts]
    for begin, end in pairwise([0, *cuts, len(values)]):
        found += _search(values[begin:end], kinds[begin:end], start + begin)
    return found


def _split(values: NDArray, kinds: NDArray) -> list[int]:
    """Beginning and end (unless it is the end of all) of the stretch that differs most; nothing if noise does as much."""
    size = len(values)
    basis, sloped = _basis(kinds, slope=False), _basis(kinds, slope=True)
    stretches = _stretches(basis)
    rest = _without(values, basis)
    line = rest @ rest - np.square(_without(values, sloped)).sum()
    if line * FAVOUR > _gains(rest, stretches).max():
        basis, rest, stretches = sloped, _without(values, sloped), _stretches(sloped)
    gains = _gains(rest, stretches)
    noise, scatter = _noise(rest, basis, stretches, int(gains.argmax()))
    if scatter <= 1e-9 * max(rest @ rest, 1e-9):
        # exact levels: anything that is left to explain is one
        clear = gains.max() > 1e-9
    else:
        clear = gains.max() / (rest @ rest - gains.max()) > _limit(basis, stretches, noise)
    if not clear:
        return []
    begins, ends, _ = stretches
    single = np.flatnonzero(ends == size)
    price = 2 * math.log(size) * scatter * (1 + noise) / (1 - noise)
    best = int(gains.argmax())
    if gains[best] - gains[single].max() < price:
        best = int(single[gains[single].argmax()])
    return [int(cut) for cut in (begins[best], ends[best]) if cut < size]


def _basis(kinds: NDArray, slope: bool) -> NDArray:
    """Orthonormal columns that hold the weekly rhythm, and a straight line if asked for."""
    columns = (kinds[:, None] == np.unique(kinds)).astype(float)
    if slope:
        columns = np.column_stack([columns, np.linspace(-1, 1, len(kinds))])
    return np.linalg.qr(columns)[0]


def _without(values: NDArray, basis: NDArray) -> NDArray:
    return values - (values @ basis) @ basis.T


def _stretches(basis: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """All stretches that may be a level: first place, place after the last, and the part of their square sum that the basis leaves."""
    size = len(basis)
    begin, end = np.triu_indices(size + 1, LEAST_SIDE)
    kept = (begin >= LEAST_SIDE) & ((end == size) | (end <= size - LEAST_SIDE))
    begin, end = begin[kept], end[kept]
    sums = np.vstack([np.zeros(basis.shape[1]), np.cumsum(basis, axis=0)])
    weight = end - begin - np.square(sums[end] - sums[begin]).sum(axis=1)
    free = weight > 1
    return begin[free], end[free], weight[free]


def _gains(rest: NDArray, stretches: tuple[NDArray, NDArray, NDArray]) -> NDArray:
    """How much of the square sum of `rest` each stretch explains as a level of its own."""
    begin, end, weight = stretches
    sums = np.concatenate([[0.0], np.cumsum(rest)])
    return np.square(sums[end] - sums[begin]) / weight


def _noise(rest: NDArray, basis: NDArray, stretches: tuple[NDArray, NDArray, NDArray], best: int) -> tuple[float, float]:
    """Autocorrelation and variance of what the best stretch leaves."""
    begin, end, weight = (part[best] for part in stretches)
    level = np.zeros(len(rest))
    level[begin:end] = 1
    left = rest - rest[begin:end].sum() / weight * _without(level, basis)
    return _autocorrelation(left, basis.shape[1] + 1), float(left @ left) / (len(rest) - basis.shape[1] - 1)


def _autocorrelation(left: NDArray, fitted: int) -> float:
    """Lag-1 autocorrelation of residuals, raised by what fitting takes from it; between 0 and 0.8."""
    whole = float(left @ left)
    if whole <= 0:
        return 0.0
    raw = float(left[1:] @ left[:-1]) / whole
    return min(max(raw + (1 + raw) * fitted / (2 * len(left)), 0.0), 0.8)


def _limit(basis: NDArray, stretches: tuple[NDArray, NDArray, NDArray], noise: float) -> float:
    """What the best stretch explains, beside what it leaves, in all but 1 % of series of noise."""
    random = np.random.default_rng(28)
    series = random.standard_normal((len(basis), SIMULATIONS))
    for place in range(1, len(basis)):
        series[place] = noise * series[place - 1] + math.sqrt(1 - noise**2) * series[place]
    rest = series - basis @ (basis.T @ series)
    sums, gains = np.vstack([np.zeros(SIMULATIONS), np.cumsum(rest, axis=0)]), np.zeros(SIMULATIONS)
    for first in range(0, len(stretches[0]), 64):  # so many stay in the processor's cache
        begin, end, weight = (part[first : first + 64] for part in stretches)
        level = sums.take(end, axis=0)
        level -= sums.take(begin, axis=0)
        level *= level
        level /= weight[:, None]
        np.maximum(gains, level.max(axis=0), out=gains)
    return float(np.quantile(gains / (np.square(rest).sum(axis=0) - gains), 1 - LEVEL))


def _kept(when: NDArray, values: NDArray, kinds: NDArray, cuts: list[int]) -> list[ChangePoint]:
    """The changes whose interval leaves 0; the least certain goes first, since its neighbours then see more days."""
    while cuts:
        edges = [0, *cuts, len(values)]
        found = [_change(when, values, kinds, *edges[place : place + 3]) for place in range(len(cuts))]
        certainty = [abs(change.difference) / max(change.high - change.low, 1e-300) for change in found]
        least = int(np.argmin(certainty))
        if found[least].low > 0 or found[least].high < 0:
            return found
        cuts = [cut for place, cut in enumerate(cuts) if place != least]
    return []


def _change(when: NDArray, values: NDArray, kinds: NDArray, begin: int, cut: int, end: int) -> ChangePoint:
    """Levels on both sides with a common weekly rhythm, least squares; the interval allows for autocorrelation."""
    part = slice(max(begin, cut - LOCAL), min(end, cut + LOCAL))
    own, rhythm = values[part], _basis(kinds[part], slope=False)
    later = (np.arange(part.start, part.stop) >= cut).astype(float)
    step = _without(later, rhythm)
    difference = float(step @ own / (step @ step))
    left = _without(own - difference * later, rhythm)
    freedom = max(len(own) - rhythm.shape[1] - 1, 1)
    noise = _autocorrelation(left, rhythm.shape[1] + 1)
    error = math.sqrt(float(left @ left) / freedom / float(step @ step) * (1 + noise) / (1 - noise))
    calm = own - difference * later
    before = float(np.mean([calm[kinds[part] == kind].mean() for kind in np.unique(kinds[part])]))
    reach = t95(freedom) * error
    return ChangePoint(when[cut], before, before + difference, difference - reach, difference + reach)


@dataclass(frozen=True)
class Contribution:
    """What one group contributes to the change of a daily mean, with the 95 % interval of its own difference.

    `share` is its part of the whole change (1 for all of it, negative against it, NaN where nothing changed).
    """

    group: Hashable
    before: float
    after: float
    difference: float
    low: float
    high: float
    share: float


Daily = float | Sequence[float] | NDArray


def contributions(before: Mapping[Hashable, Daily], after: Mapping[Hashable, Daily], days: int) -> list[Contribution]:
    """Which groups carry the change of mean daily active learners between two periods (definition X2).

    Args:
        before, after: per group its counts day by day, or only their mean. Day by day the interval rests on how the days scatter around
            their weekday, autocorrelation allowed for; from a mean alone it can only be that of a Poisson count, which is too narrow
            where whole days are good or bad for everybody. A group missing on one side counts as 0 there.
        days: length of each of the two periods.

    Returns:
        One result per group, the largest difference first. Groups must not overlap if their shares are to add up to 1.

    >>> [(part.group, part.difference, part.share) for part in contributions({"web": 80, "app": 40}, {"web": 79, "app": 21}, 28)]
    [('app', -19.0, 0.95), ('web', -1.0, 0.05)]
    """
    rows = []
    for group in dict.fromkeys([*before, *after]):
        (old, old_variance, old_freedom), (new, new_variance, new_freedom) = (
            _level(side.get(group, 0.0), days) for side in (before, after)
        )
        reach = t95(old_freedom + new_freedom) * math.sqrt(old_variance + new_variance)
        rows.append((group, old, new, new - old, new - old - reach, new - old + reach))
    whole = sum(row[3] for row in rows)
    found = [Contribution(*row, row[3] / whole if whole else math.nan) for row in rows]
    return sorted(found, key=lambda part: -abs(part.difference))


def _level(daily: Daily, days: int) -> tuple[float, float, float]:
    """Mean, variance of the mean and degrees of freedom; the variance is never below that of a single event."""
    series = np.asarray(daily, dtype=float)
    if series.ndim == 0:
        return float(series), max(float(series) * days, 1.0) / days**2, math.inf
    if len(series) != days or days < 2:
        raise ValueError(f"a series of {len(series)} days does not make a period of {days} days (at least 2)")
    rhythm = np.arange(days) % 7 if days >= 2 * LEAST_SIDE else np.zeros(days, dtype=int)
    basis = _basis(rhythm, slope=False)
    left, freedom = _without(series, basis), days - basis.shape[1]
    noise = _autocorrelation(left, basis.shape[1])
    variance = float(left @ left) / freedom / days * (1 + noise) / (1 - noise)
    return float(series.mean()), max(variance, 1 / days**2), float(freedom)


def carrier(parts: Sequence[Contribution]) -> Hashable | None:
    """The group that carries the change, if one does.

    It must account for at least half of the whole change and for more than 1.5 times its share of the size before; and both its own
    difference and the whole one must be differences (their intervals leave 0, groups taken as independent; definition X2).

    >>> carrier(contributions({"web": 80, "app": 40}, {"web": 79, "app": 21}, 28))
    'app'
    >>> carrier(contributions({"web": 80, "app": 40}, {"web": 60, "app": 30}, 28)) is None
    True
    """
    whole, size = sum(part.difference for part in parts), sum(part.before for part in parts)
    if abs(whole) <= math.hypot(*((part.high - part.low) / 2 for part in parts)):
        return None
    for part in parts:
        weight = part.before / size if size else 0.0
        if part.share >= 0.5 and part.share > 1.5 * weight and (part.low > 0 or part.high < 0):
            return part.group
    return None
