"""From what was read to the frames of the report."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K
from workbench.reports.engagement import (
    activity,
    assistance,
    backtesting,
    cells,
    contributions,
    findings,
    funnels,
    retention,
    sessions,
    specialities,
    states,
    tenants,
    words,
)  # fmt: skip
from workbench.reports.engagement.inputs import Inputs
from workbench.reports.scope import Scope

Frames = dict[str, pd.DataFrame]


def assemble(found: Inputs, scope: Scope) -> Frames:
    """All frames; see the package for their names."""
    known = _known(found, scope)
    frames = _activity(found, known, scope) | _states(found, scope) | _sessions(found) | _more(found, known, scope)
    triangle = retention.counts(found.cohorts, scope)
    frames["retention"] = retention.retention_frame(triangle)
    frames["findings"] = findings.collect([
        findings.completion_drops(found.work, scope), findings.groups_gone(found.activity, known, scope),
        findings.cohorts_left(retention.leaving(triangle)), findings.level_changes(frames["change_points"]),
        findings.idle_days(known, scope),
    ])  # fmt: skip
    told = words.verdict(frames["activity_summary"], frames["contributions"], frames["findings"], found.few, scope)
    frames["verdict"] = pd.DataFrame([told])
    frames["suppression"] = _suppression(frames)
    frames["provenance"] = _provenance(found, frames, scope)
    return frames


def _known(found: Inputs, scope: Scope) -> pd.DataFrame:
    """Active learners of every day, history included; the first days are those before which nothing is known."""
    span = cells.now(scope)
    first = found.activity["day"].min().date() if len(found.activity) else span.start
    begun = max(first, min(scope.with_history().start, cells.before(scope).start))
    begun = min(begun - pd.Timedelta(days=activity.WINDOW).to_pytimedelta(), span.start)
    return activity.series(found.activity, cells.Span(begun, span.end))


def _activity(found: Inputs, known: pd.DataFrame, scope: Scope) -> Frames:
    daily = activity.daily_frame(known, scope)
    there = found.states[found.states["state_after"] != states.GONE]
    enrolled = cells.by_platform(there, [], ["learners"]).set_index("platform")["learners"]
    joined = cells.by_platform(found.joins[cells.now(scope).holds(found.joins["day"])], [], ["joined", "left_count"])
    return {
        "activity_daily": daily, "activity_summary": activity.summary_frame(known, daily, enrolled, joined, scope),
        "unusual_days": activity.unusual_frame(known, scope), "change_points": activity.change_points_frame(known, scope),
        "joins": activity.joins_frame(found.joins, scope),
        "contributions": contributions.contributions_frame(found.activity, found.cohort_days, scope),
    }  # fmt: skip


def _states(found: Inputs, scope: Scope) -> Frames:
    last = pd.Timestamp(max(cells.now(scope).end, scope.start + pd.Timedelta(days=1).to_pytimedelta())) - pd.Timedelta(days=1)
    pairs, counted = found.states, states.states_frame(found.states)
    helped = found.freshness.loc[found.freshness["rollup"] == "learner_ai_day", "platform"].unique()
    with_ai = pairs[pairs["platform"].isin(helped) & (pairs["users"].sum() > 0)]
    return {
        "states": counted, "flow": states.flow_frame(pairs, counted),
        "newly_at_risk": states.at_risk_frame(found.risky, last, states.Names(found.identified)),
        "backtest": backtesting.backtest_frame(found.known_days, scope),
        "ai_states": assistance.ai_states_frame(with_ai, counted),
    }  # fmt: skip


def _sessions(found: Inputs) -> Frames:
    return {
        "session_summary": sessions.summary_frame(found.sessions, found.sessions_before, found.session_people),
        "session_days": sessions.days_frame(found.sessions, found.session_people),
        "session_lengths": sessions.lengths_frame(found.sessions),
        "session_hours": sessions.hours_frame(found.sessions, found.session_people),
        "session_devices": sessions.devices_frame(found.sessions, found.sessions_before, found.session_people),
    }  # fmt: skip


def _more(found: Inputs, known: pd.DataFrame, scope: Scope) -> Frames:
    last = np.datetime64(cells.now(scope).end) - 1
    compared = tenants.tenants_frame(found.states)
    platforms = known[known["platform"] != cells.ALL]
    return {
        "funnels": funnels.funnels_frame(found.reached, scope),
        "video_curves": specialities.videos_frame(found.watched, found.milestones),
        "milestones": specialities.milestones_frame(found.milestones), "lessons": specialities.lessons_frame(found.lessons),
        "interview": specialities.interview_frame(found.interviews), "streaks": specialities.streaks_frame(found.habits, last),
        "ratings": specialities.ratings_frame(found.ratings, found.answers),
        "ai_episodes": assistance.episodes_frame(found.episodes, platforms, scope),
        "tenants": compared, "tenant_pairs": tenants.pairs_frame(found.states, compared),
    }  # fmt: skip


def _suppression(frames: Frames) -> pd.DataFrame:
    """One row a frame that withholds something: `frame`, `withheld` rows, `rows` in all."""
    rows = [(name, int(frame["suppressed"].sum()), len(frame)) for name, frame in frames.items() if "suppressed" in frame]
    return pd.DataFrame([row for row in rows if row[1]], columns=["frame", "withheld", "rows"])


def _provenance(found: Inputs, frames: Frames, scope: Scope) -> pd.DataFrame:
    """What the report was asked for and rests on, `item` and `value`; no clock time, so that equal inputs give equal frames."""
    span, before = cells.now(scope), cells.before(scope)
    items: list[tuple[str, Any]] = [
        ("period", f"[{scope.start}, {scope.end})"), ("days that are over", span.length),
        ("compared with", f"[{before.start}, {before.end})"), ("time zone", scope.timezone),
        ("platforms", ", ".join(found.platforms)), ("tenant", scope.tenant or "all"), ("computed from", found.source),
        ("fewest learners of a shown figure", K),
        ("rows withheld", f"{int(frames['suppression']['withheld'].sum())} of {int(frames['suppression']['rows'].sum())}"),
    ]  # fmt: skip
    frame = pd.DataFrame([(item, str(value)) for item, value in items], columns=["item", "value"])
    frame.attrs.update(cut_off=pd.Timestamp(scope.as_of), rows_read=found.rows)
    return frame
