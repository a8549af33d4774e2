"""What state a learner is in on a day (definition E7)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

STATES = ("never_started", "new", "active", "returned", "at_risk", "dormant")
"""Every learner is in exactly one of them."""
NOT_JOINED = "not_joined"
"""Who was not there yet on the first of two days."""
RECENT, LONG = 7, 28
"""Days: active within the last seven; gone after twenty-eight."""

Dates = NDArray[np.datetime64]


def classify(first_day: ArrayLike, last_day: ArrayLike, before_day: ArrayLike, back_day: ArrayLike, on: np.datetime64 | str) -> NDArray:
    """State of each learner as of the end of a day; the first that matches (definition E7).

    `never_started` without an active day; `new` first active less than 7 days ago; `returned` active less than 7 days ago after a gap
    of at least 28 days; `active` less than 7 days ago; `at_risk` 7 to 27; `dormant` 28 or more days ago.

    Args:
        first_day, last_day: first and last active day up to `on`, dates; NaT or None for who was never active.
        before_day: last active day before `on` − 6, so before the seven days that end with `on`; NaT for none.
        back_day: first active day from `on` − 6 to `on`; NaT for none. `back_day` − `before_day` is the gap.
        on: the day, itself included.

    Returns:
        An array of names from `STATES`.

    >>> classify(["2026-03-01", None], ["2026-08-28", None], ["2026-08-01", None], ["2026-08-26", None], "2026-08-30").tolist()
    ['active', 'never_started']
    """
    first, last, before, back = (np.asarray(days, dtype="datetime64[D]") for days in (first_day, last_day, before_day, back_day))
    today = np.datetime64(on, "D")
    if (last > today).any() or (first > last).any():
        raise ValueError("the days of a state end with the day it is asked for, and the first is not after the last")
    # comparisons with NaT are false
    recent = today - last < RECENT
    kinds = [np.isnat(last), today - first < RECENT, recent & (back - before >= LONG), recent, today - last < LONG]
    return np.select(kinds, ["never_started", "new", "returned", "active", "at_risk"], "dormant")


@dataclass(frozen=True, eq=False)
class ActiveDays:
    """Who was active on which days, ready to be asked for states as of any of them.

    Attributes:
        learners: the learners, ascending, each once.
    """

    learners: NDArray
    _keys: NDArray[np.int64]
    _base: int
    _span: int

    @classmethod
    def of(cls, learner_id: ArrayLike, day: ArrayLike) -> "ActiveDays":
        """From one row per learner and active day, in any order; a pair may occur several times."""
        import pandas as pd

        codes, learners = pd.factorize(np.asarray(learner_id), sort=True)
        days = np.asarray(day, dtype="datetime64[D]").astype(np.int64)
        base, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
        # one number a pair, so that one search finds a learner's day; the last place of a learner lies after all days
        span = last - base + 2
        return cls(learners, np.unique(codes * span + days - base), base, span)

    @property
    def last_day(self) -> np.datetime64:
        """Last active day of anybody; NaT for nobody."""
        return np.datetime64(self._base + self._span - 2, "D") if len(self._keys) else np.datetime64("NaT", "D")

    def nearest(self, day: np.datetime64) -> tuple[Dates, Dates]:
        """For each learner the last active day before `day`, and the first on or after it; NaT where there is none."""
        asked = min(max(int(day.astype(np.int64)) - self._base, 0), self._span - 1)
        place = np.searchsorted(self._keys, np.arange(len(self.learners)) * self._span + asked)
        return self._at(place - 1), self._at(place)

    def _at(self, place: NDArray) -> Dates:
        """The days at these places, where they are still the learner's."""
        padded = np.concatenate([[-1], self._keys, [-1]])[place + 1]
        days = (padded % self._span + self._base).astype("datetime64[D]")
        days[padded // self._span != np.arange(len(place))] = np.datetime64("NaT")
        return days

    def states(self, on: np.datetime64 | str) -> NDArray:
        """State of each of `learners` as of the end of the day `on` (definition E7); what they did later does not count."""
        today = np.datetime64(on, "D")
        first = self.nearest(np.datetime64("0001-01-01"))[1]
        last = self.nearest(today + 1)[0]
        before, back = self.nearest(today - (RECENT - 1))
        for days in (first, back):
            days[days > today] = np.datetime64("NaT")
        return classify(first, last, before, back, today)
