"""Latency of the answers without error: by day, over the period, spread over bands, and how far the histogram is from exact (Q1, Q2)."""

import math

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K, suppress

LEVELS = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
FEW = 100
"""Below so many answers a 99th percentile hangs on one of them: it is marked few."""
MERGE = 20
"""Histogram buckets put into one band of the heat map: each band ends half as high again as it begins."""


def daily_frame(daily: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a day with answers: `day`, `answers`, `p50_ms`, `p95_ms`, `p99_ms`, `few` (p99 over fewer than 100), `is_exact`.

    Args:
        daily: of `ai_latency_daily`. learners: `day`, `learners`; days of fewer than 10 are withheld.
    """
    frame = daily.merge(learners[["day", "learners"]], on="day", how="left").fillna({"learners": 0})
    frame["few"] = frame["answers"] < FEW
    shown = suppress(frame[["day", "answers", *LEVELS, "few", "is_exact", "learners"]], "day").table.drop(columns="learners")
    return shown.assign(few=shown["few"].eq(True), is_exact=shown["is_exact"].eq(True))


def period_frame(period: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a level: `level`, `ms` over the period (merged histograms), `previous_ms` of the period before, `answers`, `few`."""
    rows = []
    for level in LEVELS:
        now, then = (float(part[level].iloc[0]) if len(part) else math.nan for part in (period, before))
        answers = int(period["answers"].iloc[0]) if len(period) else 0
        rows.append((level.removesuffix("_ms"), now, then, answers, level == "p99_ms" and 0 < answers < FEW))
    return pd.DataFrame(rows, columns=["level", "ms", "previous_ms", "answers", "few"])


def models_frame(models: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a model, most answers first: `model`, `answers`, `p50_ms`, `p95_ms`, `p99_ms`, `few`.

    Args:
        models: of `ai_latency_period(by_model=True)`. learners: `model`, `learners`.
    """
    frame = (
        models.merge(learners, on="model", how="left").fillna({"learners": 0}).sort_values("answers", ascending=False, ignore_index=True)
    )
    frame["few"] = frame["answers"] < FEW
    shown = suppress(frame[["model", "answers", *LEVELS, "few", "learners"]], "model").table.drop(columns="learners")
    return shown.assign(few=shown["few"].eq(True))


def bands_frame(histogram: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a day and band with answers: `day`, `band` (label), `from_ms`, `to_ms`, `answers`, `share` of the day's answers.

    Bands with fewer than 10 answers, and days of fewer than 10 learners, are withheld, and what the day's total would give back.

    Args:
        histogram: of `ai_latency_histogram(merge=MERGE)`. learners: `day`, `learners`.
    """
    frame = histogram.copy()
    frame["band"] = [band_label(low, high) for low, high in zip(frame["from_ms"], frame["to_ms"], strict=True)]
    frame["share"] = frame["answers"] / frame.groupby("day")["answers"].transform("sum")
    people = dict(zip(learners["day"], learners["learners"], strict=True))
    frame["about"] = np.minimum(frame["answers"], frame["day"].map(people).fillna(K)).astype("int64")
    keys = ["day", "band", "from_ms", "to_ms"]
    return suppress(frame[[*keys, "answers", "share", "about"]], keys, "about", within=["day"]).table.drop(columns="about")


def band_label(low: float, high: float) -> str:
    """A band in words, to two significant digits.

    >>> band_label(812.4, 1218.9), band_label(0, 0)
    ('0.81–1.2 s', '0 s')
    """
    return "0 s" if high == 0 else f"{low / 1000:.2g}–{high / 1000:.2g} s"


def check_frame(merged: pd.DataFrame, exact: pd.DataFrame, days: int) -> pd.DataFrame:
    """The histogram against exact percentiles over the same raw rows (definition Q1): the figure behind the claim of 1 %.

    Returns:
        One row a level: `level`, `histogram_ms`, `exact_ms`, `error` (ratio), `answers`, `days` checked, `comparable` (false where raw
        rows of these days are archived).
    """
    rows = []
    for level in LEVELS if len(merged) and len(exact) else ():
        found, truth = float(merged[level].iloc[0]), float(exact[level].iloc[0])
        same = int(merged["answers"].iloc[0]) == int(exact["answers"].iloc[0])
        error = found / truth - 1 if same and truth else math.nan
        rows.append((level.removesuffix("_ms"), found, truth, error, int(exact["answers"].iloc[0]), days, same))
    return pd.DataFrame(rows, columns=["level", "histogram_ms", "exact_ms", "error", "answers", "days", "comparable"])
