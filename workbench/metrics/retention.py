"""Who came back: classic, rolling and cumulative retention of cohorts (definition E3).

*Classic* counts who was active in that period, *rolling* who was active in it or later, *cumulative* who was active in any period after
the first up to it. The denominator are the members who can have reached the period by the cut-off; where nobody can, there is no cell.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

TRIANGLE = ("cohort_week", "week", "members", "reached", "classic", "rolling", "cumulative")
"""Columns of `triangle`."""


class Retained(NamedTuple):
    """How many members can have reached the day, and how many of those were retained by each of the three kinds."""

    reached: int
    classic: int
    rolling: int
    cumulative: int


def day_n(offsets: Sequence[Collection[int]], reachable: Sequence[int], n: int) -> Retained:
    """Retention on day N of one cohort, member by member (definition E3).

    Args:
        offsets: for each member the days since the start (0 for the day itself) with activity.
        reachable: for each member the last such day that the cut-off allows; activity after it does not count.
        n: the day asked for, 0 or later. On day 0 cumulative is classic.

    Returns:
        Counts; with `reached` 0 there is no figure.

    >>> members = [{1, 2, 3, 5, 7, 9}, {1, 4, 10}, {1, 2}, {3}, set()]
    >>> day_n(members, [30] * 5, 7)
    Retained(reached=5, classic=1, rolling=2, cumulative=4)
    >>> day_n(members, [30] * 5, 1)
    Retained(reached=5, classic=3, rolling=4, cumulative=3)
    """
    if n < 0:
        raise ValueError("retention is asked for day 0 or later")
    seen = [{day for day in days if day <= last} for days, last in zip(offsets, reachable, strict=True) if last >= n]
    soon = range(1, n + 1) if n else range(1)
    return Retained(
        len(seen),
        sum(n in days for days in seen),
        sum(any(day >= n for day in days) for days in seen),
        sum(any(day in soon for day in days) for days in seen),
    )


def triangle(cells: "pd.DataFrame", last_day: np.datetime64 | str, complete: bool = True) -> "pd.DataFrame":
    """Retention of weekly cohorts by week since the start (definitions E3, E8).

    Args:
        cells: rows of `marts.cohort_week`: `start_day`, `week`, `members`, `active`, `first_back`, `last_active`. Rows of one start day
            and week (of several tenants or platforms) are added up. Weeks without activity may be missing, week 0 may not.
        last_day: last local day that counts. Rolling retention takes in whatever later activity the rows hold.
        complete: a member counts as having reached a week when all seven days of it are over on `last_day`; otherwise when it has begun.

    Returns:
        One row per `cohort_week` (ISO Monday of the start day) and `week` that a member has reached: `members` of the cohort, `reached`
        (those who can have reached the week), and of these `classic`, `rolling` and `cumulative`; all counts of learners. In week 0
        cumulative is classic.

    Raises:
        ValueError: a start day without its row of week 0, which holds its members.
    """
    import pandas as pd

    last = np.datetime64(last_day, "D")
    starts, place = np.unique(np.asarray(cells["start_day"], dtype="datetime64[D]"), return_inverse=True)
    began = starts <= last
    if not began.any():
        return pd.DataFrame({name: np.array([], dtype="datetime64[s]" if name == "cohort_week" else np.int64) for name in TRIANGLE})
    reach = (last - starts - (6 if complete else 0)).astype(np.int64) // 7
    weeks = np.asarray(cells["week"], dtype=np.int64)
    width = int(max(reach.max(), weeks.max())) + 1
    members, active, back, final = (
        _grid(place, weeks, cells[name], len(starts), width) for name in ("members", "active", "first_back", "last_active")
    )
    _check_starts(starts, place[weeks == 0])
    counted = (reach[:, None] >= np.arange(width)) & began[:, None]
    cumulative = np.where(np.arange(width) > 0, np.cumsum(back, axis=1) - back[:, :1], active[:, :1])
    kinds = {"classic": active, "rolling": np.cumsum(final[:, ::-1], axis=1)[:, ::-1], "cumulative": cumulative}
    return _table(starts, members[:, 0] * began, counted, kinds)


def _grid(place: NDArray, weeks: NDArray, counts: "pd.Series", height: int, width: int) -> NDArray[np.int64]:
    """Counts as a matrix of start day × week."""
    grid = np.zeros((height, width), dtype=np.int64)
    np.add.at(grid, (place, weeks), np.asarray(counts, dtype=np.int64))
    return grid


def _check_starts(starts: NDArray, with_members: NDArray) -> None:
    lost = np.setdiff1d(np.arange(len(starts)), with_members)
    if len(lost):
        raise ValueError(f"the learners who started on {starts[lost[0]]} have no row of week 0, which says how many they are")


def _table(starts: NDArray, members: NDArray, counted: NDArray, kinds: dict[str, NDArray]) -> "pd.DataFrame":
    """Start days added up to ISO weeks; `counted` says which start days a cell of each week is about."""
    import pandas as pd

    # 1970-01-01 was a Thursday
    mondays, cohort = np.unique(starts - (starts.astype(np.int64) + 3) % 7, return_inverse=True)
    grids = {"members": np.broadcast_to(members[:, None], counted.shape), "reached": members[:, None] * counted}
    grids |= {name: grid * counted for name, grid in kinds.items()}
    sums = {name: np.zeros((len(mondays), counted.shape[1]), dtype=np.int64) for name in grids}
    for name, grid in grids.items():
        np.add.at(sums[name], cohort, grid)
    row, week = np.nonzero(sums["reached"])
    table = pd.DataFrame({"cohort_week": mondays[row].astype("datetime64[s]"), "week": week.astype(np.int64)})
    return table.assign(**{name: grid[row, week] for name, grid in sums.items()})
