"""What stands out in the period, each in a sentence with its evidence, found by general rules: nothing here knows simulated data.

Rates of a model or a source that rise for some days, hours in which an objective was missed far more than usual, prices that change, days
without answers. Every rule names the chance of being fooled; the baseline reaches back before the period (definition X3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from workbench.metrics import days as calendar
from workbench.metrics.disclosure import K
from workbench.metrics.slices import Slices, edges
from workbench.reports.rag_slo import scan, words
from workbench.reports.rag_slo.objectives import Judged
from workbench.reports.scope import Scope

COLUMNS = [
    "kind",
    "subject",
    "measure",
    "from_at",
    "to_at",
    "rate",
    "usual",
    "bad",
    "total",
    "change",
    "low",
    "high",
    "sentence",
    "evidence",
]
KINDS = {
    "silent_day": "day without answers", "idle_day": "day without use", "incident": "incident",
    "group_rate": "raised rate of a model or source",
    "price_change": "change of price", "cost_change": "change of cost an answer",
}  # fmt: skip
HOURS = 48
"""The longest incident looked for, in hours."""


@dataclass(frozen=True)
class Rate:
    """A bad share that is looked at day by day: its name, what is bad and of what, the least rise worth a sentence, words for it."""

    name: str
    bad: Callable[[pd.DataFrame], pd.Series]
    total: Callable[[pd.DataFrame], pd.Series]
    least_rise: float
    words: str


RATES = (
    Rate("errors", lambda f: f["errors"], lambda f: f["answers"], 0.05, "of the questions ended in an error"),
    Rate("uncited", lambda f: f["answers"] - f["errors"] - f["cited"], lambda f: f["answers"] - f["errors"], 0.1,
         "of the answers had no citation"),
    Rate("unsound", lambda f: f["citations"] - f["resolvable_citations"], lambda f: f["citations"], 0.1, "of the citations were not sound"),
    Rate("disliked", lambda f: f["feedback_down"], lambda f: f["feedback_up"] + f["feedback_down"], 0.2, "of the ratings were down"),
)  # fmt: skip


def empty() -> pd.DataFrame:
    """No findings: the frame's columns without rows."""
    frame = pd.DataFrame({name: pd.Series(dtype=object if name in _TEXT else "float64") for name in COLUMNS})
    return frame.astype(dict.fromkeys(("from_at", "to_at"), "datetime64[us, UTC]"))


_TEXT = ("kind", "subject", "measure", "sentence", "evidence")


def collect(parts: Sequence[list[dict]]) -> pd.DataFrame:
    """All findings as one frame, by kind and time.

    `kind` (of `KINDS`), `subject` (objective, model or source), `measure`, `from_at`, `to_at`; `rate` inside and `usual` rate outside,
    `bad` of `total` events inside; `change` of a price with `low`, `high` (ratios); `sentence`, `evidence`.
    """
    rows = [row for part in parts for row in part]
    frame = pd.concat([empty(), pd.DataFrame(rows, columns=COLUMNS)], ignore_index=True) if rows else empty()
    frame = frame.astype(dict.fromkeys(("from_at", "to_at"), "datetime64[us, UTC]"))
    order = frame["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    return frame.assign(order=order).sort_values(["order", "from_at", "subject"], ignore_index=True).drop(columns="order")


def _span(scope: Scope, first: pd.Timestamp, last: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Instants at which the first local day begins and the last one ends."""
    return pd.Timestamp(scope.midnight(first.date())), pd.Timestamp(scope.midnight(last.date() + timedelta(days=1)))


def empty_days(without: pd.DataFrame, scope: Scope) -> list[dict]:
    """A finding for each stretch of silent, and of idle days."""
    rows = []
    for kind in ("silent", "idle"):
        chosen = without[without["kind"] == kind]
        for first, last in words.stretches(list(chosen["day"])):
            part = chosen[(chosen["day"] >= first) & (chosen["day"] <= last)]
            from_at, to_at = _span(scope, first, last)
            text = words.empty_days(kind, first, last, int(part["sessions"].sum()))
            rows.append({"kind": f"{kind}_day", "subject": "answers", "measure": "answers", "from_at": from_at, "to_at": to_at, **text})
    return rows


def incidents(judged: Sequence[Judged], scope: Scope) -> list[dict]:
    """Hours in which an objective was missed far more than in the rest of the period."""
    rows = []
    for one in judged if scope.has_begun else ():
        for found, from_at, to_at in incident_windows(one.slices, scope):
            text = words.incident(one.objective, found, from_at, to_at, scope.timezone)
            rows.append(_row("incident", one.objective.display_name, one.objective.name, found, from_at, to_at, text))
    return rows


def incident_windows(slices: Slices, scope: Scope) -> list[tuple[scan.Window, pd.Timestamp, pd.Timestamp]]:
    """Raised windows of up to 48 hours of one objective, with their instants."""
    hours = edges(scope.start_at, scope.until_at, 3600)
    good, total = slices.sums(hours)
    found = scan.raised_windows(total - good, total, longest=HOURS, least_rise=0.15)
    ends = pd.to_datetime(hours, unit="s", utc=True).as_unit("us")
    return [(w, ends[w.start], ends[w.stop]) for w in found if w.total >= K and w.rate >= 2 * w.usual]


def _row(kind: str, subject: str, measure: str, found: scan.Window, start: pd.Timestamp, end: pd.Timestamp, text: dict) -> dict:
    figures = {"rate": found.rate, "usual": found.usual, "bad": float(found.bad), "total": float(found.total)}
    return {"kind": kind, "subject": subject, "measure": measure, "from_at": start, "to_at": end, **figures, **text}


def raised_rates(series: pd.DataFrame, withheld: set[tuple[str, str]], scope: Scope, at_most: int = 6) -> list[dict]:
    """Days on which a model's or a source's errors, missing citations, unsound citations or bad ratings rose.

    All models and sources are scanned; the most certain window is kept and its answers are set aside, so that what one source did is not
    told again of every model; then the rest is scanned again.

    Args:
        series: of `ai_answer_series`, period and history. withheld: (dimension, group) that may not be named.
    """
    rows: list[dict] = []
    for rate in RATES if len(series) else ():
        cube = _Cube(series, rate, withheld)
        while len(rows) < at_most and (best := cube.take()) is not None:
            dimension, group, found = best
            first, last = cube.days[found.start], cube.days[found.stop - 1]
            if last >= pd.Timestamp(scope.start):
                text = words.raised_rate(dimension, group, rate.words, found, first, last)
                rows.append(_row("group_rate", group, rate.name, found, *_span(scope, first, last), text))
    return rows


class _Cube:
    """Bad and total events by day, model and source, from which raised windows are taken one by one."""

    def __init__(self, series: pd.DataFrame, rate: Rate, withheld: set[tuple[str, str]]) -> None:
        self.days = pd.date_range(series["day"].min(), series["day"].max(), freq="D")
        place = (series["day"] - self.days[0]).dt.days.to_numpy()
        codes = {name: pd.factorize(series[name], sort=True) for name in ("model", "source")}
        self.groups = {name: list(names) for name, (_, names) in codes.items()}
        self.counts = np.zeros((2, len(self.days), *(len(names) for names in self.groups.values())))
        for counts, of in zip(self.counts, (rate.bad, rate.total), strict=True):
            np.add.at(counts, (place, codes["model"][0], codes["source"][0]), of(series).clip(lower=0).to_numpy(dtype=float))
        self.rate, self.withheld = rate, withheld

    def take(self) -> tuple[str, str, scan.Window] | None:
        """The most certain raised window of any model or source, its events set aside; None when there is none left."""
        found = []
        several = any(len(names) > 1 for names in self.groups.values())
        for axis, (dimension, names) in enumerate(self.groups.items(), 2):
            if len(names) < 2 and (several or dimension == "source"):
                continue  # one group is everybody: nothing is learnt from its name
            by_group = self.counts.sum(axis=5 - axis)
            for index, group in enumerate(names):
                if (dimension, group) not in self.withheld:
                    found += [(axis, index, window) for window in self._windows(*by_group[:, :, index])]
        if not found:
            return None
        axis, index, best = max(found, key=lambda one: one[2].ratio)
        inside = [slice(None), slice(best.start, best.stop), slice(None), slice(None)]
        inside[axis] = index
        self.counts[tuple(inside)] = 0
        dimension = list(self.groups)[axis - 2]
        return dimension, self.groups[dimension][index], best

    def _windows(self, bad: np.ndarray, total: np.ndarray) -> list[scan.Window]:
        tried = sum(map(len, self.groups.values())) * len(RATES)
        windows = scan.raised_windows(bad, total, longest=len(self.days) // 2, least_rise=self.rate.least_rise, at_most=1)
        return [w for w in windows if w.total >= K and w.rate >= 1.5 * w.usual and w.chance * tried < scan.SIGNIFICANCE]


def price_changes(series: pd.DataFrame, withheld: set[tuple[str, str]], scope: Scope) -> list[dict]:
    """The day from which a model's answers cost another amount, and whether that is its price or longer answers.

    Args:
        series: of `ai_answer_series`, period and history; changes before the period are not named.
    """
    rows = []
    models = series.groupby("model")
    for model, part in models if len(series) else ():
        daily = part.groupby("day")[["cost_jpy", "priced", "tokens"]].sum()
        found = scan.level_change((daily["cost_jpy"] / daily["priced"].where(daily["priced"] > 0)).to_numpy(), daily["priced"].to_numpy())
        if found is None or ("model", model) in withheld or found.chance * models.ngroups >= scan.SIGNIFICANCE:
            continue
        day = daily.index[found.at]
        if day >= pd.Timestamp(scope.start):
            kind = "price_change" if _is_price(daily, found) else "cost_change"
            text = words.price_change(kind, model, found, day)
            start, end = _span(scope, day, pd.Timestamp(scope.last_day))
            levels = {"rate": found.after, "usual": found.before, "change": found.relative, "low": found.low, "high": found.high}
            rows.append({"kind": kind, "subject": model, "measure": "cost_per_answer", "from_at": start, "to_at": end, **levels, **text})
    return rows


def _is_price(daily: pd.DataFrame, found: scan.Change) -> bool:
    """Whether the price of a token changed along: at least half as much, in the same direction. Without tokens it counts as one."""
    if not daily["tokens"].sum():
        return True
    sides = [daily.iloc[: found.at], daily.iloc[found.at :]]
    before, after = (side["cost_jpy"].sum() / max(side["tokens"].sum(), 1) for side in sides)
    return before > 0 and np.log(after / before) / np.log(found.after / found.before) >= 0.5


def unusual_days(daily: pd.DataFrame, latency: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Complete days of the period unlike the same weekday at other times (definition X3).

    Columns: `day`, `series` (answers, errors, p95_ms, cost_jpy), `value`, `expected`, `score` (robust z, or NaN for the Poisson test),
    `method`, `baseline` (days compared with).
    """
    rows = []
    for name, frame in (("answers", daily), ("errors", daily), ("cost_jpy", daily), ("p95_ms", latency)):
        whole = frame[frame["day"] < pd.Timestamp(scope.complete_until)]
        for one in calendar.anomalies(whole["day"].to_numpy(), whole[name].to_numpy()) if len(whole) else ():
            if one.state == "anomaly" and one.day >= np.datetime64(scope.start):
                rows.append((pd.Timestamp(one.day), name, one.value, one.expected, one.score, one.method, one.baseline))
    frame = pd.DataFrame(rows, columns=["day", "series", "value", "expected", "score", "method", "baseline"])
    frame["day"] = frame["day"].astype("datetime64[us]")
    return frame.sort_values(["day", "series"], ignore_index=True)


def located(found: pd.DataFrame, read: Callable[[str], pd.DataFrame], models: Sequence[str], scope: Scope) -> pd.DataFrame:
    """The incidents with the model that stands out in each, if one does.

    Args:
        found: findings. read: a model's slices (`slo`, `slot`, `good`, `total`); asked only if there are incidents.
        models: those worth asking for.
    """
    if not (found["kind"] == "incident").any():
        return found
    counted = {model: read(model) for model in models}
    frame = found.copy()
    for place, row in frame[frame["kind"] == "incident"].iterrows():
        shares = {model: _share(part, row) for model, part in counted.items()}
        telling = {model: share for model, share in shares.items() if share[1] >= K}
        frame.loc[place, "evidence"] = f"{row['evidence']} {words.located(telling, row['rate'])}".strip()
    return frame


def _share(part: pd.DataFrame, row: pd.Series) -> tuple[int, int]:
    inside = part[(part["slo"] == row["measure"]) & (part["slot"] >= row["from_at"]) & (part["slot"] < row["to_at"])]
    return int((inside["total"] - inside["good"]).sum()), int(inside["total"].sum())


def without_repeats(found: pd.DataFrame) -> pd.DataFrame:
    """The findings without incidents of citations that a raised rate of a model or source already tells."""
    told = found[(found["kind"] == "group_rate") & found["measure"].isin(["uncited", "unsound"])]
    repeats = [
        row.kind == "incident"
        and row.measure.startswith("citation")
        and ((told["from_at"] <= row.from_at) & (told["to_at"] >= row.to_at)).any()
        for row in found.itertuples()
    ]
    return found[~np.array(repeats, dtype=bool)].reset_index(drop=True)
