"""The months in which instants of many rows lie."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.partitioning.months import month_of


def months_of(instants: pa.Array) -> list[date]:
    """The months in which any of the instants lies; those beyond the calendar, such as infinity, lie in none."""
    year = pc.year(instants)
    firsts = pc.floor_temporal(instants.filter(pc.and_(pc.greater(year, 0), pc.less(year, 9999))), unit="month")
    return sorted(month_of(first) for first in pc.unique(firsts).to_pylist() if first)


def by_month(instants: pa.Array) -> list[tuple[date | None, np.ndarray]]:
    """The positions of the instants of each month, both in ascending order; None last, for those that lie in no month."""
    ticks = instants.cast(pa.timestamp("us", "UTC")).view(pa.int64())
    known = pc.is_valid(ticks).to_numpy(zero_copy_only=False)
    number = ticks.fill_null(0).to_numpy().view("datetime64[us]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    number = np.where(known & (number >= 12) & (number < 9999 * 12), number, 9999 * 12).astype(np.int32)
    order = np.arange(len(number)) if np.all(number[1:] >= number[:-1]) else np.argsort(number, kind="stable")
    months, first = np.unique(number[order], return_index=True)
    found = [None if month == 9999 * 12 else date(int(month) // 12, int(month) % 12 + 1, 1) for month in months]
    return list(zip(found, np.split(order, first[1:]), strict=True))
