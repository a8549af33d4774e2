"""From what was read to the frames of the report."""

from typing import Any

import pandas as pd

from workbench.metrics.disclosure import K
from workbench.reports.rag_slo import cost, coverage, findings, groups, latency, objectives, quality
from workbench.reports.rag_slo.inputs import Inputs
from workbench.reports.scope import Scope

Frames = dict[str, pd.DataFrame]


def assemble(found: Inputs, scope: Scope) -> Frames:
    """All frames; see the package for their names."""
    daily = found.daily[found.daily["day"] >= pd.Timestamp(scope.start)]
    before = found.daily[(found.daily["day"] >= pd.Timestamp(scope.previous.start)) & (found.daily["day"] < pd.Timestamp(scope.start))]
    now, then = _sums(daily), _sums(before)
    frames = _objectives(found, scope, now) | _latency(found, scope) | _quality(found, daily, now, then)
    frames |= _cost(found, scope, now, then) | _groups(found)
    told = _findings(found, scope)
    frames |= _coverage(found, daily, scope) | told  # coverage waits for the audit: the last to be made
    frames["suppression"] = _suppression(frames)
    frames["provenance"] = _provenance(found, scope, now)
    return frames


def _sums(daily: pd.DataFrame) -> pd.Series:
    return daily.drop(columns="day").sum()


def _objectives(found: Inputs, scope: Scope, now: pd.Series) -> Frames:
    silence = "" if now["answers"] else "few" if found.few else "silent" if (found.without["kind"] == "silent").any() else "idle"
    judged = objectives.objectives_frame(found.judged, scope, silence)
    return {
        "verdict": pd.DataFrame([objectives.verdict(judged, scope)]), "objectives": judged,
        "alerts": objectives.alerts_frame(found.judged, scope), "burn_down": objectives.burn_down_frame(found.judged, scope),
        "burn_episodes": objectives.episodes_frame(found.judged, scope),
    }  # fmt: skip


def _latency(found: Inputs, scope: Scope) -> Frames:
    daily = found.latency_daily[found.latency_daily["day"] >= pd.Timestamp(scope.start)]
    return {
        "latency_daily": latency.daily_frame(daily, found.people.days),
        "latency_period": latency.period_frame(found.latency_period, found.latency_before),
        "latency_models": latency.models_frame(found.latency_models, found.people.of("model")),
        "latency_bands": latency.bands_frame(found.histogram, found.people.days),
        "latency_check": latency.check_frame(found.merged, found.exact, found.checked_days),
    }


def _quality(found: Inputs, daily: pd.DataFrame, now: pd.Series, then: pd.Series) -> Frames:
    return {
        "quality": quality.quality_frame(now, then), "quality_daily": quality.daily_frame(daily, found.people.days),
        "citation_reasons": quality.reasons_frame(now, then),
    }  # fmt: skip


def _cost(found: Inputs, scope: Scope, now: pd.Series, then: pd.Series) -> Frames:
    series = found.series[found.series["day"] >= pd.Timestamp(scope.start)]
    by_model = found.by_model.drop(columns="source").groupby("model", as_index=False).sum()
    return {
        "cost": cost.cost_frame(now, then, found.learners), "cost_daily": cost.daily_frame(series, found.people.cells),
        "cost_models": cost.models_frame(by_model, found.people.of("model")), "cost_forecast": cost.forecast_frame(found.daily, scope),
    }  # fmt: skip


def _groups(found: Inputs) -> Frames:
    compared = groups.groups_frame(found.by_model, found.people.groups)
    return {
        "groups": compared, "comparisons": groups.comparisons_frame(found.by_model, compared),
        "bearers": groups.bearers_frame(found.learners), "bad_spread": groups.spread_frame(found.learners),
        "concentration": groups.concentration_frame(found.learners),
    }  # fmt: skip


def _coverage(found: Inputs, daily: pd.DataFrame, scope: Scope) -> Frames:
    return {
        "answers_daily": coverage.answers_frame(daily, found.without, found.people.days, scope),
        "days_without_data": coverage.without_frame(found.without),
        "audit": coverage.audit_frame(found.audit), "audit_drift": coverage.drift_frame(found.audit),
        "freshness": found.freshness.drop(columns="refreshed_at"),
    }  # fmt: skip


def _findings(found: Inputs, scope: Scope) -> Frames:
    withheld = found.people.withheld
    parts = [
        findings.empty_days(found.without, scope), findings.raised_rates(found.series, withheld, scope),
        findings.price_changes(found.series, withheld, scope),
    ]  # fmt: skip
    told = findings.collect([*parts, found.incidents.to_dict("records")])
    history = found.daily[found.daily["day"] >= pd.Timestamp(scope.with_history().start)]
    return {"findings": findings.without_repeats(told), "unusual_days": findings.unusual_days(history, found.latency_daily, scope)}


def _suppression(frames: Frames) -> pd.DataFrame:
    """One row a frame that withholds something: `frame`, `withheld` rows, `rows` in all."""
    rows = [(name, int(frame["suppressed"].sum()), len(frame)) for name, frame in frames.items() if "suppressed" in frame]
    return pd.DataFrame([row for row in rows if row[1]], columns=["frame", "withheld", "rows"])


def _provenance(found: Inputs, scope: Scope, now: pd.Series) -> pd.DataFrame:
    """What the report was asked for and rests on, `item` and `value`; no clock time, so that equal inputs give equal frames."""
    items: list[tuple[str, Any]] = [
        ("period", f"[{scope.start}, {scope.end})"), ("time zone", scope.timezone),
        ("platform", scope.platform if isinstance(scope.platform, str) else ", ".join(scope.platform)),
        ("tenant", scope.tenant or "all"), ("model", scope.model or "all"), ("computed from", found.source),
        ("answers in the period", int(now["answers"])), ("days checked against raw rows", found.checked_days),
        ("fewest learners of a shown figure", K),
    ]  # fmt: skip
    frame = pd.DataFrame([(item, str(value)) for item, value in items], columns=["item", "value"])
    frame.attrs.update(cut_off=pd.Timestamp(scope.as_of), rows_read=found.rows)
    return frame
