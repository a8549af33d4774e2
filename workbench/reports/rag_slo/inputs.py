"""Everything the report reads from the database, at one cut-off."""

from concurrent.futures import Future
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import rollup
from workbench.metrics.disclosure import K
from workbench.queries import marts
from workbench.reports.rag_slo import findings, latency, people
from workbench.reports.rag_slo.objectives import Judged, judge
from workbench.reports.rag_slo.people import People
from workbench.reports.scope import Scope
from workbench.slo_files import Objective, load_objectives

if TYPE_CHECKING:
    from sqlalchemy import Connection

CHECKED = 5_000
"""Answers whose raw rows are read again to check rollups and histogram: the latest days that hold no more. A sample, so that a report
stays a matter of seconds; every day is audited by the checks."""
ALERT_DAYS = 4
"""Days before the period that alerts look back to."""
LOCATED = 6
"""So many of the largest models are asked for where an incident came from."""


@dataclass
class Inputs:
    """What was read. Frames are as `workbench.queries.marts` gives them; `daily` and `series` reach back over the history.

    Attributes:
        daily, series: answers by day, and by day, model and source. by_model: of the period by model and source.
        learners: of the period. without: days without answers.
        latency_daily (with history), latency_period, latency_before, latency_models, histogram: latencies.
        merged, exact: both kinds of percentiles over the checked days. checked_from: the first of those.
        freshness: of the rollups. comparing: what `audit` gives, when it has been called.
        judged: the objectives. found: findings about hours and days. people: learners behind the cells.
        few: fewer than 10 learners are behind all of it, so nothing may be shown. source: rollups or facts.
    """

    daily: pd.DataFrame
    series: pd.DataFrame
    by_model: pd.DataFrame
    learners: pd.DataFrame
    without: pd.DataFrame
    latency_daily: pd.DataFrame
    latency_period: pd.DataFrame
    latency_before: pd.DataFrame
    latency_models: pd.DataFrame
    histogram: pd.DataFrame
    merged: pd.DataFrame
    exact: pd.DataFrame
    freshness: pd.DataFrame
    judged: list[Judged]
    incidents: pd.DataFrame
    people: People
    checked_from: date | None
    few: bool
    source: str
    comparing: Future[pd.DataFrame] = field(default_factory=Future)

    @property
    def audit(self) -> pd.DataFrame:
        """Rollups against raw rows; it waits until they are compared."""
        return self.comparing.result()

    @property
    def checked_days(self) -> int:
        """How many days with answers were checked against raw rows."""
        return int((self.daily["day"] >= pd.Timestamp(self.checked_from)).sum()) if self.checked_from else 0

    @property
    def rows(self) -> int:
        """Rows that came from the database."""
        frames = [getattr(self, one.name) for one in fields(self)]
        return len(self.audit) + sum(len(frame) for frame in frames if isinstance(frame, pd.DataFrame))


class _Reader:
    """Asks the questions of one scope; a period is `start` and `end`, the filters are the scope's."""

    def __init__(self, connection: "Connection", scope: Scope) -> None:
        self.connection, self.scope = connection, scope
        self.where = {"platform": scope.platform, "timezone": scope.timezone}
        self.filters = {**self.where, "tenant": scope.tenant, "model": scope.model}

    def ask(self, question: Any, start: date | None = None, end: date | None = None, **more: Any) -> pd.DataFrame:
        period = {"start": start or self.scope.start, "end": end or self.scope.end}
        return question(self.connection, **period, **{**self.filters, **more})


def read(connection: "Connection", scope: Scope) -> tuple[Inputs, Scope]:
    """Everything for the scope but the audit, and the scope with the cut-off that really holds: an earlier one than asked for, where the
    rollups were refreshed before it."""
    objectives = _objectives(scope)
    first = min(scope.with_history().start, scope.previous.start)
    where = {"platform": scope.platform, "timezone": scope.timezone}
    with rollup.cut_off(connection, scope.as_of, first, scope.end, **where) as cut:
        scope = replace(scope, as_of=min(scope.as_of, cut.at))
        found = _read(_Reader(connection, scope), objectives, first, cut.source)
    return found, scope


def audit(connection: "Connection", found: Inputs, scope: Scope) -> pd.DataFrame:
    """Rollups against the raw rows of the checked days, as `rollup_audit` gives them; empty where there is nothing to compare."""
    if found.source != "rollups" or found.checked_from is None:
        return pd.DataFrame({name: [] for name in ("platform", "day", "rollup", "metric", "stored", "raw", "drift", "is_pending")})
    period = {"start": found.checked_from, "end": _checked_until(scope)}
    return marts.rollup_audit(connection, **period, platform=scope.platform, timezone=scope.timezone)


def _objectives(scope: Scope) -> list[Objective]:
    """The objectives that are for one of the chosen platforms at least."""
    chosen = {scope.platform} if isinstance(scope.platform, str) else set(scope.platform)
    return [one for one in load_objectives() if "all" in chosen or not one.platforms or chosen & set(one.platforms)]


def _read(reader: _Reader, objectives: list[Objective], first: date, source: str) -> Inputs:
    scope, ask = reader.scope, reader.ask
    daily, series = ask(marts.ai_answer_daily, first), ask(marts.ai_answer_series, scope.with_history().start)
    period = daily[daily["day"] >= pd.Timestamp(scope.start)]
    learners = ask(marts.ai_learner_day)
    counted = _people(reader, series[series["day"] >= pd.Timestamp(scope.start)], learners)
    few = 0 < counted.total < K
    slices = ask(marts.slo_slices, scope.start - timedelta(days=ALERT_DAYS))
    judged = judge(objectives, slices.iloc[:0] if few else slices, scope)
    checked = _checked_from(period)
    window = (checked, _checked_until(scope)) if checked else (None, None)
    found = Inputs(
        daily=daily, series=series, by_model=ask(marts.ai_answer_by_model), learners=learners, without=ask(marts.ai_days_without_data),
        latency_daily=ask(marts.ai_latency_daily, scope.with_history().start), latency_period=ask(marts.ai_latency_period),
        latency_before=ask(marts.ai_latency_period, scope.previous.start, scope.previous.end),
        latency_models=ask(marts.ai_latency_period, by_model=True), histogram=ask(marts.ai_latency_histogram, merge=latency.MERGE),
        merged=ask(marts.ai_latency_period, *window), exact=ask(marts.ai_latency_exact, *window) if checked else pd.DataFrame(),
        freshness=marts.rollup_freshness(reader.connection, platform=scope.platform), judged=judged,
        incidents=findings.empty(), people=counted, checked_from=checked, few=few, source=source,
    )  # fmt: skip
    if few:
        return _emptied(found)
    found.incidents = _incidents(reader, found)
    return found


def _people(reader: _Reader, series: pd.DataFrame, learners: pd.DataFrame) -> People:
    scope = reader.scope
    daily = pd.DataFrame({"day": series["day"].iloc[:0], "learners": [], "most_answers": []})
    if scope.model is None:
        filters = {"platform": scope.platform, "timezone": scope.timezone, "tenant": scope.tenant}
        daily = marts.ai_learners_daily(reader.connection, start=scope.start, end=scope.end, **filters)
    exact = {"start": scope.start, "end": scope.end, **reader.filters}
    return people.count(reader.connection, series, learners, daily, exact)


def _checked_from(period: pd.DataFrame) -> date | None:
    """The first of the last days whose answers together are no more than are read again; at least the last day with answers."""
    latest = period.sort_values("day", ascending=False)
    if not len(latest):
        return None
    chosen = latest["day"][latest["answers"].cumsum() <= CHECKED]
    return (chosen.min() if len(chosen) else latest["day"].iloc[0]).date()


def _checked_until(scope: Scope) -> date:
    return min(scope.end, scope.last_day + timedelta(days=1))


def _incidents(reader: _Reader, found: Inputs) -> pd.DataFrame:
    """Incidents of the objectives, each with the model it came from where one stands out."""
    told = findings.collect([findings.incidents(found.judged, reader.scope)])
    models = found.people.of("model")
    shown = set(models.loc[models["learners"] >= K, "model"])
    largest = found.by_model.groupby("model")["answers"].sum().nlargest(LOCATED).index
    if reader.scope.model is not None:
        return told
    return findings.located(told, lambda model: reader.ask(marts.slo_slices, model=model), [m for m in largest if m in shown], reader.scope)


def _emptied(found: Inputs) -> Inputs:
    """The inputs without a row about anybody: fewer than 10 learners are behind all of them."""
    kept = {"freshness"}
    for one in fields(found):
        value = getattr(found, one.name)
        if isinstance(value, pd.DataFrame) and one.name not in kept:
            setattr(found, one.name, value.iloc[:0])
    blank = People(*(part.iloc[:0] for part in (found.people.days, found.people.groups, found.people.cells)), found.people.total)
    found.people, found.checked_from = blank, None
    return found
