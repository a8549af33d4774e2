"""AI help beside engagement: who uses it by state, and whether bad hours of the assistant show in the active learners (S3, E7)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.metrics import stats
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.learner_states import STATES
from workbench.reports.engagement import cells
from workbench.reports.scope import Scope

EPISODES = 12
"""So many of the worst burn episodes are shown."""


def ai_states_frame(pairs: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Use of AI help in the period by state at its end: `state`, `learners`, `users` (got an answer), `share` with `low`, `high`, `answers`
    a user. States of few learners, and shares that few use or few do not, are withheld.

    Args:
        pairs: of `queries.engagement.states`, on platforms with AI help.
        states: of `states_frame`: what it withholds of all platforms together is not told here either.
    """
    counted = pairs.groupby("state_after")[["learners", "users", "answers"]].sum().reindex(STATES, fill_value=0)
    rows = []
    for state, learners, users, answers in counted.itertuples():
        share = stats.Proportion(int(users), int(learners))
        rows.append((state, learners, users, share.value, *share.interval, answers / users if users else np.nan))
    table = pd.DataFrame(rows, columns=["state", "learners", "users", "share", "low", "high", "answers"])
    table = table[table["learners"] > 0].reset_index(drop=True)
    shown = suppress(table, "state").table
    untold = states[(states["platform"] == states["platform"].iloc[0]) & states["learners"].isna()]["state"] if len(states) else ()
    shown = cells.emptied(shown, ["state"], shown["suppressed"].to_numpy(dtype=bool) | table["state"].isin(untold).to_numpy())
    few = cells.part_is_few(table["users"], table["learners"]) | shown["suppressed"].to_numpy(dtype=bool)
    return cells.withhold(shown, ["users", "share", "low", "high", "answers"], few)


def episodes_frame(episodes: pd.DataFrame, known: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Burn episodes of AI objectives beside the active learners of their days: `objective`, `title`, `severity`, `from_at`, `to_at`,
    `budget_share`; `dau` (mean of the days it touches), `usual` (mean of the same weekdays of the four weeks before and after without an
    episode), `relative` difference. The worst come first. Means of few learners are withheld.

    Args:
        episodes: of the RAG report's `episodes_frame`. known: daily active learners of the platforms with AI help: `day`, `dau`.
    """
    frame = episodes.sort_values(["budget_share", "from_at"], ascending=[False, True], ignore_index=True).head(EPISODES)
    dau = known.groupby("day")["dau"].sum()
    struck = _days(frame, scope)
    clear = dau.drop(index=[day for days in struck for day in days], errors="ignore")
    found = [_beside(days, dau, clear) for days in struck]
    columns = ["objective", "title", "severity", "from_at", "to_at", "budget_share", "suppressed"]
    told = frame[columns].assign(dau=[one[0] for one in found], usual=[one[1] for one in found]).astype({"dau": float, "usual": float})
    return told.assign(relative=told["dau"] / told["usual"] - 1)


def _days(frame: pd.DataFrame, scope: Scope) -> list[pd.DatetimeIndex]:
    """Local days that each episode touches."""
    spans = []
    for row in frame.itertuples():
        first, last = (at.tz_convert(scope.timezone).tz_localize(None).normalize() for at in (row.from_at, row.to_at))
        spans.append(pd.date_range(first, last, freq="D"))
    return spans


def _beside(days: Sequence[pd.Timestamp], dau: pd.Series, clear: pd.Series) -> tuple[float, float]:
    usual = []
    for day in days:
        near = clear[(abs((clear.index - day).days) <= 28) & (clear.index.day_of_week == day.day_of_week)]
        usual.append(near.mean())
    values = dau.reindex(days).fillna(0)
    pair = (float(values.mean()), float(np.mean(usual)) if usual else np.nan)
    return (np.nan, np.nan) if any(0 < value < K for value in (*values, pair[1])) else pair
