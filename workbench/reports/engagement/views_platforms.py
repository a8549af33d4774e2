"""The report's page from what only single platforms have to the provenance: frames in, fragments and figures out."""

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from workbench import present
from workbench.charts import answers, journeys
from workbench.present import Column, Fragment, Panel
from workbench.reports.engagement import cells
from workbench.reports.engagement.states import LABELS
from workbench.reports.engagement.views import Frames, Parts, count, decimal, percent, zone

MILESTONES = 15
share = present.with_interval(lambda ratio: percent(ratio, 0))


def video(frames: Frames) -> Parts:
    """Audience curves of the videos watched by most, and milestones where students stop, beside how hard their questions are."""
    curves, stops = frames["video_curves"], frames["milestones"]
    parts: Parts = []
    for video_id, part in curves.groupby("video_id", sort=False):
        if len(cells.shown(part)):
            own = stops[stops["video_id"] == video_id]
            parts.append(Panel(_curve_title(part), journeys.audience(part, own.sort_values("timestamp_seconds")), _CURVE))
    if not len(stops):
        return parts or [present.empty("Nobody watched a video in the period.")]
    columns = [
        Column("tenant", "Tenant", align="left"), Column("video", "Video", align="wrap"), Column("milestone", "Milestone", align="left"),
        Column("reached", "Reached it", count), Column(("stopped_share", "low", "high"), "Stopped there", _share_or_few),
        Column(("failed_share", "failed_low", "failed_high"), "First answers wrong", share),
    ]  # fmt: skip
    order = stops["stopped_share"].astype(float).fillna(0) + stops["failed_share"].astype(float).fillna(0)
    ordered = stops.assign(order=order).sort_values("order", ascending=False, kind="stable")
    shown = ordered[~ordered["suppressed"].astype(bool)].head(MILESTONES).drop(columns="suppressed")
    hidden = int(stops["suppressed"].astype(bool).sum())
    caption = f"Where students stop, beside failing the questions there: {len(shown)} of {len(stops)} milestones; {hidden} are withheld"
    return [*parts, present.table(shown, columns, caption, "Every milestone was reached by fewer than 10 students.")]


def _share_or_few(value: float, low: float, high: float) -> Fragment:
    return Fragment(f"<mark>{present.SUPPRESSED}</mark>") if present.missing(value) else share(value, low, high)


_CURVE = (
    "Students who watched each part of the video for the first time, and how often parts were watched again; dotted: milestones. A hill of "
    "re-watching marks a passage that is hard to follow (definition E6)."
)


def _curve_title(part: pd.DataFrame) -> str:
    shown = cells.shown(part)
    starters, last = shown["starters"].max(), shown.iloc[-1]
    words = f"{part['video'].iloc[0]}: {count(starters)} students began it"
    peak = shown.dropna(subset=["rewatch"])
    if len(peak) and peak["rewatch"].max() > 3 * max(float(peak["rewatch"].median()), 1.0):
        at = peak.loc[peak["rewatch"].astype(float).idxmax()]
        return f"{words}; most is watched again at {_clock(at['from_second'])}"
    return f"{words}; {percent(last['audience'], 0)} saw its last shown part"


def _clock(second: float) -> str:
    return f"{int(second) // 60}:{int(second) % 60:02d}"


def mued(frames: Frames) -> Parts:
    """MUED: lessons, interview questions, notes; and feedback of all platforms."""
    return [*_lessons(frames), *_interview(frames), *_streaks(frames), *_ratings(frames)]


def _lessons(frames: Frames) -> Parts:
    frame = frames["lessons"]
    if not len(frame):
        return []
    held = {str(key): part for key, part in frame.groupby("outcome")}
    rows = []
    for week, part in frame.groupby("week", dropna=False):
        when = "the whole period" if present.missing(week) else present.day(week)
        rows.append({"week": when, **{name: _booking(part.set_index("outcome"), name) for name in _OUTCOMES if name in held}})
    columns = [Column("week", "Week from" if frame["week"].notna().all() else "Lessons of", align="left")]
    columns += [Column(outcome, outcome.capitalize(), lambda cell: cell) for outcome in _OUTCOMES if outcome in held]
    return [present.table(rows, columns, "MUED lessons: what became of the bookings")]


_OUTCOMES = ("held", "missed", "cancelled", "still to come")


def _booking(cell: pd.DataFrame, outcome: str) -> Fragment:
    if outcome not in cell.index:
        return Fragment("0")
    row = cell.loc[outcome]
    return Fragment(f"<mark>{present.SUPPRESSED}</mark>" if bool(row["suppressed"]) else count(row["bookings"]))


def _interview(frames: Frames) -> Parts:
    columns = [
        Column("week", "Week from", present.day, "left"), Column("questions", "Questions", count), Column("learners", "Learners", count),
        Column(("answered_share", "low", "high"), "Answered", share),
        Column("median_seconds", "Median time to answer", lambda seconds: present.milliseconds(1000 * seconds)),
    ]  # fmt: skip
    frame = frames["interview"]
    return [present.table(frame, columns, "MUED interview questions by week")] if len(frame) else []


def _streaks(frames: Frames) -> Parts:
    columns = [
        Column("days", "Longest run of days with a note", align="left"), Column("learners", "Learners", count),
        Column("share", "Share", lambda v: percent(v, 0)), Column("current", "Still running", count),
    ]  # fmt: skip
    frame = frames["streaks"]
    return [present.table(frame, columns, "Note-writing streaks in the period (MUED)")] if len(frame) else []


def _ratings(frames: Frames) -> Parts:
    columns = [
        Column("of", "Feedback on", align="left"), Column("rating", "Rating", align="left"), Column("ratings", "Given", count),
        Column("share", "Share", lambda v: percent(v, 0)),
    ]  # fmt: skip
    frame = frames["ratings"]
    return [present.table(frame, columns, "Feedback ratings")] if len(frame) else []


def assistance(frames: Frames) -> Parts:
    """Use of AI help by state, and bad hours of the assistant beside the active learners."""
    frame, episodes = frames["ai_states"], frames["ai_episodes"]
    if not len(frame):
        return [present.empty("No AI help was used in the period, or the chosen platforms have none.")]
    parts: Parts = []
    labels = [LABELS[state] for state in frame["state"]]
    told = cells.shown(frame).dropna(subset=["share"])
    if len(told) > 1:
        best = told.loc[told["share"].astype(float).idxmax()]
        title = f"AI help is used most by learners who are {LABELS[best['state']]}: {percent(best['share'], 0)} of them"
        words = "Share of the learners in each state at the end of the period who got an AI answer in it, with 95 % intervals."
        parts.append(Panel(title, journeys.shares(frame, "share", labels), words))
    columns = [
        Column("label", "State", align="left"), Column("learners", "Learners", count), Column("users", "Used AI help", count),
        Column(("share", "low", "high"), "Share", share), Column("answers", "Answers a user", lambda v: decimal(v, 1)),
    ]  # fmt: skip
    return [*parts, present.details("In numbers", present.table(frame.assign(label=labels), columns)), _episodes(episodes, zone(frames))]


def _episodes(frame: pd.DataFrame, timezone: str) -> Fragment:
    columns = [
        Column("title", "Objective", align="left"), Column("from_at", "From", lambda at: present.moment(at, timezone), "left"),
        Column("to_at", "To", lambda at: present.moment(at, timezone), "left"),
        Column("budget_share", "Share of the budget", lambda v: percent(v, 0)), Column("dau", "Active a day", lambda v: decimal(v, 1)),
        Column("usual", "Usual for the weekday", lambda v: decimal(v, 1)),
        Column("relative", "Difference", lambda v: f"{present.signed(100 * v, 0)} %" if not present.missing(v) else present.NOTHING),
    ]  # fmt: skip
    caption = "The worst burn episodes of the AI objectives (definition S3) beside the learners active on their days"
    return present.table(frame, columns, caption, "No alert of an AI objective fired in the period.")


def tenants(frames: Frames) -> Parts:
    """Tenants compared, raw and standardised over how long their learners have been there."""
    frame, pairs = frames["tenants"], frames["tenant_pairs"]
    shown = cells.shown(frame)
    if len(shown) < 2:
        return [present.empty("There are not two tenants that may be shown.")]
    flips = pairs[pairs["flips"].astype(bool)]
    title = f"{shown.loc[shown['raw'].astype(float).idxmax(), 'tenant']} has the largest share of active learners"
    if len(flips):
        title = f"{flips.iloc[0]['first']} and {flips.iloc[0]['second']} change places once ages are the same (Simpson's paradox)"
    caption = (
        "Share of the enrolled who learned in the period, as it is with its 95 % interval, and standardised to everybody's mix of time "
        "since "
        "joining: dots that part show that the tenants' learners are not equally new (definition X4)."
    )
    columns = [
        Column("tenant", "Tenant", align="left"), Column("learners", "Enrolled", count), Column("active", "Active", count),
        Column(("raw", "raw_low", "raw_high"), "Share", share), Column(("standardised", "low", "high"), "Standardised", share),
        Column("covered", "Ages covered", lambda v: percent(v, 0)),
    ]  # fmt: skip
    figure = answers.compared_groups(frame.rename(columns={"tenant": "group"}))
    return [Panel(title, figure, caption), present.details("Tenants in numbers", present.table(frame, columns)), _pairs(pairs)]


def _pairs(frame: pd.DataFrame) -> Fragment:
    points = present.with_interval(lambda v: present.points(v, 0))
    columns = [
        Column(("first", "second"), "Second against first", lambda first, second: f"{second} against {first}", "left"),
        Column(("raw", "raw_low", "raw_high"), "As it is", points), Column(("standardised", "low", "high"), "Standardised", points),
        Column("flips", "Changes sign", lambda flips: "yes" if flips else "", "left"),
    ]  # fmt: skip
    return present.table(frame, columns, "Pairs of tenants that differ (definition X2)", "No two tenants differ beyond their intervals.")


def provenance(frames: Frames) -> Parts:
    """What the report was asked for and rests on, what was withheld, and what the figures mean.

    Run, hashes and versions stand at the foot of a published page.
    """
    cut_off = frames["provenance"].attrs["cut_off"]
    facts = [*frames["provenance"].itertuples(index=False, name=None), ("cut-off (UTC)", f"{cut_off:%Y-%m-%d %H:%M:%S}")]
    facts += [("rows read", count(frames["provenance"].attrs["rows_read"]))]
    columns = [Column("item", "Item", align="left"), Column("value", "Value", align="wrap")]
    table = present.table(pd.DataFrame(facts, columns=["item", "value"]), columns)
    hidden = frames["suppression"]
    kinds = [Column("frame", "Table", align="left"), Column("withheld", "Rows withheld", count), Column("rows", "Rows", count)]
    words = f"Withheld: {int(hidden['withheld'].sum())} rows of {len(hidden)} tables (definition X5)"
    parts = (
        [present.details(words, present.table(hidden, kinds))]
        if len(hidden)
        else [present.lead("Nothing had to be withheld (definition X5).")]
    )
    return [table, *parts, present.details("What the figures mean", present.definitions(definitions()))]


@cache
def definitions() -> tuple[tuple[str, str], ...]:
    """Terms of the report and what they mean."""
    known = tomllib.loads((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    return tuple((one["term"], " ".join(one["meaning"].split())) for one in known["definition"])
