"""What the frames of the report have in common: the whole of all platforms, the periods compared, and cells that say too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K, is_few, suppress, suppress_grid
from workbench.reports.scope import Scope

ALL = "*"
"""Stands for all platforms, tenants or devices together."""


@dataclass(frozen=True)
class Span:
    """Local days `[start, end)`, all of them over at the cut-off."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.end - self.start).days

    @property
    def days(self) -> pd.DatetimeIndex:
        """The days, ascending."""
        return pd.date_range(self.start, periods=self.length, freq="D").astype("datetime64[us]")

    def holds(self, days: pd.Series) -> pd.Series:
        """Which of the days lie in it."""
        return (days >= pd.Timestamp(self.start)) & (days < pd.Timestamp(self.end))


def now(scope: Scope) -> Span:
    """The days of the period that are over at the cut-off: a day under way would look like a fall."""
    return Span(scope.start, scope.complete_until if scope.has_begun else scope.start)


def before(scope: Scope) -> Span:
    """As many days right before the period (definition X2)."""
    span = now(scope)
    return Span(scope.start - timedelta(days=span.length), scope.start)


def withhold(frame: pd.DataFrame, columns: Sequence[str], few: pd.Series | np.ndarray) -> pd.DataFrame:
    """The frame with these columns emptied in some rows."""
    shown = frame.copy()
    for column in columns:
        shown[column] = shown[column].astype(float).where(~np.asarray(few, dtype=bool))
    return shown


def part_is_few(part: pd.Series, whole: pd.Series) -> np.ndarray:
    """Whether a part of some people, or the rest of them, is 1 to 9: either says something about few."""
    inside, rest = np.asarray(part, dtype=float), np.asarray(whole, dtype=float) - np.asarray(part, dtype=float)
    return ((inside > 0) & (inside < K)) | ((rest > 0) & (rest < K))


def least(*counts: pd.Series) -> pd.Series:
    """The smallest number of people, of those that are not none: what the row must be judged by."""
    stacked = pd.concat([count.astype(float).where(count > 0) for count in counts], axis=1)
    return stacked.min(axis=1).fillna(0).astype("int64")


def by_platform(frame: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Sums by platform and keys, and, where several platforms were chosen, of all of them under `*`. Learners of two platforms are two."""
    parts = [frame.groupby(["platform", *keys], as_index=False, observed=True)[list(columns)].sum()]
    if frame["platform"].nunique() > 1:
        whole = frame.groupby(list(keys), as_index=False, observed=True)[list(columns)].sum() if keys else _sum(frame, columns)
        parts.insert(0, whole.assign(platform=ALL)[["platform", *keys, *columns]])
    return pd.concat(parts, ignore_index=True)


def _sum(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return frame[list(columns)].sum().to_frame().T


def grid(frame: pd.DataFrame, column: str, learners: str) -> tuple[pd.DataFrame, set[str]]:
    """The frame with cells about few learners withheld, and what the totals over platforms and over `column` would give back.

    Args:
        frame: one row per `platform` (`*` for all) and `column`, whose numbers of `learners` add up over both.

    Returns:
        The frame with `suppressed`, and the platforms whose total over `column` must not be told.
    """
    if not len(frame):
        return frame.assign(suppressed=pd.Series(dtype=bool)), set()
    text = frame.assign(line=frame[column].astype(str))
    sums = text.groupby("platform", as_index=False, sort=False)[learners].sum().assign(line=ALL)
    both = pd.concat([text[["platform", "line", learners]], sums], ignore_index=True)
    if len(sums) == 1:
        told = suppress(frame, ["platform", column], learners)
        return told.table, set(sums["platform"]) if told.totals_to_withhold or is_few(sums[learners]).any() else set()
    hidden = suppress_grid(both, "platform", "line", learners).table["suppressed"].to_numpy(dtype=bool)
    shown = emptied(frame, ["platform", column], hidden[: len(frame)])
    return shown, set(sums["platform"][hidden[len(frame) :]])


def additive(frame: pd.DataFrame, column: str) -> pd.Series:
    """Numbers of learners by platform with the few withheld, and what the sum of all platforms (`*`) would give back."""
    numbers = frame[column].fillna(0)
    singles = frame.assign(n=numbers)[frame["platform"] != ALL]
    told = suppress(singles[["platform", "n"]], "platform", "n", totals=len(singles) > 1)
    hidden = dict(zip(singles["platform"], told.table["suppressed"], strict=True))
    hidden[ALL] = bool(told.totals_to_withhold)
    return numbers.astype(float).where(~frame["platform"].map(hidden).astype(bool))


def emptied(frame: pd.DataFrame, keys: Sequence[str], hidden: np.ndarray) -> pd.DataFrame:
    """The frame with the column `suppressed`, and nothing but keys in the rows that it marks."""
    shown = frame.copy()
    for column in shown.columns.difference([*keys, "suppressed"], sort=False):
        shown[column] = shown[column].where(~hidden)
    return shown.assign(suppressed=hidden)


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be told."""
    return frame[~frame["suppressed"].astype(bool)]
