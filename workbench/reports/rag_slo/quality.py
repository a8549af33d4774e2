"""Citations, relevance and feedback: the period's figures with intervals and changes, by day, and why citations fail (R1 to R3, X1, X2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.metrics import stats
from workbench.metrics.disclosure import suppress
from workbench.metrics.stats import Moments, Proportion

Value = Proportion | Moments
REASONS = {
    "citations_missing": "source not on record", "citations_expired": "past its retention", "citations_not_permitted": "no permission",
    "citations_unlicensed": "no licence for use",
}  # fmt: skip
"""Why a citation is not sound, in the order in which it is judged (definition R2)."""


@dataclass(frozen=True)
class Measure:
    """A figure of answer quality: its key, label and unit, and how it comes from sums."""

    key: str
    label: str
    unit: str
    of: Callable[[pd.Series], Value]


def _proportion(good: str, *parts: str) -> Callable[[pd.Series], Proportion]:
    """Good over the sum of parts; a part after a minus sign is taken off."""

    def made(sums: pd.Series) -> Proportion:
        total = sum(-sums[name[1:]] if name.startswith("-") else sums[name] for name in parts)
        return Proportion(int(sums[good]), int(total))

    return made


def _moments(name: str, scale: float = 1.0) -> Callable[[pd.Series], Moments]:
    def made(sums: pd.Series) -> Moments:
        return Moments(int(sums[f"{name}_count"]), float(sums[f"{name}_sum"]) * scale, float(sums[f"{name}_square_sum"]) * scale**2)

    return made


def _feedback(sums: pd.Series) -> Moments:
    rated = sums["feedback_up"] + sums["feedback_zero"] + sums["feedback_down"]
    extremes = sums["feedback_up"] + sums["feedback_down"]
    return Moments(int(rated), float(sums["feedback_up"] - sums["feedback_down"]), float(extremes))


MEASURES = (
    Measure("availability", "Questions answered", "share", lambda s: Proportion(int(s["answers"] - s["errors"]), int(s["answers"]))),
    Measure("coverage", "Answers with a citation", "share", _proportion("cited", "answers", "-errors")),
    Measure("integrity", "Citations that are sound", "share", _proportion("resolvable_citations", "citations")),
    Measure(
        "citation_rate", "Share of the response backed by citations (as stated by the platform)", "share", _moments("citation_rate", 0.01)
    ),
    Measure("relevance", "Relevance score (0 to 1)", "score", _moments("relevance")),
    Measure("satisfaction", "Thumbs up among up and down", "share", _proportion("feedback_up", "feedback_up", "feedback_down")),
    Measure("feedback", "Mean rating (−1 to +1)", "score", _feedback),
)
DAILY = ("coverage", "integrity", "satisfaction")
"""Measures drawn by day."""


def quality_frame(now: pd.Series, before: pd.Series) -> pd.DataFrame:
    """One row a measure: `measure`, `label`, `unit` (share or score), `value` with `low` and `high`, `count` behind it; `previous` of
    the period before, `difference` with `difference_low` and `difference_high`, `change`: higher, lower, none or no data (definition X2).

    Args:
        now: sums of the period, by the columns of `ai_answer_daily`. before: of the period before.
    """
    return pd.DataFrame([_row(measure, now, before) for measure in MEASURES])


def _row(measure: Measure, now: pd.Series, before: pd.Series) -> dict[str, Any]:
    current, previous = measure.of(now), measure.of(before)
    found = stats.change(previous, current)
    value, count = (current.value, current.total) if isinstance(current, Proportion) else (current.mean, current.count)
    no_data = found.difference != found.difference
    word = "no data" if no_data else "none" if not found.is_change else "higher" if found.difference > 0 else "lower"
    low, high = current.interval
    return {
        "measure": measure.key, "label": measure.label, "unit": measure.unit, "value": value, "low": low, "high": high, "count": count,
        "previous": found.previous, "difference": found.difference, "difference_low": found.low, "difference_high": found.high,
        "change": word,
    }  # fmt: skip


def daily_frame(daily: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a day and measure of `DAILY` with something to count: `day`, `measure`, `value`, `low`, `high`, `count`.

    Args:
        daily: of `ai_answer_daily`, days of the period. learners: `day`, `learners`; days of fewer than 10, and cells about fewer than 10
            answers, citations or ratings, are withheld.
    """
    people = dict(zip(learners["day"], learners["learners"], strict=True))
    chosen = [measure for measure in MEASURES if measure.key in DAILY]
    rows = []
    for record in daily.to_dict("records"):
        for measure in chosen:
            part = measure.of(record)  # type: ignore[arg-type]
            if part.total:
                about = min(int(part.total), int(people.get(record["day"], part.total)))
                rows.append((record["day"], measure.key, part.value, *part.interval, int(part.total), about))
    frame = pd.DataFrame(rows, columns=["day", "measure", "value", "low", "high", "count", "about"])
    frame["day"] = frame["day"].astype("datetime64[us]")
    return suppress(frame, ["day", "measure"], "about", within=["measure"]).table.drop(columns="about")


def reasons_frame(now: pd.Series, before: pd.Series) -> pd.DataFrame:
    """Why citations are not sound (definition R2): `reason`, `label`, `citations`, `share` of all citations with `low` and `high`,
    `previous` share; fewer than 10 citations are withheld."""
    rows = []
    for name, label in REASONS.items():
        part, old = Proportion(int(now[name]), int(now["citations"])), Proportion(int(before[name]), int(before["citations"]))
        rows.append((name.removeprefix("citations_"), label, int(part.good), part.value, *part.interval, old.value))
    frame = pd.DataFrame(rows, columns=["reason", "label", "citations", "share", "low", "high", "previous"])
    return suppress(frame, ["reason", "label"], "citations").table
