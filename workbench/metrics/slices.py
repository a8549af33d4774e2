"""Good and total events in slots of five minutes: the one input of all arithmetic of objectives (definitions S1 to S5).

Instants are whole seconds since 1970 (UTC) inside; anything that names an instant may be given: datetimes with a zone, NumPy or pandas
datetimes (UTC), numbers. Slots without an event need not be there. Sums over any window come from cumulative sums: no loop over slots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

SLOT = 300
"""Seconds of a slot."""

Integers = NDArray[np.int64]


def seconds(instants: Any) -> Integers:
    """Instants as whole seconds since 1970.

    Args:
        instants: a scalar or a sequence of numbers, datetimes with a zone, or NumPy/pandas datetimes, which are read as UTC.

    Raises:
        ValueError: a datetime without a zone: which instant it means is anybody's guess.

    >>> int(seconds(np.datetime64("2026-08-01")))
    1785542400
    """
    # a pandas column with a zone becomes objects unless asked for UTC datetimes
    array = instants.to_numpy(dtype="datetime64[s]") if hasattr(instants, "dt") else np.asarray(instants)
    if array.dtype == object:
        array = np.vectorize(_stamp, otypes=[np.int64])(array) if array.size else array.astype(np.int64)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[s]")
    return array.astype(np.int64)


def _stamp(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone: give an instant")
    return int(instant.timestamp())


def budget_ratio(target: float) -> Fraction:
    """The error budget 1 − T as an exact fraction (definition S2): 1 − 0.9 is a tenth, which floats miss.

    Raises:
        ValueError: the target is not between 0 and 1, both excluded; a target of 1 has no budget.

    >>> budget_ratio(0.9)
    Fraction(1, 10)
    """
    if not 0 < target < 1:
        raise ValueError(f"a target lies between 0 and 1, both excluded, not {target}: a target of 1 leaves no error budget")
    return 1 - Fraction(str(target))


@dataclass(frozen=True, eq=False)
class Slices:
    """Slots in ascending order without duplicates: `start` (seconds), `good` and `total` events, 0 ≤ good ≤ total."""

    start: Integers
    good: Integers
    total: Integers

    @classmethod
    def of(cls, start: Any, good: ArrayLike, total: ArrayLike) -> "Slices":
        """Slices from three arrays or columns of one length, in any order; rows of one slot (tenants, models) are added up.

        Raises:
            ValueError: good is negative or above total, or an instant is not the start of a slot.
        """
        when, hits, events = seconds(start), np.asarray(good, dtype=np.int64), np.asarray(total, dtype=np.int64)
        if (hits < 0).any() or (hits > events).any():
            raise ValueError("a slice needs 0 <= good <= total")
        if (when % SLOT).any():
            raise ValueError("a slice starts at a multiple of five minutes of UTC")
        slots, place = np.unique(when, return_inverse=True)
        sums = [np.zeros(len(slots), dtype=np.int64) for _ in range(2)]
        np.add.at(sums[0], place, hits)
        np.add.at(sums[1], place, events)
        return cls(slots, *sums)

    def sums(self, edges: ArrayLike) -> tuple[Integers, Integers]:
        """Good and total between each edge and the next; edges are ascending seconds, a slot belongs to the span its start lies in.

        >>> Slices.of([0, 300, 600], [1, 2, 3], [1, 2, 4]).sums([0, 600, 900])[1].tolist()
        [3, 4]
        """
        at = np.searchsorted(self.start, np.asarray(edges, dtype=np.int64), side="left")
        return tuple(np.diff(before[at]) for before in self._before)  # type: ignore[return-value]

    @cached_property
    def _before(self) -> tuple[Integers, Integers]:
        """Good and total before each slot, and in the end of all."""
        return tuple(np.concatenate(([0], np.cumsum(counts))) for counts in (self.good, self.total))  # type: ignore[return-value]

    def window(self, start: Any, end: Any) -> tuple[int, int]:
        """Good and total of the slots that start in [start, end)."""
        good, total = self.sums([int(seconds(start)), int(seconds(end))])
        return int(good[0]), int(total[0])

    def dense(self, start: int, end: int) -> tuple[Integers, Integers]:
        """Good and total of every slot in [start, end), empty ones with 0; both ends are multiples of five minutes."""
        size = max(0, (end - start) // SLOT)
        kept = (self.start >= start) & (self.start < end)
        place = (self.start[kept] - start) // SLOT
        filled = [np.zeros(size, dtype=np.int64) for _ in range(2)]
        filled[0][place], filled[1][place] = self.good[kept], self.total[kept]
        return filled[0], filled[1]


def merge(parts: Sequence[Slices]) -> Slices:
    """All slices put together, slot by slot: of several platforms, tenants or models."""
    if not parts:
        return Slices.of([], [], [])
    return Slices.of(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("start", "good", "total")))


def edges(start: Any, end: Any, width: int) -> Integers:
    """Edges every `width` seconds from start on; the last is the end, so the last span may be shorter.

    >>> edges(0, 1000, 300).tolist()
    [0, 300, 600, 900, 1000]
    """
    first, last = int(seconds(start)), int(seconds(end))
    return np.append(np.arange(first, last, width, dtype=np.int64), last) if last > first else np.array([first], dtype=np.int64)
