"""How long it takes to reach something that not everybody has reached yet: Kaplan & Meier's curve, and time to mastery.

Leaving out those who have not got there makes everything look quick, and counting them as never reaching it makes it look slow. They
are *censored*: they count as long as they are watched. The intervals take sequences for independent: give one skill at a time, so that
every learner is in once.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.bkt import MASTERED, Sequences, sequences

if TYPE_CHECKING:
    import pandas as pd

_Z = 1.959963984540054  # published tables use the exact quantile
_HALF = 0.5 + 1e-12


def curve(duration: ArrayLike, reached: ArrayLike) -> "pd.DataFrame":
    """Kaplan-Meier estimate of the share that has not reached it yet, with Greenwood's variance and log-log intervals.

    Args:
        duration: time, or number of answers, until it was reached or until watching ended; not negative.
        reached: whether it was reached; else the duration is censored. Of those that end together the censored were still at risk.

    Returns:
        One row for time 0 and for each different duration: `time`, `at_risk` just before, `events`, `censored`, `surviving` just
        after, `low`, `high` (95 %). Both ends are NaN where the method knows none: while nobody and once everybody has reached it.

    Raises:
        ValueError: a duration is negative or unknown.

    >>> curve([3, 5, 5, 8], [True, True, False, True])[["time", "at_risk", "events", "surviving"]].values.tolist()
    [[0.0, 4.0, 0.0, 1.0], [3.0, 4.0, 1.0, 0.75], [5.0, 3.0, 1.0, 0.5], [8.0, 1.0, 1.0, 0.0]]
    """
    import pandas as pd

    until, event = np.asarray(duration, dtype=float), np.asarray(reached, dtype=bool)
    if not np.all(until >= 0):
        raise ValueError("a duration must be known and not negative")
    time, at = np.unique(np.r_[0.0, until], return_inverse=True)
    events = np.bincount(at[1:], event, minlength=len(time)).astype(np.int64)
    leaving = np.bincount(at[1:], minlength=len(time)).astype(np.int64)
    at_risk = len(until) - np.cumsum(leaving) + leaving
    with np.errstate(divide="ignore", invalid="ignore"):
        surviving = np.where(len(until) > 0, np.cumprod(np.where(at_risk > 0, 1 - events / at_risk, 1.0)), np.nan)
    low, high = _ends(surviving, events, at_risk)
    columns = {"time": time, "at_risk": at_risk, "events": events, "censored": leaving - events}
    return pd.DataFrame({**columns, "surviving": surviving, "low": low, "high": high})


def _ends(surviving: NDArray, events: NDArray, at_risk: NDArray) -> tuple[NDArray, NDArray]:
    """Interval on the scale log(−log S): never outside [0, 1] (Kalbfleisch & Prentice)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(events > 0, events / (at_risk * (at_risk - events)), 0.0))
        reach = _Z * np.sqrt(greenwood) / np.abs(np.log(surviving))
        ends = surviving ** np.exp(reach), surviving ** np.exp(-reach)
    known = (surviving > 0) & (surviving < 1)
    return np.where(known, ends[0], np.nan), np.where(known, ends[1], np.nan)


@dataclass(frozen=True)
class Median:
    """Time by which half have reached it, with its 95 % interval; None where it is not reached within what was watched."""

    value: float | None
    low: float | None
    high: float | None


def median(found: "pd.DataFrame") -> Median:
    """Median of a `curve`: the first time with at most half left; its interval is where the band crosses (Brookmeyer & Crowley 1982).

    >>> median(curve([3, 5, 5, 8], [True, True, False, True])).value, median(curve([3, 5], [True, False])).high
    (5.0, None)
    """
    return Median(*(_first(found, name) for name in ("surviving", "low", "high")))


def _first(found: "pd.DataFrame", name: str) -> float | None:
    crossed = np.flatnonzero(found[name].to_numpy() <= _HALF)
    return float(found["time"].to_numpy()[crossed[0]]) if len(crossed) else None


def share_by(found: "pd.DataFrame", time: float) -> tuple[float, float, float]:
    """Share that has reached it by `time`, with the ends of its interval; NaN beyond the longest duration watched.

    >>> share_by(curve([3, 5, 5, 8], [True, True, False, True]), 4)[0], share_by(curve([3], [False]), 4)[0]
    (0.25, nan)
    """
    row = found[found["time"] <= time].iloc[-1]
    if time > found["time"].iloc[-1] and row["surviving"] > 0:
        return math.nan, math.nan, math.nan
    return float(1 - row["surviving"]), float(1 - row["high"]), float(1 - row["low"])


def answers_to_mastery(sequence: ArrayLike, mastery: ArrayLike, level: float = MASTERED) -> "pd.DataFrame":
    """Answers until a skill was mastered for the first time (definition P1), censored at the last answer.

    Args:
        sequence: integer per answer, one value for each learner × skill; answers in the order in which they were given.
        mastery: probability of knowing after each answer (`bkt.Replay.mastery`). level: from which it counts as mastered.

    Returns:
        One row a sequence, ascending: `sequence`, `duration` in answers, `reached`.

    >>> answers_to_mastery([7, 7, 9, 7], [0.5, 0.96, 0.4, 0.9]).values.tolist()
    [[7, 2, True], [9, 1, False]]
    """
    groups, at, reached = _mastered_at(sequence, mastery, level)
    return _table(groups, sequence, np.where(reached, at + 1, groups.length), reached)


def days_to_mastery(
    sequence: ArrayLike, mastery: ArrayLike, occurred_at: ArrayLike, until: object, level: float = MASTERED
) -> "pd.DataFrame":
    """Days from the first answer until a skill was mastered for the first time, censored at the cut-off.

    Not at the last answer: without further answers nothing is mastered, so that the learner is known not to be there yet.

    Args:
        sequence, mastery, level: as `answers_to_mastery`. occurred_at: instant of each answer (aware, or all in one zone).
        until: the cut-off, an instant of the same kind, after every answer.

    Returns:
        One row a sequence, ascending: `sequence`, `duration` in days (with fractions), `reached`.
    """
    import pandas as pd

    passed = (pd.Timestamp(until) - pd.to_datetime(pd.Series(occurred_at))).dt.total_seconds().to_numpy() / 86_400
    if len(passed) and passed.min() < 0:
        raise ValueError("an answer lies after the cut-off")
    groups, at, reached = _mastered_at(sequence, mastery, level)
    begun, there = (passed[groups.positions(groups.first + offset)] for offset in (np.zeros_like(at), at))
    return _table(groups, sequence, np.where(reached, begun - there, begun), reached)


def _mastered_at(sequence: ArrayLike, mastery: ArrayLike, level: float) -> tuple[Sequences, NDArray[np.int64], NDArray[np.bool_]]:
    """The groups of answers; within each, the place of the first answer that shows mastery (0 if none does); and whether one does."""
    values = np.asarray(mastery, dtype=float)
    groups = sequences(sequence, np.zeros(len(values), dtype=np.int64))
    if not len(values):
        return groups, groups.first, groups.first > 0
    there = values[groups.positions(np.arange(len(values)))] >= level
    place = np.arange(len(values)) - np.repeat(groups.first, groups.length)
    first = np.minimum.reduceat(np.where(there, place, len(values)), groups.first)
    reached = first < len(values)
    return groups, np.where(reached, first, 0), reached


def _table(groups: Sequences, sequence: ArrayLike, duration: NDArray, reached: NDArray[np.bool_]) -> "pd.DataFrame":
    import pandas as pd

    name = np.asarray(sequence)[groups.positions(groups.first)]
    return pd.DataFrame({"sequence": name, "duration": duration, "reached": reached})
