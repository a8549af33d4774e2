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
    when = np.asarray(days["day"], dtype="datetime64[D]").astype(np.int64)
    table = pd.DataFrame({"learner_id": np.asarray(days["learner_id"]), "day": when})
    table = table[table["day"] <= last].drop_duplicates().sort_values(["learner_id", "day"], ignore_index=True)
    # within a run the day minus its place in the learner's list stays the same
    table["run"] = table["day"] - table.groupby("learner_id").cumcount()
    runs = table.groupby(["learner_id", "run"], as_index=False).agg(length=("day", "size"), end=("day", "max"))
    runs["current"] = runs["length"].where(runs["end"] == last, 0)
    return runs.groupby("learner_id", as_index=False).agg(longest=("length", "max"), current=("current", "max"))
