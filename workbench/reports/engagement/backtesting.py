"""Whether "at risk" foretells anything: the rule tried on the past, with nothing but what was known then (definition E7, X1)."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from workbench.metrics import backtest, stats
from workbench.metrics.disclosure import K
from workbench.reports.engagement import cells
from workbench.reports.scope import Scope

HORIZON = 28
"""Days of silence after the cut-off that make somebody one who left."""
CUT_OFFS = 4
APART = 14
COUNTS = ("judged", "flagged", "left", "hits")
RATES = {"precision": ("hits", "flagged"), "recall": ("hits", "left"), "base_rate": ("left", "judged")}


def cut_offs(scope: Scope) -> list[pd.Timestamp]:
    """The days as of which the rule is tried: the last whose 28 days after are over, and three before it, two weeks apart."""
    last = pd.Timestamp(cells.now(scope).end) - pd.Timedelta(days=HORIZON)
    return [last - pd.Timedelta(days=APART * number) for number in reversed(range(CUT_OFFS))]


def first_day(scope: Scope) -> pd.Timestamp:
    """The first day whose activity takes part: a dormant learner must be told from one at risk."""
    return cut_offs(scope)[0] - pd.Timedelta(days=2 * HORIZON)


def backtest_frame(days: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a cut-off, the last one, without a `cut_off`, over all of them: learners `judged` (active or at risk then), `flagged` (at
    risk), `left` (silent for 28 days after), `hits` (both); `precision`, `recall`, `base_rate` (of the judged who left) with `_low`,
    `_high`; `lead_days`: median days from the flag to the 28th silent one. A row in which a count, or what two of them leave, is about few
    is withheld; then the single cut-offs are, all of them.

    Args:
        days: of `queries.engagement.known_days`; at each cut-off only days known then count, later ones show who left.
    """
    rows = [_tried(days, at, scope) for at in cut_offs(scope) if len(days) and (days["day"] < at).any()]
    if not rows:
        return _empty()
    frame = pd.concat(rows, ignore_index=True)
    frame = pd.concat([frame, _together(frame)], ignore_index=True)
    rest = [frame["judged"] - frame["flagged"], frame["judged"] - frame["left"], frame["flagged"] - frame["hits"]]
    rest.append(frame["left"] - frame["hits"])
    about = cells.least(*(frame[name] for name in COUNTS), *rest)
    few = ((about < K) & (frame["judged"] > 0)).to_numpy()
    # beside the sum over all cut-offs a withheld one would follow from the others: it is all of them or none
    hidden = np.append(np.full(len(few) - 1, few[:-1].any()), few[-1])
    told = cells.emptied(frame, ["cut_off"], hidden)
    told["cut_off"] = told["cut_off"].astype("datetime64[us]")
    return told


def _tried(days: pd.DataFrame, at: pd.Timestamp, scope: Scope) -> pd.DataFrame:
    midnight = pd.Timestamp(at).tz_localize(ZoneInfo(scope.timezone)).tz_convert("UTC")
    known = days[(days["day"] >= at) | (days["known_at"] < midnight)]
    until = np.datetime64(cells.now(scope).end)
    return backtest.at_risk(known, [np.datetime64(at, "D")], HORIZON, until)


def _together(frame: pd.DataFrame) -> pd.DataFrame:
    """All cut-offs as one; the lead is the mean of their medians by hits."""
    sums = frame[list(COUNTS)].sum()
    row = {"cut_off": pd.NaT, **sums.to_dict()}
    for name, (part, whole) in RATES.items():
        rate = stats.Proportion(int(sums[part]), int(sums[whole]))
        row |= {name: rate.value, f"{name}_low": rate.interval.low, f"{name}_high": rate.interval.high}
    led = frame[frame["hits"] > 0]
    row["lead_days"] = float(np.average(led["lead_days"], weights=led["hits"])) if len(led) else np.nan
    return pd.DataFrame([row])


def _empty() -> pd.DataFrame:
    columns = ["cut_off", *COUNTS, *(f"{name}{end}" for name in RATES for end in ("", "_low", "_high")), "lead_days", "suppressed"]
    return pd.DataFrame({name: pd.Series(dtype="datetime64[us]" if name == "cut_off" else float) for name in columns})
