"""Cost in yen: of the period, a day, an answer, a model, a learner, and by the end of the month (definitions R4, Q3, S7)."""

from datetime import timedelta

import numpy as np
import pandas as pd

from workbench.metrics import days, stats
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.stats import Moments, Proportion
from workbench.reports.scope import Scope


def cost_frame(now: pd.Series, before: pd.Series, learners: pd.DataFrame) -> pd.DataFrame:
    """One row: `cost_jpy`, `answers`, `priced`, `unpriced` (answers without error and without price), `unpriced_share`; per priced answer
    `cost_per_answer` with `low` and `high`, `previous`, `difference`, `difference_low`, `difference_high`; `learners`, `cost_per_learner`,
    `cost_per_learner_p95`, `top_share` (of the costliest tenth), `top_learners`.

    Args:
        now, before: sums of the period and of the one before. learners: one row a learner with `cost_jpy`.
    """
    current, previous = _per_answer(now), _per_answer(before)
    change = stats.change(previous, current)
    low, high = current.interval
    each = learners["cost_jpy"].to_numpy(dtype=float)
    fine = int(now["answers"] - now["errors"])
    without = Proportion(max(fine - int(now["priced"]), 0), fine)
    row = {
        "cost_jpy": float(now["cost_jpy"]), "answers": int(now["answers"]), "priced": int(now["priced"]), "unpriced": int(without.good),
        "unpriced_share": without.value, "cost_per_answer": current.mean, "low": low, "high": high, "previous": previous.mean,
        "difference": change.difference, "difference_low": change.low, "difference_high": change.high,
    }  # fmt: skip
    return pd.DataFrame([{**row, **_by_learner(each)}])


def _per_answer(sums: pd.Series) -> Moments:
    return Moments(int(sums["priced"]), float(sums["cost_jpy"]), float(sums["cost_square_sum"]))


def _by_learner(each: np.ndarray) -> dict[str, float]:
    """Figures over learners; the costliest tenth and the 95th percentile are told only where they are about 10 or more."""
    if len(each) < K:
        return dict.fromkeys(("learners", "cost_per_learner", "cost_per_learner_p95", "top_share", "top_learners"), np.nan)
    top = stats.top_share(each)
    shown = top.holders >= K
    return {
        "learners": float(len(each)), "cost_per_learner": float(each.mean()),
        "cost_per_learner_p95": float(np.quantile(each, 0.95)) if 0.05 * len(each) >= K else np.nan,
        "top_share": top.share if shown else np.nan, "top_learners": float(top.holders) if shown else np.nan,
    }  # fmt: skip


def models_frame(by_model: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a model, the costliest first: `model`, `answers`, `priced`, `unpriced`, `cost_jpy`, `share` of the cost, `cost_per_answer`
    with `low` and `high`.

    Args:
        by_model: one row a model with the sums of `ai_answer_by_model`. learners: `model`, `learners`.
    """
    frame = by_model[["model", "answers", "priced", "cost_jpy"]].copy()
    frame["unpriced"] = (by_model["answers"] - by_model["errors"] - by_model["priced"]).clip(lower=0)
    frame["share"] = frame["cost_jpy"] / frame["cost_jpy"].sum() if frame["cost_jpy"].sum() else np.nan
    each = [_per_answer(row) for row in by_model.to_dict("records")]  # type: ignore[arg-type]
    frame["cost_per_answer"] = [one.mean for one in each]
    frame["low"], frame["high"] = [one.interval.low for one in each], [one.interval.high for one in each]
    frame = (
        frame.merge(learners, on="model", how="left").fillna({"learners": 0}).sort_values("cost_jpy", ascending=False, ignore_index=True)
    )
    return suppress(frame, "model").table.drop(columns="learners")


def daily_frame(series: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a day and model: `day`, `model`, `answers`, `priced`, `cost_jpy`, `cost_per_answer_jpy`; cells of fewer than 10 learners are
    withheld, and what the day's total would give back.

    Args:
        series: of `ai_answer_series`, days of the period. learners: `day`, `model`, `learners`.
    """
    frame = series.groupby(["day", "model"], as_index=False)[["answers", "priced", "cost_jpy"]].sum()
    frame["cost_per_answer_jpy"] = frame["cost_jpy"] / frame["priced"].where(frame["priced"] > 0)
    frame = frame.merge(learners[["day", "model", "learners"]], on=["day", "model"], how="left").fillna({"learners": 0})
    return suppress(frame, ["day", "model"], within=["day"]).table.drop(columns="learners")


def forecast_frame(daily: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """What the month of the last day will have cost by its end: one row with `month` (first day), `state` (forecast, complete or
    not_forecast), `spent`, `total` with `low` and `high`, `days_left`, `history` (days it rests on).

    Args:
        daily: of `ai_answer_daily`, period and history; only days that are over at the cut-off are used.
    """
    last = scope.complete_until - timedelta(days=1)
    month, upto = last.replace(day=1), pd.Timestamp(scope.complete_until)
    known = daily[daily["day"] < upto]
    first = min(known["day"].min(), pd.Timestamp(month)) if len(known) else pd.Timestamp(month)
    calendar = pd.date_range(first, upto - pd.Timedelta(days=1), freq="D")
    spent = known.set_index("day")["cost_jpy"].reindex(calendar, fill_value=0.0)
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    found = days.month_end(calendar.to_numpy(), spent.to_numpy(), after.isoformat()) if len(known) else days.month_end([], [])
    row = {name: getattr(found, name) for name in ("state", "spent", "total", "low", "high", "days_left", "history")}
    return pd.DataFrame([{"month": pd.Timestamp(month).as_unit("us"), **row}])
