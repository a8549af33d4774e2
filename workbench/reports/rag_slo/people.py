"""How many learners are behind each cell of the report, so that none about fewer than 10 is shown (definition X5).

Rollups cannot add distinct learners up, but they give a least number: whoever received most answers received so many, so a cell with more
answers than the few busiest learners received together is about more learners than these. Where that is not enough to show a cell, the raw
rows are counted, if they are not too many; a cell still in doubt counts as about few.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K
from workbench.queries import marts

if TYPE_CHECKING:
    from sqlalchemy import Connection

COUNTABLE = 100_000
"""Answers of a period that are counted from raw rows at most."""


@dataclass(frozen=True)
class People:
    """Learners behind the cells: `days` (day), `groups` (dimension, group), `cells` (day, model), each with `learners`; and in all."""

    days: pd.DataFrame
    groups: pd.DataFrame
    cells: pd.DataFrame
    total: int

    def of(self, dimension: str) -> pd.DataFrame:
        """Learners of each model or source: that column and `learners`."""
        part = self.groups[self.groups["dimension"] == dimension]
        return part.rename(columns={"group": dimension})[[dimension, "learners"]]

    @property
    def withheld(self) -> set[tuple[str, str]]:
        """The (dimension, group) pairs that are about few."""
        few = self.groups[self.groups["learners"] < K]
        return set(zip(few["dimension"], few["group"], strict=True))


def count(connection: "Connection", series: pd.DataFrame, learners: pd.DataFrame, daily: pd.DataFrame, exact: dict | None) -> People:
    """The learners of every cell.

    Args:
        series: of `ai_answer_series`, days of the period. learners: of `ai_learner_day`. daily: of `ai_learners_daily`, empty where a
            model was chosen.
        exact: filters for `ai_cell_learners`; None where raw rows must not be counted.
    """
    found = _least(series, learners, daily)
    cells = [found.days, found.groups, found.cells]
    doubtful = any(((part["learners"] < K) & (part["answers"] >= K)).any() for part in cells)
    if exact is None or not (doubtful or len(daily) < series["day"].nunique()) or series["answers"].sum() > COUNTABLE:
        return found
    return _raised(found, marts.ai_cell_learners(connection, **exact))


def _least(series: pd.DataFrame, learners: pd.DataFrame, daily: pd.DataFrame) -> People:
    """What the rollups prove."""
    busiest = learners.groupby("learner_id")["answers"].sum().sort_values(ascending=False).to_numpy()
    reached = np.cumsum(busiest)
    groups = []
    for dimension in ("model", "source"):
        part = series.groupby(dimension, as_index=False)["answers"].sum().rename(columns={dimension: "group"})
        groups.append(part.assign(dimension=dimension, learners=[_cover(reached, n) for n in part["answers"]]))
    most = dict(zip(daily["day"], daily["most_answers"], strict=True))
    cells = series.groupby(["day", "model"], as_index=False)["answers"].sum()
    cells["learners"] = [-(-n // most.get(day, n)) for day, n in zip(cells["day"], cells["answers"], strict=True)]
    days = series.groupby("day", as_index=False)["answers"].sum().merge(daily[["day", "learners"]], on="day", how="left")
    days["learners"] = days["learners"].fillna(1).astype("int64")
    anonymous = max(int(series["answers"].sum()) - int(busiest.sum()), 0)
    return People(days, pd.concat(groups, ignore_index=True), cells, len(busiest) + anonymous)


def _cover(reached: np.ndarray, answers: int) -> int:
    """The fewest learners who can have received so many answers; answers of unknown learners count for one each."""
    if len(reached) and answers <= reached[-1]:
        return int(np.searchsorted(reached, answers)) + 1
    return len(reached) + answers - (int(reached[-1]) if len(reached) else 0)


def _raised(found: People, counted: pd.DataFrame) -> People:
    """The exact numbers where the raw rows know more than the rollups prove."""
    is_whole = {name: counted[name] == "*" for name in ("day", "model", "source")}
    by_day = counted[~is_whole["day"] & is_whole["model"] & is_whole["source"]].assign(day=lambda f: pd.to_datetime(f["day"]))
    by_cell = counted[~is_whole["day"] & ~is_whole["model"]].assign(day=lambda f: pd.to_datetime(f["day"]))
    groups = [
        counted[is_whole["day"] & ~is_whole[name]].assign(dimension=name, group=lambda f, name=name: f[name])
        for name in ("model", "source")
    ]
    return replace(
        found, days=_larger(found.days, by_day, ["day"]), cells=_larger(found.cells, by_cell, ["day", "model"]),
        groups=_larger(found.groups, pd.concat(groups), ["dimension", "group"]),
    )  # fmt: skip


def _larger(least: pd.DataFrame, counted: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    both = least.merge(counted[[*keys, "learners"]], on=keys, how="left", suffixes=("", "_counted"))
    both["learners"] = both[["learners", "learners_counted"]].max(axis=1).astype("int64")
    return both.drop(columns="learners_counted")
