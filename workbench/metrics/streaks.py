"""Runs of consecutive days on which somebody did something."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def streaks(days: "pd.DataFrame", on: np.datetime64 | str) -> "pd.DataFrame":
    """The longest and the current run of consecutive days of each learner.

    Args:
        days: `learner_id` and local `day`, a row per day with activity; pairs may repeat. Days after `on` do not count.
        on: last day that counts; a run is current if it ends with it.

    Returns:
        One row per learner with a day, by `learner_id`: `longest` and `current` run in days; `current` is 0 where `on` itself is empty.

    >>> import pandas as pd
    >>> days = pd.DataFrame({"learner_id": ["ann"] * 4, "day": ["2026-08-01", "2026-08-02", "2026-08-03", "2026-08-05"]})
    >>> streaks(days, "2026-08-05").values.tolist()
    [['ann', 3, 1]]
    """
    import pandas as pd

    last = np.datetime64(on, "D").astype(np.int64)
    day = np.asarray(days["day"], dtype="datetime64[D]").astype(np.int64)
    who, names = pd.factorize(np.asarray(days["learner_id"]), sort=True)
    counting = (day <= last) & (who >= 0)
    who, day = np.unique([who[counting], day[counting]], axis=1)
    first = np.flatnonzero(np.r_[len(who) > 0, (who[1:] != who[:-1]) | (day[1:] != day[:-1] + 1)])
    length = np.diff(np.r_[first, len(who)])
    current = np.where(day[first + length - 1] == last, length, 0)
    owners, runs = np.unique(who[first], return_index=True)
    longest, current = (np.maximum.reduceat(values, runs) if len(runs) else values for values in (length, current))
    return pd.DataFrame({"learner_id": names[owners], "longest": longest, "current": current})
