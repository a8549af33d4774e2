"""How far learners come through ordered steps (definition E5)."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd


def funnel(
    reached: "pd.DataFrame", steps: Sequence[str], window: timedelta, start: datetime | None = None, end: datetime | None = None
) -> "pd.DataFrame":
    """Learners at each step of an ordered funnel (definition E5).

    An entry (a session, a concept, a video of one learner) is at step k when step k happened at or after its step k − 1, and all of it
    within `window` of the step 1 it began with. Where a step happened several times, the times that lead furthest count, and among
    those the earliest. A learner counts once, at the deepest of their entries (the one begun first, if several are equally deep).

    Args:
        reached: `learner_id`, `entry_id`, `step_no` (from 1), `occurred_at`; a row per time a step was reached.
        steps: names of the steps, the first being number 1.
        window: longest time from step 1 to any other step, itself included.
        start, end: only entries begun in [start, end) count; later steps may lie outside. By default all.

    Returns:
        One row per step: `step_no`, `step`, `learners`; `of_first` and `of_previous` (shares of the learners of step 1 and of the step
        before) with the Wilson ends `_low` and `_high` (definition X1), NaN without anybody; `median_seconds` from the step before,
        over the learners of the step, NaN at step 1.

    >>> import pandas as pd
    >>> rows = [("ann", "x", 1, "2026-08-01 10:00"), ("ann", "x", 2, "2026-08-01 10:05"), ("ben", "y", 1, "2026-08-01 11:00")]
    >>> table = pd.DataFrame(rows, columns=["learner_id", "entry_id", "step_no", "occurred_at"])
    >>> funnel(table, ["begun", "ended"], timedelta(hours=1))[["step", "learners", "of_first", "median_seconds"]].values.tolist()
    [['begun', 2, 1.0, nan], ['ended', 1, 0.5, 300.0]]
    """
    times = _best_per_learner(*_chains(reached, len(steps), window, start, end))
    learners = np.isfinite(times).sum(axis=0)
    return _table(steps, learners, [_median(times[:, step] - times[:, step - 1]) if step else math.nan for step in range(len(steps))])


def _micros(moments: "pd.Series | list[datetime]") -> NDArray[np.int64]:
    """Microseconds since 1970."""
    import pandas as pd

    return np.asarray(pd.to_datetime(pd.Series(moments), utc=True).dt.tz_localize(None), dtype="datetime64[us]").astype(np.int64)


def _chains(
    reached: "pd.DataFrame", length: int, window: timedelta, start: datetime | None, end: datetime | None
) -> tuple[NDArray, NDArray[np.float64]]:
    """For each time a step 1 happened: the learner, and the earliest times of the steps that follow it, NaN from where it breaks off."""
    import pandas as pd

    learner = pd.factorize(reached["learner_id"])[0]
    entry = pd.MultiIndex.from_arrays([learner, pd.factorize(reached["entry_id"])[0]]).factorize()[0]
    when, step = _micros(reached["occurred_at"]), np.asarray(reached["step_no"], dtype=np.int64)
    first = step == 1
    for bound, keeps in ((start, np.greater_equal), (end, np.less)):
        if bound is not None:
            first &= keeps(when, _micros([bound])[0])
    chains = np.full((int(first.sum()), length), np.nan)
    chains[:, :1] = when[first, None]
    latest = when[first] + window // timedelta(microseconds=1)
    alive = np.arange(len(chains))
    for number in range(2, length + 1):
        found = _next(entry[step == number], when[step == number], entry[first][alive], chains[alive, number - 2])
        inside = found <= latest[alive]
        alive = alive[inside]
        chains[alive, number - 1] = found[inside]
    return learner[first], chains


def _next(entries: NDArray, times: NDArray, entry: NDArray, after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The earliest of `times` of the same entry at or after `after`; NaN where there is none."""
    if not len(times):
        return np.full(len(entry), np.nan)
    moments = np.unique(times)
    keys = np.unique(entries * (len(moments) + 1) + np.searchsorted(moments, times))
    place = np.searchsorted(keys, entry * (len(moments) + 1) + np.searchsorted(moments, after))
    key = keys[np.minimum(place, len(keys) - 1)]
    own = (place < len(keys)) & (key // (len(moments) + 1) == entry)
    return np.where(own, moments[np.minimum(key % (len(moments) + 1), len(moments) - 1)], np.nan)


def _best_per_learner(learner: NDArray, chains: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each learner the chain that leads furthest, of those the one begun first; in seconds from its beginning."""
    depth = np.isfinite(chains).sum(axis=1)
    order = np.lexsort((chains[:, 0], -depth, learner))
    _, place = np.unique(learner[order], return_index=True)
    best = chains[order][place]
    return (best - best[:, :1]) / 1e6


def _median(seconds: NDArray[np.float64]) -> float:
    known = seconds[np.isfinite(seconds)]
    return float(np.median(known)) if len(known) else math.nan


def _table(steps: Sequence[str], learners: NDArray, medians: list[float]) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame({"step_no": np.arange(1, len(steps) + 1), "step": list(steps), "learners": learners.astype(np.int64)})
    for name, whole in (("of_first", np.full(len(steps), learners[0])), ("of_previous", np.append(learners[:1], learners[:-1]))):
        with np.errstate(invalid="ignore"):
            table[name] = learners / whole
        table[f"{name}_low"], table[f"{name}_high"] = wilson(learners, whole)
    return table.assign(median_seconds=medians)
