"""Objectives of the period: state, budget, alerts, burn-down and burn episodes (definitions S1 to S6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.metrics import alerts as alerting
from workbench.metrics import slo, wording
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.slices import Slices, budget_ratio
from workbench.reports.scope import Scope
from workbench.slo_files import Objective

POINTS = 160
"""Instants of a burn-down line: enough for its shape, few enough for the page."""
REASONS = {
    "idle": "nobody used the platform", "silent": "learners were there, but nothing was answered",
    "few": f"fewer than {K} learners asked", "": "no answer counts for it",
}  # fmt: skip
"""Why an objective has no data, in words (definition S6)."""


@dataclass(frozen=True)
class Judged:
    """An objective with its slices and what they come to at the cut-off."""

    objective: Objective
    slices: Slices
    found: slo.Assessment


def judge(objectives: Sequence[Objective], counted: pd.DataFrame, scope: Scope) -> list[Judged]:
    """Every objective over the period, as of the cut-off.

    Args:
        objectives: in the order in which they are shown.
        counted: `slo`, `slot` (instant), `good`, `total`: the period's slices and those of three days before it.
        scope: period and cut-off. A period that has not begun is judged at its end, without data.
    """
    grouped = dict(iter(counted.groupby("slo")))
    cutoff = scope.until_at if scope.has_begun else scope.end_at
    judged = []
    for objective in objectives:
        part = grouped.get(objective.name, counted.iloc[:0])
        slices = Slices.of(part["slot"], part["good"], part["total"])
        edges = scope.midnights if objective.time_slice_window == 86400 else None
        found = slo.assess(slices, objective.goal, scope.start_at, scope.end_at, cutoff, edges)
        judged.append(Judged(objective, slices, found))
    return judged


def _instant(seconds: float | None) -> pd.Timestamp:
    return pd.NaT if seconds is None else pd.Timestamp(seconds, unit="s", tz="UTC").as_unit("us")


def objectives_frame(judged: Sequence[Judged], scope: Scope, silence: str) -> pd.DataFrame:
    """One row an objective.

    `target`, `sli`, `low`, `high`: ratios; `good`, `bad`, `total` in `unit` (answers or time slices); `allowed`: bad ones of the whole
    period; `consumed`, `remaining`: shares of the budget; `burn`: over the period so far; `burn_day`: over the last 24 hours;
    `exhausted_at`: instant since which the budget is empty; `outlook`: that, or what is to come, in words; `reason`: why no data.
    """
    return pd.DataFrame([_objective(one, scope, silence) for one in judged])


def _objective(one: Judged, scope: Scope, silence: str) -> dict[str, Any]:
    found, indicator, money = one.found, one.found.indicator, one.found.budget
    words = {"objective": one.objective.name, "title": one.objective.display_name, "description": one.objective.description}
    unit = _events(one) if indicator.method == "Occurrences" else "time slices"
    return {
        **words, "owner": one.objective.owner, "state": found.state, "reason": REASONS[silence] if found.state == "no_data" else "",
        "method": indicator.method, "unit": unit, "target": money.target, "sli": indicator.value, "low": indicator.low,
        "high": indicator.high, "good": money.good, "bad": money.bad, "total": money.total, "allowed": money.allowed,
        "consumed": money.consumed, "remaining": money.remaining, "burn": money.burn, "burn_day": _burn_of_day(one, scope),
        "exhausted_at": _instant(found.exhausted_at), "outlook": wording.outlook(found, scope.until_at, scope.timezone),
        "alerts_firing": sum(alert.state == "firing" for alert in found.alerts),
    }  # fmt: skip


def _burn_of_day(one: Judged, scope: Scope) -> float:
    good, total = one.slices.window(scope.until_at.timestamp() - 86400, scope.until_at)
    return float((total - good) / total / budget_ratio(one.objective.target)) if total >= K else float("nan")


def alerts_frame(judged: Sequence[Judged], scope: Scope) -> pd.DataFrame:
    """One row an objective and window pair, at the cut-off.

    `threshold`, `burn_long`, `burn_short`: burn rates; `long_s`, `short_s`: windows; `state`: firing, quiet, unreachable or
    insufficient_data; `sentence`: what it means. A long window with fewer than 10 answers keeps its state; its figures are withheld.
    """
    rows = [_alert(one, alert, scope) for one in judged for alert in one.found.alerts]
    return pd.DataFrame(rows, columns=_ALERT)


_ALERT = (
    "objective", "title", "severity", "long_s", "short_s", "threshold", "burn_long", "burn_short", "bad_long", "total_long", "state",
    "sentence", "suppressed",
)  # fmt: skip


def _events(one: Judged) -> str:
    """What the objective counts, in the plural."""
    return "citations" if one.objective.fact == "fact_citation" else "answers"


def _alert(one: Judged, alert: alerting.Alert, scope: Scope) -> tuple[Any, ...]:
    few, none = 0 < alert.total_long < K, float("nan")
    words = (one.objective.name, one.objective.display_name, alert.severity, alert.rung.long, alert.rung.short, alert.threshold)
    if few and alert.state != "unreachable":
        sentence = f"Fewer than {K} {_events(one)} in the last {wording.span(alert.rung.long)}: their number is withheld."
    else:
        sentence = wording.reading(alert, one.found.budget, scope.until_at, scope.timezone, _events(one))
    burn_short = none if few or alert.total_short < K else alert.burn_short
    figures = (none, none, none, none) if few else (alert.burn_long, burn_short, alert.bad_long, alert.total_long)
    return (*words, *figures, alert.state, sentence, few)


def burn_down_frame(judged: Sequence[Judged], scope: Scope) -> pd.DataFrame:
    """What was left of each budget: `objective`, `at` (instant), `remaining` (1 is all, below 0 is overspent); none without data."""
    parts = []
    for one in judged:
        if scope.has_begun:
            line = slo.burn_down(one.slices, one.objective.goal, scope.start_at, scope.end_at, scope.until_at, _edges(one, scope), POINTS)
            at = pd.to_datetime(line.at, unit="s", utc=True).as_unit("us")
            parts.append(pd.DataFrame({"objective": one.objective.name, "at": at, "remaining": line.remaining}))
    empty = pd.DataFrame(
        {"objective": pd.Series(dtype=object), "at": pd.Series(dtype="datetime64[us, UTC]"), "remaining": pd.Series(dtype=float)}
    )
    return pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)


def _edges(one: Judged, scope: Scope) -> Any:
    return scope.midnights if one.objective.time_slice_window == 86400 else None


def episodes_frame(judged: Sequence[Judged], scope: Scope) -> pd.DataFrame:
    """Spans in which alerts fired, by start: `objective`, `title`, `severity`, `from_at`, `to_at`, `answers`, `bad`, `budget_share` (of the
    whole period's budget), `peak_burn`. Figures of a span with fewer than 10 answers are withheld."""
    rows = []
    for one in judged if scope.has_begun else ():
        period = int((scope.end_at - scope.start_at).total_seconds())
        spans = alerting.episodes(one.slices, one.objective.target, scope.start_at, scope.until_at, period, one.objective.ladder)
        words = (one.objective.name, one.objective.display_name)
        rows += [(*words, s.severity, _instant(s.start), _instant(s.end), s.answers, s.bad, s.share, s.peak) for s in spans]
    columns = ["objective", "title", "severity", "from_at", "to_at", "answers", "bad", "budget_share", "peak_burn"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["from_at", "objective"], ignore_index=True)
    for name in ("from_at", "to_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return suppress(frame, columns[:5], "answers", totals=False).table


def verdict(frame: pd.DataFrame, scope: Scope) -> Mapping[str, str]:
    """State and sentence of the whole report, from the objectives."""
    state = slo.worst(list(frame["state"]))
    return {"state": state, "sentence": _sentence(frame, scope)}


def _sentence(frame: pd.DataFrame, scope: Scope) -> str:
    named = {state: list(part["title"]) for state, part in frame.groupby("state", sort=False)}
    if not scope.has_begun:
        return "There is nothing to judge yet: the period has not begun."
    if set(named) <= {"no_data"}:
        return f"There is nothing to judge: {_why(frame)} in this period."
    missed = [
        f"{row.title} ({100 * row.sli:.1f} %, promised {100 * row.target:g} %)" for row in frame[frame["state"] == "breached"].itertuples()
    ]
    so_far = "" if scope.is_finished else " so far"
    parts = []
    if missed:
        parts.append(f"{len(missed)} of {len(frame)} objectives {'was' if len(missed) == 1 else 'were'} missed{so_far}: {_list(missed)}")
    if risky := named.get("at_risk", []):
        parts.append(f"at risk: {_list(risky)}")
    if good := named.get("met", []):
        every = len(good) == len(frame)
        parts.append(f"all {len(good)} objectives were met{so_far}" if every else f"met{so_far}: {_list(good)}")
    if silent := named.get("no_data", []):
        parts.append(f"no data for {_list(silent)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def _why(frame: pd.DataFrame) -> str:
    reasons = set(frame["reason"]) - {""}
    return reasons.pop() if len(reasons) == 1 else "no answers were recorded"


def _list(words: Sequence[str]) -> str:
    """
    >>> _list(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
