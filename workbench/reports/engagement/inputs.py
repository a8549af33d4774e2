"""Everything the report reads from the database, at one cut-off."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import replica, rollup
from workbench.metrics.disclosure import K
from workbench.queries import engagement, learning, marts, mued, video
from workbench.reports.engagement import backtesting, cells, funnels, retention
from workbench.reports.engagement.activity import WINDOW
from workbench.reports.engagement.states import GONE
from workbench.reports.rag_slo import objectives
from workbench.reports.scope import Scope
from workbench.rollups.parts import chosen_platforms
from workbench.slo_files import load_objectives

if TYPE_CHECKING:
    from sqlalchemy import Connection

VIDEOS = 3
"""So many of the videos watched by most learners have their audience drawn."""
FAMILIES = ("answers", "activity")


@dataclass
class Inputs:
    """What was read. Frames are as `workbench.queries` gives them.

    Attributes:
        activity (with history), work (with history), cohort_days: active learners by day and group.
        states: learners by state at the end of the period, and of the one before. risky: who became at risk at its end.
        cohorts, joins: of cohorts and members.
        sessions, sessions_before, session_people: sessions of the period, of the one before, and learners behind the cells.
        known_days: for the back-test. reached: rows of the funnels, by flow. watched: stretches of videos, by video.
        milestones, lessons, interviews, ratings, habits: of single platforms. answers, episodes: of AI help.
        freshness: of the rollups. platforms: chosen. few: fewer than 10 learners are behind all of it. identified: the role may see ids.
        source: rollups or facts.
    """

    activity: pd.DataFrame
    work: pd.DataFrame
    cohort_days: pd.DataFrame
    states: pd.DataFrame
    risky: pd.DataFrame
    cohorts: pd.DataFrame
    joins: pd.DataFrame
    sessions: pd.DataFrame
    sessions_before: pd.DataFrame
    session_people: pd.DataFrame
    known_days: pd.DataFrame
    reached: dict[str, pd.DataFrame]
    watched: dict[str, pd.DataFrame]
    milestones: pd.DataFrame
    lessons: pd.DataFrame
    interviews: pd.DataFrame
    ratings: pd.DataFrame
    habits: pd.DataFrame
    answers: pd.DataFrame
    episodes: pd.DataFrame
    freshness: pd.DataFrame
    platforms: list[str]
    few: bool
    identified: bool
    source: str

    @property
    def rows(self) -> int:
        """Rows that came from the database."""
        values = [getattr(self, field.name) for field in fields(self)]
        parts = [part for value in values for part in (value.values() if isinstance(value, dict) else [value])]
        return sum(len(part) for part in parts if isinstance(part, pd.DataFrame))


class _Reader:
    """Asks the questions of one scope; a period is `start` and `end`, the filters are the scope's."""

    def __init__(self, connection: "Connection", scope: Scope) -> None:
        self.connection, self.scope = connection, scope
        self.platforms = chosen_platforms(scope.platform)
        self.filters = {"platform": scope.platform, "tenant": scope.tenant, "timezone": scope.timezone}

    def ask(self, question: Any, start: date | None = None, end: date | None = None, **more: Any) -> pd.DataFrame:
        """The question over days, by default those of the period that are over."""
        span = cells.now(self.scope)
        return question(self.connection, start=start or span.start, end=end or self.end, **{**self.filters, **more})

    def own(self, platform: str, question: Any, **more: Any) -> pd.DataFrame:
        """A question that only one platform can be asked; without rows where it is not chosen. `more` narrows it."""
        chosen = platform in self.platforms and not (self.scope.tenant and platform != "video")
        period = {"start": self.scope.start, "end": self.end if chosen else self.scope.start + timedelta(days=1)}
        found = question(self.connection, **period, timezone=self.scope.timezone, **more)
        return found if chosen else found.iloc[:0]

    @property
    def end(self) -> date:
        """The day after the last one that is over; at least one day is asked for."""
        return max(cells.now(self.scope).end, self.scope.start + timedelta(days=1))


def read(connection: "Connection", scope: Scope) -> tuple[Inputs, Scope]:
    """Everything for the scope, and the scope with the cut-off that really holds: an earlier one than asked for, where the rollups were
    refreshed before it."""
    first, last = _first(scope), scope.end + timedelta(days=1)
    identified = _is_identified(connection)
    where = {"platform": scope.platform, "timezone": scope.timezone, "families": FAMILIES}
    with rollup.cut_off(connection, scope.as_of, first, last, **where) as cut:
        scope = replace(scope, as_of=min(scope.as_of, cut.at))
        found = _read(_Reader(connection, scope), first, cut.source, identified)
    if identified and not found.few:
        _note(connection, scope)
    return (_emptied(found) if found.few else found), scope


def _first(scope: Scope) -> date:
    """The first day that anything is asked of."""
    history = scope.with_history().start - timedelta(days=WINDOW)
    earliest = (cells.before(scope).start, backtesting.first_day(scope).date(), retention.first_day(scope).date())
    return min(history, *earliest)


def _read(reader: _Reader, first: date, source: str, identified: bool) -> Inputs:
    scope, ask = reader.scope, reader.ask
    span, before = cells.now(scope), cells.before(scope)
    platforms = {"platform": scope.platform, "tenant": scope.tenant, "timezone": scope.timezone}
    on = reader.end - timedelta(days=1)
    states = engagement.states(reader.connection, before=scope.start - timedelta(days=1), on=on, **platforms)
    active = int(states.loc[states["state_after"] != GONE, "active"].sum())
    watched = ask(engagement.watched, videos=VIDEOS)
    return Inputs(
        activity=ask(engagement.activity, first), work=ask(engagement.work, min(scope.with_history().start, before.start)),
        cohort_days=ask(engagement.cohort_days, before.start if span.length else scope.start), states=states,
        risky=engagement.newly_at_risk(reader.connection, on=on, **platforms),
        cohorts=ask(engagement.cohorts, retention.first_day(scope).date()), joins=ask(engagement.joins),
        sessions=ask(engagement.sessions), sessions_before=ask(engagement.sessions, _previous(scope), scope.start),
        session_people=ask(engagement.session_people), known_days=ask(engagement.known_days, backtesting.first_day(scope).date()),
        reached=_funnels(reader), watched={one: ask(engagement.watch, video=one) for one in watched["video_id"]},
        milestones=reader.own("video", video.milestone_losses, tenant=scope.tenant), lessons=reader.own("mued", mued.lesson_weeks),
        interviews=reader.own("mued", mued.interview_weeks), ratings=reader.own("learning", learning.ratings_given),
        habits=ask(engagement.habit_days), answers=ask(marts.ai_answer_daily),
        episodes=_episodes(reader), platforms=reader.platforms,
        freshness=marts.rollup_freshness(reader.connection, platform=scope.platform, families=("answers", "activity")),
        few=0 < active < K, identified=identified, source=source,
    )  # fmt: skip


def _previous(scope: Scope) -> date:
    return min(cells.before(scope).start, scope.start - timedelta(days=1))


def _funnels(reader: _Reader) -> dict[str, pd.DataFrame]:
    """Steps of the chosen platforms' funnels, up to a window after the period."""
    found = {}
    for flow in funnels.FLOWS:
        if flow.platform in reader.platforms:
            end = reader.end + timedelta(days=flow.days)
            found[flow.name] = reader.ask(engagement.funnel, end=end, flow=flow.name, platform=flow.platform)
    return found


def _episodes(reader: _Reader) -> pd.DataFrame:
    """Burn episodes of the AI objectives in the period (definition S3)."""
    scope = reader.scope
    chosen = [one for one in load_objectives() if not one.platforms or set(reader.platforms) & set(one.platforms)]
    slices = reader.ask(marts.slo_slices, scope.start - timedelta(days=4))
    return objectives.episodes_frame(objectives.judge(chosen, slices, scope), scope)


def _is_identified(connection: "Connection") -> bool:
    """Whether the connection's role is the one that may see who learners are."""
    return connection.exec_driver_sql("select current_user = 'workbench_identified'").scalar_one()


def _note(connection: "Connection", scope: Scope) -> None:
    """Note the identified read; in a transaction of its own, since the caller's is read-only."""
    details = f'{{"report": "engagement", "start": "{scope.start}", "end": "{scope.end}"}}'
    with replica.primary_engine(connection).begin() as noting:
        noting.exec_driver_sql("set transaction read write")
        noting.exec_driver_sql("select marts.note_audit('identified_read', cast(%s as jsonb))", (details,))


def _emptied(found: Inputs) -> Inputs:
    """The inputs without a row about anybody: fewer than 10 learners are behind all of them."""
    for field in fields(found):
        value = getattr(found, field.name)
        if isinstance(value, pd.DataFrame) and field.name != "freshness":
            setattr(found, field.name, value.iloc[:0])
        elif isinstance(value, dict):
            setattr(found, field.name, {})
    return found
