"""Spaced repetition (definition P5): what is due, and how much is recalled after how long, against what tracing predicts."""

import numpy as np
import pandas as pd

from workbench.metrics import sm2
from workbench.metrics.disclosure import suppress
from workbench.metrics.stats import wilson
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.inputs import DUE_DAYS

DAY_S = 86_400


def due_frame(due: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row for what is overdue (no `day`) and for each of the next 30 local days: `day`, `reviews`, `learners`. Days of fewer than 10
    learners are withheld. Empty where no platform plans reviews."""
    if not len(due):
        return pd.DataFrame({"day": pd.Series(dtype="datetime64[us]"), "reviews": [], "learners": [], "suppressed": []})
    first = pd.Timestamp(asked.until).tz_convert(asked.scope.timezone).tz_localize(None).normalize()
    days = pd.DataFrame({"day": pd.date_range(first, periods=DUE_DAYS, freq="D").astype("datetime64[us]")})
    counted = due.groupby("day").agg(reviews=("learner_id", "size"), learners=("learner_id", "nunique")).reset_index()
    frame = days.merge(counted, on="day", how="left").fillna({"reviews": 0, "learners": 0})
    late = due[due["day"].isna()]
    over = pd.DataFrame({"day": [pd.NaT], "reviews": [len(late)], "learners": [late["learner_id"].nunique()]})
    return suppress(pd.concat([over.astype({"day": "datetime64[us]"}), frame], ignore_index=True), "day", totals=False).table


def overdue_frame(due: pd.DataFrame) -> pd.DataFrame:
    """How reviews that are overdue spread over learners: `overdue` (how many a learner has), `learners`, `reviews`. Rows of fewer than 10
    learners are withheld, and what would give them back."""
    mine = due[due["day"].isna()].groupby(["platform", "learner_id"]).size()
    bands = (("1 to 4", 1, 4), ("5 to 9", 5, 9), ("10 to 19", 10, 19), ("20 or more", 20, np.inf))
    rows = [(name, int(mine.between(low, high).sum()), int(mine[mine.between(low, high)].sum())) for name, low, high in bands if len(mine)]
    return suppress(pd.DataFrame(rows, columns=["overdue", "learners", "reviews"]), "overdue").table


def recall_frame(answers: pd.DataFrame) -> pd.DataFrame:
    """How much is recalled after how many days: one row a band of days since the skill was practised last: `from_days`, `to_days` (not with
    it; NaN: open), `learners`, `reviews` (first answers of a UTC day to a skill practised on an earlier one), `recalled`, `recall` with
    `low`, `high`, and `predicted`: the mean that tracing, which forgets nothing by itself, predicts for the same answers. Bands of fewer
    than 10 learners are withheld.

    Args:
        answers: `tracing.Traced.answers`.
    """
    columns = ["from_days", "to_days", "learners", "reviews", "recalled", "recall", "low", "high", "predicted"]
    reviews = _reviews(answers)
    edges = sm2.recall_by_interval(reviews["gap"].to_numpy(), reviews["is_correct"].to_numpy().astype(bool)) if len(reviews) else []
    rows = []
    for band in edges:
        begin, to = float(band["from_days"]), np.nan if band["to_days"] is None else float(band["to_days"])
        part = reviews[(reviews["gap"] >= begin) & ((reviews["gap"] < to) | np.isnan(to))]
        low, high = wilson(part["is_correct"].sum(), len(part))
        told = (
            part["learner_id"].nunique(),
            len(part),
            part["is_correct"].sum(),
            part["is_correct"].mean(),
            low,
            high,
            part["predicted"].mean(),
        )
        rows.append((begin, to, *told))
    frame = pd.DataFrame(rows, columns=columns).astype("float64")
    return suppress(frame[frame["reviews"] > 0].reset_index(drop=True), columns[:2], totals=False).table


def _reviews(answers: pd.DataFrame) -> pd.DataFrame:
    keys = ["platform", "learner_id", "skill_id"]
    known = answers[answers["predicted"].notna()]
    day = (known["at_s"] // DAY_S).astype("int64")
    first = known.assign(day=day)[~known.assign(day=day).duplicated([*keys, "day"])]
    gap = first["day"] - first.groupby(keys)["day"].shift()
    return first.assign(gap=gap, is_correct=first["is_correct"].astype(float))[gap.notna()]
