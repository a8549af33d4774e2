"""Days without data and of which kind (definition S6), and the stored rollups against raw rows (definition Q5)."""

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K, suppress
from workbench.reports.scope import Scope

SHOWN_DRIFTS = 200
TOLERANCE = 1e-9
"""Relative difference that is no drift: sums of floats in another order."""


def answers_frame(daily: pd.DataFrame, without: pd.DataFrame, learners: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row for each day of the period that has begun: `day`, `answers`, `errors`, `kind` (data, idle, silent or unused); days of fewer
    than 10 learners are withheld, and what the total would give back."""
    last = pd.Timestamp(scope.last_day) if scope.has_begun else pd.Timestamp(scope.start) - pd.Timedelta(days=1)
    frame = pd.DataFrame({"day": pd.date_range(scope.start, last, freq="D").astype("datetime64[us]")})
    for part in (daily[["day", "answers", "errors"]], without[["day", "kind"]], learners[["day", "learners"]]):
        frame = frame.merge(part, on="day", how="left")
    frame = frame.fillna({"answers": 0, "errors": 0, "learners": 0})
    frame["kind"] = frame["kind"].where(frame["kind"].notna(), np.where(frame["answers"] > 0, "data", "idle"))
    return suppress(frame, ["day", "kind"]).table.drop(columns="learners")


def without_frame(without: pd.DataFrame) -> pd.DataFrame:
    """One row a day without answers: `day`, `kind`, `sessions` begun on it (withheld below 10), `other_answers` (of other models)."""
    frame = without[["day", "kind", "sessions", "other_answers"]]
    return suppress(frame, ["day", "kind"], "sessions", totals=False).table


def audit_frame(compared: pd.DataFrame) -> pd.DataFrame:
    """One row a rollup: `rollup`, `days` and `figures` compared with raw rows, `drifting` figures, `pending` of them on days that changed
    since the last refresh, `largest` relative drift.

    Args:
        compared: of `rollup_audit`.
    """
    frame = compared.assign(relative=_relative(compared))
    frame["drifts"] = frame["relative"] > TOLERANCE
    rows = [
        (
            name,
            part["day"].nunique(),
            len(part),
            int(part["drifts"].sum()),
            int((part["drifts"] & part["is_pending"]).sum()),
            part["relative"].max(),
        )
        for name, part in frame.groupby("rollup", sort=True)
    ]
    return pd.DataFrame(rows, columns=["rollup", "days", "figures", "drifting", "pending", "largest"])


def drift_frame(compared: pd.DataFrame) -> pd.DataFrame:
    """The drifting figures, largest first, at most 200: `platform`, `day`, `rollup`, `metric`, `stored`, `raw`, `drift`, `is_pending`.
    Figures below 10 on either side are withheld."""
    frame = compared.assign(relative=_relative(compared))
    frame = frame[frame["relative"] > TOLERANCE].nlargest(SHOWN_DRIFTS, "relative").drop(columns="relative").reset_index(drop=True)
    smallest = frame[["stored", "raw"]].abs().replace(0, np.nan).min(axis=1).fillna(0)
    frame["about"] = np.where(smallest > 0, np.maximum(smallest, 1), 0).clip(max=K)
    keys = ["platform", "day", "rollup", "metric", "is_pending"]
    return suppress(frame, keys, "about", totals=False).table.drop(columns="about")


def _relative(compared: pd.DataFrame) -> pd.Series:
    scale = compared[["stored", "raw"]].abs().max(axis=1)
    return (compared["drift"].abs() / scale.where(scale > 0)).fillna(0.0)
