"""Groups compared as they are and with the same mix of strata for all: Simpson's paradox made visible (definition X4)."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.stats import Difference, Proportion, difference, wilson


@dataclass(frozen=True)
class Standardised:
    """A group's rate as it is, and as it would be with everybody's mix of strata (definition X4).

    `covered` is the share of all trials that lies in strata the group has been seen in; below 1 the rate speaks for those only.
    """

    group: Hashable
    good: int
    total: int
    raw: float
    raw_low: float
    raw_high: float
    standardised: float
    low: float
    high: float
    covered: float


@dataclass(frozen=True)
class Comparison:
    """Two groups, second minus first: raw (Newcombe) and standardised over the strata that both have (definition X4).

    `flips` is true where the two have opposite signs: the raw comparison misleads. `covered` is the share of both groups' trials that
    lies in common strata; without any, the standardised difference is NaN.
    """

    raw: Difference
    standardised: Difference
    flips: bool
    covered: float


def _cross(groups: Sequence, strata: Sequence, good: ArrayLike, total: ArrayLike) -> tuple[list, NDArray, NDArray]:
    """Names of the groups in order of appearance, and good and total as matrices of group × stratum."""
    names, kinds = list(dict.fromkeys(groups)), list(dict.fromkeys(strata))
    place = ([names.index(g) for g in groups], [kinds.index(s) for s in strata])
    matrices = []
    for counts in (good, total):
        matrix = np.zeros((len(names), len(kinds)), dtype=np.int64)
        np.add.at(matrix, place, np.asarray(counts, dtype=np.int64))
        matrices.append(matrix)
    return names, matrices[0], matrices[1]


def _weighted(good: NDArray, total: NDArray, weights: NDArray) -> Difference:
    """Weighted mean of strata's rates; its interval puts the strata's Wilson intervals together by the MOVER rule (Zou 2008)."""
    seen = (total > 0) & (weights > 0)
    if not seen.any():
        return Difference(math.nan, math.nan, math.nan)
    share = weights[seen] / weights[seen].sum()
    rates, ends = good[seen] / total[seen], wilson(good[seen], total[seen])
    value = float(share @ rates)
    low = value - math.sqrt(float(((share * (rates - ends.low)) ** 2).sum()))
    high = value + math.sqrt(float(((share * (ends.high - rates)) ** 2).sum()))
    return Difference(value, low, high)


def standardise(groups: Sequence, strata: Sequence, good: ArrayLike, total: ArrayLike) -> list[Standardised]:
    """Each group's rate, raw and directly standardised to the strata mix of all groups together (definition X4).

    Args:
        groups, strata: the group and the stratum of each row (any hashable values); rows of one pair are added up.
        good, total: counts of each row.

    Returns:
        One result a group, in order of appearance; rates are ratios.
    """
    names, hits, trials = _cross(groups, strata, good, total)
    weights = trials.sum(axis=0)
    results = []
    for index, name in enumerate(names):
        own = Proportion(int(hits[index].sum()), int(trials[index].sum()))
        covered = weights[trials[index] > 0].sum() / weights.sum() if weights.sum() else 0.0
        rate = _weighted(hits[index], trials[index], weights)
        results.append(Standardised(name, int(own.good), int(own.total), own.value, *own.interval, *rate, float(covered)))
    return results


def compare(groups: Sequence, strata: Sequence, good: ArrayLike, total: ArrayLike, first: Hashable, second: Hashable) -> Comparison:
    """Two of the groups against each other, raw and standardised (definition X4). Arguments as `standardise`.

    Simpson's paradox, Charig's kidney stones: open surgery is better for small and for large stones, and worse over all.

    >>> found = compare("aabb", "slsl", [81, 192, 234, 55], [87, 263, 270, 80], "a", "b")
    >>> round(found.raw.value, 3), round(found.standardised.value, 3), found.flips
    (0.046, -0.054, True)
    """
    pairs = [
        row for row in zip(groups, strata, np.asarray(good).tolist(), np.asarray(total).tolist(), strict=True) if row[0] in (first, second)
    ]
    names, hits, trials = _cross(*zip(*pairs, strict=True)) if pairs else ([], None, None)
    if first == second or first not in names or second not in names:
        raise ValueError(f"cannot compare {first!r} with {second!r}: two different groups with rows are needed")
    a, b = names.index(first), names.index(second)
    raw = difference(hits[a].sum(), trials[a].sum(), hits[b].sum(), trials[b].sum())
    mix = trials.sum(axis=0) * (trials > 0).all(axis=0)
    one, two = _weighted(hits[a], trials[a], mix), _weighted(hits[b], trials[b], mix)
    value = two.value - one.value
    low = value - math.hypot(two.value - two.low, one.high - one.value)
    high = value + math.hypot(two.high - two.value, one.value - one.low)
    covered = float(mix.sum() / trials.sum()) if trials.sum() else 0.0
    return Comparison(raw, Difference(value, low, high), raw.value * value < 0, covered)
