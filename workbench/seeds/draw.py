"""Small tools of the seeders: keys, choices and time stamps as whole columns. Times are microseconds since 1970, UTC."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND


def midnight(day: date) -> int:
    """The first instant of a day in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND


def instant(us: int) -> datetime:
    """A time as datetime."""
    return datetime.fromtimestamp(us / SECOND, UTC)


def keys(spec: Spec, rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` UUIDs of version 8 as a (count, 16) array: the prefix of the seeding, then random bits."""
    made = np.frombuffer(rng.bytes(16 * count), np.uint8).reshape(count, 16).copy()
    made[:, :6] = np.frombuffer(spec.prefix, np.uint8)
    made[:, 6] = made[:, 6] & 0x0F | 0x80
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    return made


def uuid_column(made: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Keys as a column; NULL where not valid."""
    flat = np.ascontiguousarray(made)
    column = pa.Array.from_buffers(pa.binary(16), len(flat), [None, pa.py_buffer(flat)])
    return masked(column, valid)


def time_column(us: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Times as a column; NULL where not valid."""
    return masked(pa.array(us.astype(np.int64)).cast(pa.timestamp("us", "UTC")), valid)


def text_column(pool: Sequence[str], picked: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Texts from a pool by number; NULL where not valid."""
    return masked(pa.array(list(pool), pa.string()).take(pa.array(picked)), valid)


def number_column(values: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Numbers or truth values as a column; NULL where not valid."""
    return pa.array(values, mask=None if valid is None else ~valid)


def same(text: str, count: int) -> pa.Array:
    """The same text in every row."""
    return pa.array([text]).take(pa.array(np.zeros(count, np.int64)))


def masked(column: pa.Array, valid: np.ndarray | None) -> pa.Array:
    """The column with NULL where not valid."""
    if valid is None or valid.all():
        return column
    return pa.compute.if_else(pa.array(valid), column, pa.scalar(None, column.type))


def pick(rng: np.random.Generator, count: int, weights: Sequence[float]) -> np.ndarray:
    """`count` numbers of choices, drawn by weight."""
    shares = np.asarray(weights, np.float64)
    return rng.choice(len(shares), count, p=shares / shares.sum())


def spread(rng: np.random.Generator, low: np.ndarray | float, high: np.ndarray | float, count: int) -> np.ndarray:
    """Whole microseconds, uniform in [low, high)."""
    return np.floor(np.asarray(low) + rng.random(count) * (np.asarray(high, np.float64) - np.asarray(low))).astype(np.int64)


def ordinals(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For groups of these sizes laid end to end: the group of each member, and its place in the group, from 0.

    >>> ordinals(np.array([2, 0, 1]))
    (array([0, 0, 2]), array([0, 1, 0]))
    """
    group = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return group, np.arange(len(group)) - np.repeat(first, counts)
