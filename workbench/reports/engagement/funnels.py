"""Funnels of the platforms: ordered steps of the same entry within a window (definition E5)."""

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from workbench.metrics import funnel
from workbench.metrics.disclosure import K
from workbench.reports.engagement import cells
from workbench.reports.scope import Scope


@dataclass(frozen=True)
class Flow:
    """A platform's funnel: what its entries are, the words of its steps, and how long an entry has for all of them."""

    platform: str
    name: str
    entry: str
    steps: tuple[str, ...]
    days: int


FLOWS = (
    Flow("mued", "interview", "music session", ("session recorded", "analysis done", "question asked", "answer given"), 7),
    Flow("learning", "study", "learner's material", ("material opened", "session begun", "interaction", "completed"), 28),
    Flow("drivemaster", "concept", "concept of a learner", ("concept met", "first answer", "mastered"), 28),
    Flow("video", "video", "video of a learner", ("video started", "milestone reached", "milestone passed"), 7),
)
COLUMNS = [
    "platform", "flow", "days", "step_no", "step", "learners", "of_first", "of_first_low", "of_first_high", "of_previous",
    "of_previous_low", "of_previous_high", "median_seconds",
]  # fmt: skip


def funnels_frame(reached: dict[str, pd.DataFrame], scope: Scope) -> pd.DataFrame:
    """One row per funnel and step: `platform`, `flow`, `days` (window), `step_no`, `step`, `learners`; `of_first` and `of_previous` with
    `_low`, `_high` (definition X1); `median_seconds` since the step before.

    Entries begun in the period whose window is over at the cut-off; a learner counts at their deepest entry. A step of few learners is
    withheld, and so is one that few did not reach from the step told before it.

    Args:
        reached: rows of `queries.engagement.funnel` by name of the flow.
    """
    parts = [_funnel(flow, reached[flow.name], scope) for flow in FLOWS if len(reached.get(flow.name, ()))]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    hidden = pd.Series(False, index=frame.index)
    for _, part in frame.groupby("flow", sort=False):
        told = None
        for row in part.itertuples():
            few = 0 < row.learners < K or (told is not None and 0 < told - row.learners < K)
            hidden[row.Index] = few
            told = told if few else row.learners
    shown = cells.emptied(frame, ["platform", "flow", "days", "step_no", "step"], hidden.to_numpy())
    after = hidden.groupby(frame["flow"]).shift(fill_value=False).to_numpy(dtype=bool)  # a share of a withheld step would tell it
    return cells.withhold(shown, ["of_previous", "of_previous_low", "of_previous_high"], after)


def until(flow: Flow, scope: Scope) -> pd.Timestamp:
    """The instant before which entries must begin for their window to be over."""
    return min(pd.Timestamp(scope.end_at), pd.Timestamp(scope.as_of) - pd.Timedelta(days=flow.days))


def _funnel(flow: Flow, reached: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    names = dict(zip(reached["step_no"], reached["step"], strict=True))
    steps = [str(names.get(number, label)) for number, label in enumerate(flow.steps, 1)]
    start, end = pd.Timestamp(scope.start_at).to_pydatetime(), until(flow, scope).to_pydatetime()
    table = funnel.funnel(reached, steps, timedelta(days=flow.days), start, end)
    table = table if table["learners"].iloc[0] else table.iloc[:0]
    return table.assign(platform=flow.platform, flow=flow.name, days=flow.days)[COLUMNS]
