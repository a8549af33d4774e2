"""Percentiles that add up: a log-bucket histogram with 1 % relative accuracy (definition Q2; DDSketch).

With gamma = (1 + alpha)/(1 - alpha), bucket b holds the values in (gamma^(b-1), gamma^b] and stands for 2·gamma^b/(gamma + 1), at most
1 % from each of them. Counts of days, tenants or models are merged by adding them; a quantile is then interpolated linearly between
the buckets of the two order statistics around q·(n - 1), like `percentile_cont`, and so is within 1 % of it.

In SQL the same histogram is `ceil(ln(x::float8) / 0.020000666706669435)` for x > 0 and the zero bucket, -32768, for x ≤ 0: all buckets
of values from 1e-280 to 1e280 fit a smallint. ln gamma is a constant there, as here, so that both sides agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ALPHA = 0.01
"""Relative accuracy."""
GAMMA = (1 + ALPHA) / (1 - ALPHA)
LN_GAMMA = 0.020000666706669435
"""ln(1.01/0.99), written out: the SQL uses the same digits."""
ZERO_BUCKET = -32768
"""Bucket of 0 and below; it stands for 0."""

Buckets = NDArray[np.int64]


def bucket_of(values: ArrayLike) -> Buckets:
    """Bucket of each value (definition Q2).

    Args:
        values: finite numbers; 0 and negative ones go to the zero bucket.

    Raises:
        ValueError: a value is NaN or infinite.

    >>> bucket_of([0, 1, 1000, 1001]).tolist()
    [-32768, 0, 346, 346]
    """
    array = np.asarray(values, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError("a sketch takes finite values only: leave out what was not measured")
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(array > 0, array, 1.0))
    return np.where(array > 0, np.ceil(logs / LN_GAMMA), ZERO_BUCKET).astype(np.int64)


def value_of(buckets: ArrayLike) -> NDArray[np.float64]:
    """Value that stands for each bucket (definition Q2); 0 for the zero bucket.

    >>> value_of([-32768, 0, 346]).round(3).tolist()
    [0.0, 0.99, 1002.428]
    """
    array = np.asarray(buckets, dtype=float)
    return np.where(array == ZERO_BUCKET, 0.0, 2 * np.exp(array * LN_GAMMA) / (GAMMA + 1))


@dataclass(frozen=True, eq=False)
class Sketch:
    """A histogram: ascending buckets without duplicates and their positive counts. `+` merges."""

    buckets: Buckets
    counts: Buckets

    @classmethod
    def of(cls, values: ArrayLike) -> "Sketch":
        """The sketch of raw values (finite)."""
        buckets, counts = np.unique(bucket_of(values), return_counts=True)
        return cls(buckets, counts.astype(np.int64))

    @classmethod
    def from_buckets(cls, buckets: ArrayLike, counts: ArrayLike, zeros: int = 0) -> "Sketch":
        """The sketch of (bucket, count) pairs in any order; pairs of one bucket are added up, `zeros` go to the zero bucket.

        >>> Sketch.from_buckets([3, 2, 3], [1, 5, 1]).counts.tolist()
        [5, 2]
        """
        keys = np.append(np.asarray(buckets, dtype=np.int64), ZERO_BUCKET)
        amounts = np.append(np.asarray(counts, dtype=np.int64), zeros)
        if (amounts < 0).any():
            raise ValueError("a bucket cannot hold fewer than 0 values")
        found, place = np.unique(keys, return_inverse=True)
        sums = np.zeros(len(found), dtype=np.int64)
        np.add.at(sums, place, amounts)
        return cls(found[sums > 0], sums[sums > 0])

    @classmethod
    def merge(cls, sketches: Iterable["Sketch"]) -> "Sketch":
        """All of them put together; the empty sketch for none."""
        parts = list(sketches)
        if not parts:
            return cls.from_buckets([], [])
        return cls.from_buckets(np.concatenate([p.buckets for p in parts]), np.concatenate([p.counts for p in parts]))

    def __add__(self, other: "Sketch") -> "Sketch":
        return Sketch.merge((self, other))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sketch):
            return NotImplemented
        return np.array_equal(self.buckets, other.buckets) and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    @property
    def count(self) -> int:
        """How many values it holds."""
        return int(self.counts.sum())

    def quantile(self, q: float) -> float:
        """Quantile 0 ≤ q ≤ 1 in the unit of the values, within 1 % of `percentile_cont`; NaN for an empty sketch.

        >>> Sketch.of([100, 200, 300]).quantile(0.5)
        198.3684859812456
        """
        return float(self.quantiles([q])[0])

    def quantiles(self, qs: ArrayLike) -> NDArray[np.float64]:
        """Several quantiles at once."""
        wanted = np.asarray(qs, dtype=float)
        if not self.count:
            return np.full(wanted.shape, np.nan)
        return quantiles_by(np.zeros(len(self.buckets)), self.buckets, self.counts, wanted)[1][0]

    def bands(self, edges: ArrayLike) -> Buckets:
        """How many values lie in each band [edge, next edge) of ascending edges, judged by the value that stands for their bucket."""
        place = np.searchsorted(np.asarray(edges, dtype=float), value_of(self.buckets), side="right") - 1
        inside = (place >= 0) & (place < np.size(edges) - 1)
        return np.bincount(place[inside], weights=self.counts[inside], minlength=np.size(edges) - 1).astype(np.int64)


def quantiles_by(groups: ArrayLike, buckets: ArrayLike, counts: ArrayLike, qs: ArrayLike) -> tuple[NDArray, NDArray[np.float64]]:
    """Quantiles of many histograms at once, for instance of every day.

    Args:
        groups: the group of each (bucket, count) pair: numbers, days or text; pairs of one group and bucket are added up.
        buckets, counts: the pairs, in any order.
        qs: quantiles, each 0 ≤ q ≤ 1.

    Returns:
        The groups that hold a value, ascending, and a matrix of group × quantile in the unit of the values.

    >>> quantiles_by(["b", "a"], [0, 346], [1, 2], [0.5])[1].round(2).tolist()
    [[1002.43], [0.99]]
    """
    wanted = np.asarray(qs, dtype=float)
    if not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError("a quantile lies between 0 and 1")
    keys, amounts = np.asarray(groups), np.asarray(counts, dtype=np.int64)
    if (amounts < 0).any():
        raise ValueError("a bucket cannot hold fewer than 0 values")
    kept = amounts > 0
    names, place = np.unique(keys[kept], return_inverse=True)
    order = np.lexsort((np.asarray(buckets, dtype=np.int64)[kept], place))
    values = value_of(np.asarray(buckets, dtype=np.int64)[kept][order])
    reached = np.cumsum(amounts[kept][order])
    sizes = np.bincount(place, weights=amounts[kept], minlength=len(names)).astype(np.int64)
    before = np.cumsum(sizes) - sizes
    return names, _interpolated(values, reached, before[:, None], wanted * (sizes[:, None] - 1))


def _interpolated(values: NDArray, reached: NDArray, before: NDArray, rank: NDArray) -> NDArray[np.float64]:
    """Between the values that hold the order statistics floor and ceil of each rank; `reached` counts on over all groups."""
    low = values[np.searchsorted(reached, before + np.floor(rank), side="right")]
    high = values[np.searchsorted(reached, before + np.ceil(rank), side="right")]
    return low + (rank - np.floor(rank)) * (high - low)
