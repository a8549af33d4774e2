"""Who watched which second of a video, for the first time or again, and who watched it to the end (definition E6).

Second t of a video lasts from t to t + 1. A stretch covers it when it covers its middle, so that stretches that follow each other share
no second, wherever between two seconds they meet.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.stats import Proportion

if TYPE_CHECKING:
    import pandas as pd

WHOLE = 0.95
"""Share of the distinct seconds that make a video watched completely."""


def length(seconds: float) -> int:
    """How many seconds a video of this length has: those whose middle lies in it, at least one.

    >>> length(90.0), length(90.4), length(90.6)
    (90, 90, 91)
    """
    if not 0 < seconds < math.inf:
        raise ValueError(f"a video of {seconds} seconds has no seconds to watch")
    return max(1, math.ceil(seconds - 0.5))


def audience(watch: "pd.DataFrame", seconds: float, starters: int | None = None) -> "pd.DataFrame":
    """The audience curve of one video (definition E6).

    Args:
        watch: `learner_id`, `started_at`, `from_second`, `to_second`; one row per stretch watched without a break, rows of one video.
            Parts outside the video, and stretches that cover nothing, do not count.
        seconds: length of the video.
        starters: how many learners started it; by default those who watched a second of it.

    Returns:
        One row per `second` from 0: `first_watch` (learners watching it for their first time) and `rewatch` (every further time, counted
        each time; `rewatchers` are the learners behind it), `audience` (`learners` / starters, NaN without any) and `learners` who
        watched it at all, which is `first_watch` again under the name that disclosure control looks at.
    """
    import pandas as pd

    size = length(seconds)
    who, begin, end = _stretches(watch, size)
    views = _curve(begin, end, size)
    learners, rewatchers = (_curve(*_covered(who, begin, end, times), size) for times in (1, 2))
    everyone = len(np.unique(who)) if starters is None else starters
    share = learners / everyone if everyone else np.full(size, math.nan)
    return pd.DataFrame(
        {
            "second": np.arange(size), "first_watch": learners, "rewatch": views - learners, "rewatchers": rewatchers,
            "audience": share, "learners": learners,
        }
    )  # fmt: skip


def completed(watch: "pd.DataFrame", seconds: float, share: float = WHOLE) -> "pd.DataFrame":
    """How much of one video each learner has watched (definition E6); arguments as `audience`.

    Returns:
        One row per learner who watched a second of it, by `learner_id`: distinct `seconds` watched, their `share` of the video, and
        whether the video is `completed` (at least `share` of it).
    """
    import pandas as pd

    size = length(seconds)
    who, begin, end = _stretches(watch, size)
    owners, starts, ends = _covered_by(who, begin, end, 1)
    learners = pd.factorize(np.asarray(watch["learner_id"]), sort=True)[1]
    watched = np.bincount(owners, weights=ends - starts, minlength=len(learners)).astype(np.int64)
    # 0.95 of 20 is 19 also where a float says a little more
    needed = math.ceil(round(share * size, 9))
    table = pd.DataFrame({"learner_id": learners, "seconds": watched, "share": watched / size, "completed": watched >= needed})
    return table[table["seconds"] > 0].reset_index(drop=True)


def completion(watch: "pd.DataFrame", seconds: float, share: float = WHOLE, starters: int | None = None) -> Proportion:
    """Learners who watched it completely, of those who started it, with its Wilson interval (definitions E6, X1); arguments as above.

    >>> import pandas as pd
    >>> watch = pd.DataFrame({"learner_id": ["ann", "ben"], "from_second": [0.0, 0.0], "to_second": [95.0, 94.0]})
    >>> completion(watch, 100)
    Proportion(good=1, total=2)
    """
    table = completed(watch, seconds, share)
    return Proportion(int(table["completed"].sum()), len(table) if starters is None else starters)


def _stretches(watch: "pd.DataFrame", size: int) -> tuple[NDArray, NDArray, NDArray]:
    """Learner (a number), first second and the second after the last, of the stretches that cover one."""
    import pandas as pd

    who = pd.factorize(np.asarray(watch["learner_id"]), sort=True)[0]
    ends = [np.asarray(watch[name], dtype=float) for name in ("from_second", "to_second")]
    known = np.isfinite(ends).all(axis=0)
    begin, end = (np.clip(np.ceil(side[known] - 0.5), 0, size).astype(np.int64) for side in ends)
    kept = begin < end
    return who[known][kept], begin[kept], end[kept]


def _curve(begin: NDArray, end: NDArray, size: int) -> NDArray[np.int64]:
    """How many of the half-open stretches cover each second."""
    steps = np.bincount(begin, minlength=size + 1) - np.bincount(end, minlength=size + 1)
    return np.cumsum(steps)[:size].astype(np.int64)


def _covered_by(who: NDArray, begin: NDArray, end: NDArray, times: int) -> tuple[NDArray, NDArray, NDArray]:
    """Where at least `times` stretches of one learner lie over each other: learner, first second and the second after the last."""
    owner, place = np.tile(who, 2), np.concatenate([begin, end])
    change = np.repeat([1, -1], len(who))
    order = np.lexsort((-change, place, owner))
    # the stretches of a learner open and close in pairs, so the count is 0 again before the next learner
    deep = np.cumsum(change[order]) >= times
    edges = np.flatnonzero(np.diff(np.concatenate([[False], deep, [False]])))
    return owner[order][edges[::2]], place[order][edges[::2]], place[order][edges[1::2]]


def _covered(who: NDArray, begin: NDArray, end: NDArray, times: int) -> tuple[NDArray, NDArray]:
    return _covered_by(who, begin, end, times)[1:]
