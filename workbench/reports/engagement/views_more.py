"""The report's page from retention to funnels: frames in, fragments and figures out."""

import pandas as pd

from workbench import present
from workbench.charts import engagement as charts
from workbench.charts import journeys
from workbench.present import Column, Fragment, Panel
from workbench.reports import naming
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL
from workbench.reports.engagement.retention import KINDS
from workbench.reports.engagement.views import Frames, Parts, count, decimal, main, names, percent

LABELS = {"classic": "classic: active in that week", "rolling": "rolling: in it or later", "cumulative": "cumulative: in any week up to it"}


def retention(frames: Frames) -> Parts:
    """Retention of weekly cohorts: the curves of the three kinds, the triangles, and each platform's."""
    frame = frames["retention"]
    whole = main(frame)
    pooled, cohorts = whole[whole["cohort_week"].isna()], whole[whole["cohort_week"].notna()]
    if not len(cells.shown(pooled)):
        return [present.empty("No cohort of 10 learners or more has reached a week that may be shown.")]
    caption = (
        "Learners who joined in the twelve weeks up to the end of the period, by week since joining, with 95 % intervals. Of each cohort "
        "only "
        "members who can have reached the week count (definition E3)."
    )
    parts: Parts = [Panel(_title(pooled), charts.retention_curves(pooled, LABELS), caption)]
    note = (
        "Blank: nobody has reached the week yet. Grey: withheld, because the retained or the others are fewer than 10, or to protect "
        "those; "
        "≥ and ≤: what a cell lies above or below, as far as that follows."
    )
    for kind, words in KINDS.items():
        parts.append(Panel(f"{kind.capitalize()} retention: {words}", charts.triangle(cohorts[cohorts["kind"] == kind]), note))
    return [*parts, *_platforms(frame)]


def _title(pooled: pd.DataFrame) -> str:
    classic = cells.shown(pooled[pooled["kind"] == "classic"]).set_index("week")["rate"]
    weeks = [week for week in (1, 4, 8) if week in classic.index]
    if not weeks:
        return "Retention of weekly cohorts"
    told = [f"{percent(classic[week], 0)} in week {week}" for week in weeks]
    return f"Of those who joined, {', '.join(told)} were active"


def _platforms(frame: pd.DataFrame) -> Parts:
    """The weeks of every platform's cohorts together, in a table."""
    platforms = names(frame) if (frame["platform"] == ALL).any() else {}
    if not platforms:
        return []
    rows = []
    for platform, label in platforms.items():
        part = frame[(frame["platform"] == platform) & frame["cohort_week"].isna() & (frame["kind"] == "classic")].set_index("week")
        rows.append({"platform": label, **{str(week): _cell(part, week) for week in (1, 2, 4, 6, 8)}})
    columns = [Column("platform", "Platform", align="left")]
    columns += [Column(str(week), f"Week {week}", lambda cell: cell) for week in (1, 2, 4, 6, 8)]
    return [present.table(rows, columns, "Classic retention of all cohorts together, by platform, with 95 % intervals")]


def _cell(part: pd.DataFrame, week: int) -> Fragment:
    if week not in part.index:
        return Fragment(present.NOTHING)
    row = part.loc[week]
    if bool(row["suppressed"]):
        return Fragment(f"<mark>{present.SUPPRESSED}</mark>")
    return present.with_interval(lambda ratio: percent(ratio, 0))(row["rate"], row["low"], row["high"])


def sessions(frames: Frames) -> Parts:
    """Sessions: how many, how long, when, on which devices."""
    summary = frames["session_summary"]
    if not len(summary) or not len(cells.shown(summary)):
        return [present.empty("No session of the period may be shown.")]
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("sessions", "Sessions", count),
        Column("previous", "Period before", count), Column("learners", "Learners", count),
        Column(("median_ms", "low", "high"), "Median length", present.with_interval(present.milliseconds)),
        Column("unended", "Without an end", count), Column("completion", "Mean share completed", lambda v: percent(v, 0)),
        Column("completion_before", "Period before", lambda v: percent(v, 0)),
    ]  # fmt: skip
    parts: Parts = [present.table(summary, columns, "Sessions begun in the period (definition E4), lengths from merged histograms (Q2)")]
    band = main(frames["session_lengths"])
    if len(cells.shown(band)):
        words = "Share of the sessions that ended, by length. Bands of fewer than 10 sessions are left out."
        parts.append(Panel(_length_title(summary), charts.lengths(band), words))
    hours = frames["session_hours"]
    if len(cells.shown(hours)):
        parts.append(
            Panel(
                _hours_title(hours),
                charts.rhythm(hours),
                "Sessions begun by weekday and hour. Grey: fewer than 10 learners, or withheld to protect those.",
            )
        )
    return [*parts, _devices(frames)]


def _length_title(summary: pd.DataFrame) -> str:
    row = main(summary).iloc[0]
    return f"Half of the sessions last {present.milliseconds(row['median_ms'])} or longer"


def _hours_title(hours: pd.DataFrame) -> str:
    shown = cells.shown(hours)
    row = shown.loc[shown["sessions"].astype(float).idxmax()]
    return f"Most sessions begin on {_WEEKDAYS[int(row['weekday']) - 1]} between {int(row['hour'])}:00 and {int(row['hour']) + 1}:00"


_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _devices(frames: Frames) -> Fragment:
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("device", "Device", align="left"),
        Column("sessions", "Sessions", count),
        Column("share", "Share", lambda v: percent(v, 0)), Column("learners", "Learners, at least", count),
        Column("completion", "Mean share completed", lambda v: percent(v, 0)),
        Column("completion_before", "Period before", lambda v: percent(v, 0)),
    ]  # fmt: skip
    frame = frames["session_devices"].sort_values(["platform", "sessions"], ascending=[True, False], kind="stable")
    return present.table(frame, columns, "Devices", "No session names its device.")


def funnels(frames: Frames) -> Parts:
    """The platforms' funnels."""
    frame = frames["funnels"]
    if not len(cells.shown(frame)):
        return [present.empty("No funnel has entries whose window is over.")]
    titles = {}
    for flow, part in frame.groupby("flow", sort=False):
        titles[flow] = f"{naming.name(part['platform'].iloc[0])}: {flow}, within {int(part['days'].iloc[0])} days"
    caption = (
        "Each step at or after the one before, of the same entry, all within the window of the first step; a learner counts at their "
        "deepest "
        "entry. Entries begun in the period whose window is over at the cut-off (definition E5)."
    )
    share = present.with_interval(lambda ratio: percent(ratio, 0))
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("step", "Step", align="left"), Column("learners", "Learners", count),
        Column(("of_previous", "of_previous_low", "of_previous_high"), "Of the step before", share),
        Column(("of_first", "of_first_low", "of_first_high"), "Of the first step", share),
        Column("median_seconds", "Median time since", duration),
    ]  # fmt: skip
    return [
        Panel(_loss(frame), journeys.funnels(frame, titles), caption),
        present.details("Funnels in numbers", present.table(frame, columns)),
    ]


def _loss(frame: pd.DataFrame) -> str:
    """Where most are lost."""
    steps = cells.shown(frame)[lambda f: f["step_no"] > 1].dropna(subset=["of_previous"])
    if not len(steps):
        return "How far learners come"
    row = steps.loc[steps["of_previous"].astype(float).idxmin()]
    lost = percent(1 - row["of_previous"], 0)
    return f"The largest loss: {lost} of {naming.name(row['platform'])}'s learners do not come to “{row['step']}”"


def duration(seconds: float) -> str:
    """A time span in the unit a reader would choose.

    >>> duration(40), duration(5400), duration(200000)
    ('40 s', '1.5 h', '2.3 days')
    """
    if present.missing(seconds):
        return present.NOTHING
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 1.2 * size:
            return f"{decimal(seconds / size, 1)} {unit}"
    return f"{decimal(seconds, 0)} s"
