"""Sessions: how many, how long, when in the week, on which devices (definitions E4, Q2)."""

from itertools import chain

import numpy as np
import pandas as pd

from workbench.metrics import lengths, sketch
from workbench.metrics.disclosure import K, is_few, suppress
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL

SUMS = ["sessions", "unended", "session_ms", "completion_count", "completion_sum"]
EDGES_MIN = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
"""Minutes at which the bands of lengths end."""


def _learners(people: pd.DataFrame, cell: str) -> pd.DataFrame:
    found = people[people["cell"] == cell][["platform", "key", "learners"]]
    return cells.by_platform(found, ["key"], ["learners"])


def _several(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    parts = [(str(platform), part) for platform, part in frame.groupby("platform")]
    return [(ALL, frame), *parts] if len(parts) > 1 else parts


def summary_frame(sessions: pd.DataFrame, before: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """One row per platform: `platform`, `learners` with a session, `sessions`, `previous` (period before), `unended`, `median_ms` with
    `low`, `high` (of those that ended, from merged histograms), `completion` (mean share done) and `completion_before`. A platform of fewer
    than 10 learners is withheld."""
    counted = _learners(people, "platform").set_index("platform")["learners"]
    rows, earlier = [], dict(_several(before))
    for platform, part in _several(sessions):
        old = earlier.get(platform, before.iloc[:0])
        median = lengths.median(*histogram(part))
        rows.append({
            "platform": platform, "learners": int(counted.get(platform, 0)), "sessions": int(part["sessions"].sum()),
            "previous": int(old["sessions"].sum()), "unended": int(part["unended"].sum()), "median_ms": median.value,
            "low": median.low, "high": median.high, "completion": _ratio(part), "completion_before": _ratio(old),
        })  # fmt: skip
    columns = ["platform", "learners", *SUMS]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    told = suppress(frame, "platform").table
    for name in ("previous", "unended"):
        if name in told:
            told[name] = told[name].astype(float).where(~is_few(told[name].fillna(0)))
    return told


def _ratio(part: pd.DataFrame) -> float:
    """Mean completion, a ratio of sums (definition Q3)."""
    count = part["completion_count"].sum()
    return float(part["completion_sum"].sum() / count) if count >= K else np.nan


def histogram(part: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The merged histogram of lengths: buckets ascending, and sessions in each."""
    filled = part[part["buckets"].str.len() > 0] if len(part) else part
    size = int(filled["buckets"].str.len().sum()) if len(filled) else 0
    flat = [np.fromiter(chain.from_iterable(filled[name]), "int64", size) for name in ("buckets", "counts")]
    buckets, place = np.unique(flat[0], return_inverse=True)
    return buckets, np.bincount(place, weights=flat[1], minlength=len(buckets)).astype("int64")


def days_frame(sessions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """One row per platform and day: `platform`, `day`, `sessions`; days of few learners are withheld, and what totals give back."""
    frame = cells.by_platform(sessions, ["day"], ["sessions"])
    counted = _learners(people, "day").assign(day=lambda f: pd.to_datetime(f["key"]).astype("datetime64[us]"))
    frame = frame.merge(counted[["platform", "day", "learners"]], on=["platform", "day"], how="left").fillna({"learners": 0})
    return cells.grid(frame, "day", "learners")[0].drop(columns="learners")


def lengths_frame(sessions: pd.DataFrame) -> pd.DataFrame:
    """One row per platform and band of lengths: `platform`, `band`, `from_min`, `to_min` (inf: open), `sessions`, `share`. Bands of fewer
    than 10 sessions are withheld, and what the total would give back; sessions that last no time at all are of the first band."""
    edges = np.array([0, *EDGES_MIN, np.inf]) * 60_000
    rows = []
    for platform, part in _several(sessions):
        buckets, counts = histogram(part)
        place = np.clip(np.searchsorted(edges, sketch.value_of(buckets), side="left") - 1, 0, len(edges) - 2)
        found = np.bincount(place, weights=counts, minlength=len(edges) - 1).astype(int)
        for low, high, number in zip(edges[:-1] / 60_000, edges[1:] / 60_000, found, strict=True):
            rows.append((platform, _band(low, high), low, high, number, number / max(found.sum(), 1)))
    frame = pd.DataFrame(rows, columns=["platform", "band", "from_min", "to_min", "sessions", "share"])
    return suppress(frame, ["platform", "band", "from_min", "to_min"], "sessions", within=["platform"]).table


def _band(low: float, high: float) -> str:
    return f"{low:g} min or more" if np.isinf(high) else f"{low:g}–{high:g} min"


def hours_frame(sessions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """One row per weekday and hour over all chosen platforms: `weekday` (1 is Monday), `hour`, `sessions` begun, `suppressed`; cells of
    fewer than 10 learners are withheld, and what the sums by weekday and by hour would give back."""
    counted = people[people["cell"] == "hour"].groupby("key", as_index=False)["learners"].sum()
    rows = []
    weekdays = sessions["day"].dt.day_of_week + 1 if len(sessions) else []
    for weekday, part in sessions.groupby(weekdays) if len(sessions) else ():
        total = np.sum([list(hours) for hours in part["hours"]], axis=0)
        rows += [(int(weekday), hour, int(number)) for hour, number in enumerate(total)]
    frame = pd.DataFrame(rows, columns=["weekday", "hour", "sessions"])
    keys = [f"{weekday} {hour}" for weekday, hour in zip(frame["weekday"], frame["hour"], strict=True)]
    frame["key"] = pd.Series(keys, dtype=object)
    frame = frame.merge(counted, on="key", how="left").fillna({"learners": 0}).drop(columns="key")
    frame.loc[frame["sessions"] == 0, "learners"] = 0
    frame["learners"] = np.where((frame["learners"] == 0) & (frame["sessions"] > 0), 1, frame["learners"])
    return suppress(frame, ["weekday", "hour"], within=["weekday"]).table.drop(columns="learners")


def devices_frame(sessions: pd.DataFrame, before: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """One row per platform and device: `platform`, `device`, `learners` (at least so many), `sessions`, `share`, `completion` and
    `completion_before` (mean share done, NaN where the platform records none). Devices of few learners are withheld, and what the
    platform's total would give back."""
    frame = sessions.groupby(["platform", "device"], as_index=False)[SUMS].sum()
    old = before.groupby(["platform", "device"])[SUMS].sum()
    frame["completion"] = _ratios(frame)
    frame["completion_before"] = _ratios(old).reindex(pd.MultiIndex.from_frame(frame[["platform", "device"]])).to_numpy()
    frame["share"] = frame["sessions"] / frame.groupby("platform")["sessions"].transform("sum")
    counted = people[people["cell"] == "device"].rename(columns={"key": "device"})
    frame = frame.merge(counted[["platform", "device", "learners"]], on=["platform", "device"], how="left").fillna({"learners": 1})
    columns = ["platform", "device", "learners", "sessions", "share", "completion", "completion_before"]
    return suppress(frame[columns], ["platform", "device"], within=["platform"]).table


def _ratios(frame: pd.DataFrame) -> pd.Series:
    return frame["completion_sum"] / frame["completion_count"].where(frame["completion_count"] >= K)
