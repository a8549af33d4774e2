"""Median and other quantiles of a stored histogram, with an interval that assumes nothing about the shape (definitions Q2, X1)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.sketch import Sketch, value_of


class Quantile(NamedTuple):
    """A quantile with the ends of its 95 % interval in the unit of the histogram, and how many values stand behind it.

    NaN without values; the ends are NaN where there are too few values for an interval (below six for a median).
    """

    value: float
    low: float
    high: float
    count: int


def median(buckets: ArrayLike, counts: ArrayLike) -> Quantile:
    """The median; arguments as `quantiles`.

    >>> round(median([0, 346], [5, 6]).high), median([346], [5]).low
    (1002, nan)
    """
    return quantiles(buckets, counts, [0.5])[0]


def quantiles(buckets: ArrayLike, counts: ArrayLike, qs: Sequence[float]) -> list[Quantile]:
    """Quantiles of a log-bucket histogram (definition Q2).

    The interval is that of order statistics: how many of n values lie below the quantile is binomial (n, q), so the values of rank l and
    u hold it between them with at least 95 %, where l is the largest rank with P(B < l) ≤ 2.5 % and u the smallest with P(B ≥ u) ≤ 2.5 %.

    Args:
        buckets, counts: pairs in any order; pairs of one bucket are added up.
        qs: quantiles, 0 < q < 1.

    Returns:
        One result per quantile, within 1 % of that of the values themselves.
    """
    wanted = np.asarray(qs, dtype=float)
    if not ((wanted > 0) & (wanted < 1)).all():
        raise ValueError("an interval is known for quantiles between 0 and 1")
    held = Sketch.from_buckets(buckets, counts)
    values, reached = value_of(held.buckets), np.cumsum(held.counts)
    results = []
    for q, value in zip(wanted, held.quantiles(wanted), strict=True):
        low, high = _ranks(held.count, float(q))
        ends = (_at(values, reached, low), _at(values, reached, high))
        exists = low >= 1 and high <= held.count
        results.append(Quantile(float(value), *(ends if exists else (np.nan, np.nan)), held.count))
    return results


def _at(values: NDArray, reached: NDArray, rank: int) -> float:
    """The value of this rank, from 1."""
    place = np.searchsorted(reached, rank)
    return float(values[place]) if rank >= 1 and place < len(values) else np.nan


def _ranks(count: int, q: float) -> tuple[int, int]:
    """The two ranks; 0 or count + 1 where there is none."""
    from scipy.special import bdtr, bdtrik

    def at_most(number: int) -> float:
        return float(bdtr(number, count, q)) if 0 <= number < count else float(number >= count)

    def smallest(chance: float) -> int:
        """The smallest number of values below that is exceeded with at most 1 − chance."""
        number = max(int(np.nan_to_num(bdtrik(chance, count, q))) - 1, 0)
        while at_most(number) < chance:
            number += 1
        return number

    if not count:
        return 0, 1
    # P(B ≤ l − 1) ≤ 2.5 %: one below the smallest number that reaches more than that
    low = smallest(np.nextafter(0.025, 1))
    return low, smallest(0.975) + 1
