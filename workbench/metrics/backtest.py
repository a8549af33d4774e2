"""Whether "at risk" foretold anything: the rule of definition E7 tried on the past, with nothing known but what was known then."""

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.learner_states import LONG, ActiveDays
from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd

Day = np.datetime64 | date | str
RATES = {"precision": ("hits", "flagged"), "recall": ("hits", "left"), "base_rate": ("left", "judged")}
"""Each rate as a part of a whole."""


def at_risk(
    days: "pd.DataFrame", cut_offs: Sequence[Day], horizon: int = 28, until: Day | None = None
) -> "pd.DataFrame":  # fmt: skip
    """The rule "at risk" judged at each cut-off against what the learners did afterwards.

    Judged are the learners who, by their days before the cut-off alone, are `active` or `at_risk` (definition E7); flagged those at
    risk. One *left* who has no active day in the `horizon` days from the cut-off on.

    Args:
        days: `learner_id` and `day`, a row per active day; pairs may repeat.
        cut_offs: days; what happened before each is known at it.
        horizon: days that decide whether somebody left.
        until: first day of which nothing is known yet; by default the day after the last active day of anybody.

    Returns:
        One row per cut-off: `cut_off`, learners `judged`, `flagged`, `left`, `hits` (flagged and left); `precision` (hits of flagged),
        `recall` (hits of left), `base_rate` (left of judged), each with the Wilson ends `_low` and `_high` (definition X1), NaN without
        anybody; `lead_days`: median days from the flag (the day before the cut-off, the last one known) to the hit's
        28th silent day, on which it is dormant.

    Raises:
        ValueError: the horizon of a cut-off is not over.
    """
    return _table(_judged(days, cut_offs, horizon, until))


def summary(
    days: "pd.DataFrame", cut_offs: Sequence[Day], horizon: int = 28, until: Day | None = None
) -> "pd.DataFrame":  # fmt: skip
    """The same over all cut-offs together; arguments and errors as `at_risk`.

    Returns:
        One row with the columns of `at_risk`, `cut_offs` (how many) instead of `cut_off`. A learner is judged at each of them: cut-offs
        closer than the horizon make the intervals too narrow.
    """
    parts = _judged(days, cut_offs, horizon, until)
    together = np.concatenate([part for _, part in parts], axis=1) if parts else np.zeros((3, 0))
    return _table([(np.datetime64("NaT"), together)]).rename(columns={"cut_off": "cut_offs"}).assign(cut_offs=len(parts))


def _judged(days: "pd.DataFrame", cut_offs: Sequence[Day], horizon: int, until: Day | None) -> list[tuple[np.datetime64, NDArray]]:
    """Per cut-off a matrix with a column per judged learner: flagged, left, and days left until the 28th silent one."""
    known = ActiveDays.of(days["learner_id"], days["day"])
    asked = np.asarray(cut_offs, dtype="datetime64[D]")
    end = np.datetime64(until, "D") if until is not None else known.last_day + 1
    for cut_off in asked[asked + horizon > end]:
        raise ValueError(f"the {horizon} days after {cut_off} are not over: the days known end with {end - 1}")
    results = []
    for cut_off in asked:
        states = known.states(cut_off - 1)
        last, following = known.nearest(cut_off)
        kept = np.isin(states, ["active", "at_risk"])
        left = ~(following < cut_off + horizon)
        ahead = (last + LONG - (cut_off - 1)).astype(float)
        results.append((cut_off, np.stack([states == "at_risk", left, ahead])[:, kept]))
    return results


def _table(parts: list[tuple[np.datetime64, NDArray]]) -> "pd.DataFrame":
    import pandas as pd

    rows = []
    for cut_off, (flagged, left, ahead) in parts:
        hits = (flagged > 0) & (left > 0)
        counts = {"judged": len(left), "flagged": int(flagged.sum()), "left": int(left.sum()), "hits": int(hits.sum())}
        rates = {}
        for name, (part, whole) in RATES.items():
            ends = wilson(counts[part], counts[whole])
            value = counts[part] / counts[whole] if counts[whole] else math.nan
            rates |= {name: value, f"{name}_low": ends.low, f"{name}_high": ends.high}
        rows.append({"cut_off": cut_off} | counts | rates | {"lead_days": float(np.median(ahead[hits])) if hits.any() else math.nan})
    columns = [
        "cut_off",
        "judged",
        "flagged",
        "left",
        "hits",
        *(name + end for name in RATES for end in ("", "_low", "_high")),
        "lead_days",
    ]
    return pd.DataFrame(rows, columns=columns)
