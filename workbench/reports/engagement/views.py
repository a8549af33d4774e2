"""The report's page in the order a reader needs it, from the verdict to learner states: frames in, fragments and figures out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench import present
from workbench.charts import engagement as charts
from workbench.charts import journeys
from workbench.metrics.learner_states import STATES
from workbench.present import Column, Fragment, Panel
from workbench.reports import naming
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL
from workbench.reports.engagement.findings import KINDS
from workbench.reports.engagement.states import LABELS
from workbench.reports.scope import HISTORY_DAYS

Frames = Mapping[str, pd.DataFrame]
Parts = list[Any]
WORDS = {"met": "no alarm", "at_risk": "look closer", "breached": "fell", "no_data": "no data"}
"""The states of this report in words: nothing was promised that could be met."""
CHANGES = {"higher": "met", "lower": "at_risk", "none": "quiet", "no data": "no_data"}
CHANGE_WORDS = {"higher": "higher", "lower": "lower", "none": "no change", "no data": "no comparison"}
percent, count, decimal = present.percent, present.count, present.decimal


def zone(frames: Frames) -> str:
    """The report's time zone."""
    return str(frames["provenance"].set_index("item")["value"]["time zone"])


def has_data(frames: Frames) -> bool:
    """Whether anything may be shown."""
    return frames["verdict"]["state"].iloc[0] != "no_data"


def main(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows about all chosen platforms together: those of `*`, or of the only one."""
    return frame[frame["platform"] == (ALL if (frame["platform"] == ALL).any() else frame["platform"].min())] if len(frame) else frame


def single(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows about single platforms."""
    return frame[frame["platform"] != ALL]


def names(frame: pd.DataFrame) -> dict[str, str]:
    """The single platforms of a frame and what they are called."""
    held = set(frame["platform"]) - {ALL}
    return {platform: naming.name(platform) for platform in [*naming.NAMES, *sorted(held - set(naming.NAMES))] if platform in held}


def opening(frames: Frames) -> Parts:
    """The verdict, a card a platform, and what stands out."""
    state, sentence = frames["verdict"].iloc[0][["state", "sentence"]]
    cut_off = f"As of {present.moment(frames['provenance'].attrs['cut_off'], zone(frames))} ({zone(frames)})."
    cards = present.cards(_card(row) for row in frames["activity_summary"].to_dict("records"))
    top = present.verdict(state, sentence, cut_off, words=WORDS[state])
    return [present.style(), top, cards, *_standing_out(frames)] if has_data(frames) else [present.style(), top]


def _card(row: Mapping[str, Any]) -> Fragment:
    facts = [
        ("Period before", decimal(row["previous"], 1)), ("In the last 7 days", count(row["wau"])),
        ("In the last 28 days", count(row["mau"])), ("Stickiness", percent(row["stickiness"], 0)),
        ("Enrolled", _or_withheld(row["enrolled"])),
        ("Joined / left", f"{_or_withheld(row['joined'])} / {_or_withheld(row['left'])}"),
    ]  # fmt: skip
    ends = f"[{present.signed(row['low'], 1)}, {present.signed(row['high'], 1)}]"
    note = "learners active a day"
    if row["change"] != "no data" and not present.missing(row["difference"]):
        note = f"{note}; {present.signed(row['difference'], 1)} {ends}"
    title = naming.name(row["platform"])
    return present.card(CHANGES[row["change"]], title, decimal(row["dau"], 1), note, facts, words=CHANGE_WORDS[row["change"]])


def _standing_out(frames: Frames) -> Parts:
    found = frames["findings"]
    head = Fragment('<div class="wb"><p class="wb-title">What stands out</p></div>')
    if not len(found):
        text = "Nothing: no day without learners, no silent tenant or device, no fall of completion, no change of level was found."
        return [head, present.empty(text)]
    words = [
        (row.sentence, f"{KINDS[row.kind][0].upper()}{KINDS[row.kind][1:]}. {row.evidence}") for row in found.itertuples()
    ]  # fmt: skip
    return [head, present.findings(words)]


def activity(frames: Frames) -> Parts:
    """Active learners a day, week and month, by platform, as a calendar, and the days unlike others."""
    daily = frames["activity_daily"]
    if not len(daily) or not has_data(frames):
        return [present.empty("No learner was active on a day that may be shown.")]
    whole, platforms = main(daily), names(daily)
    period = whole[whole["is_period"].astype(bool)]
    own = whole["platform"].iloc[0]
    marks = [frames[name][frames[name]["platform"] == own] for name in ("unusual_days", "change_points")]
    caption = (
        "Learners with at least one activity of learning on a day, on one of 7 and of 28 days that end with it (definitions E1, E2). "
        "Rings: "
        "days unlike the same weekday at other times (X3); dotted: first day of another level. Days of fewer than 10 learners are gaps."
    )
    parts: Parts = [Panel(_activity_title(frames), charts.active_learners(period, *marks), caption)]
    if len(platforms) > 1:
        lines = charts.platforms_by_day(daily[daily["is_period"].astype(bool)], platforms)
        parts.append(Panel("Learners active a day, by platform", lines, "The same days, each platform by itself."))
    known = whole[whole["day"] >= period["day"].min() - pd.Timedelta(days=HISTORY_DAYS)]
    words = "Every day since eight weeks before the period; the stronger the blue, the more learners. Grey: withheld."
    parts.append(Panel(_rhythm_title(known), charts.calendar(known), words))
    return [*parts, _changes_table(frames), *_unusual(frames), *_joins(frames)]


def _rhythm_title(known: pd.DataFrame) -> str:
    told = known.dropna(subset=["dau"])
    means = told["dau"].astype(float).groupby(told["day"].dt.day_of_week).mean()
    if len(means) < 7:
        return "The rhythm of the weeks"
    most, least = (charts.WEEKDAYS[int(place)] for place in (means.idxmax(), means.idxmin()))
    return f"Most learn on {DAYS[most]} ({count(means.max())} on average), fewest on {DAYS[least]} ({count(means.min())})"


DAYS = dict(zip(charts.WEEKDAYS, ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"), strict=True))


def _activity_title(frames: Frames) -> str:
    row = main(frames["activity_summary"]).iloc[0]
    if present.missing(row["stickiness"]):
        return f"{decimal(row['dau'], 1)} learners were active on an average day"
    return (
        f"{count(row['mau'])} learners were active in the last 28 days; on an average day {decimal(row['dau'], 1)}, "
        f"a stickiness of {percent(row['stickiness'], 0)}"
    )


def _changes_table(frames: Frames) -> Fragment:
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("day", "From", present.day, "left"),
        Column("before", "A day before", lambda v: decimal(v, 1)), Column("after", "A day after", lambda v: decimal(v, 1)),
        Column(("difference", "low", "high"), "Difference", present.with_interval(lambda v: present.signed(v, 1))),
    ]  # fmt: skip
    nothing = "No lasting change of level was found on any platform."
    return present.table(frames["change_points"], columns, "Lasting changes of level (change points, weekdays evened out)", nothing)


def _unusual(frames: Frames) -> Parts:
    frame = frames["unusual_days"]
    if not len(frame):
        return [present.lead("No day was unlike the same weekday at other times (definition X3).")]
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("day", "Day", present.day, "left"),
        Column("value", "Active", count), Column("expected", "Usual for the weekday", count),
        Column("score", "Robust z", lambda score: present.signed(score, 1)), Column("baseline", "Days compared with", count),
    ]  # fmt: skip
    return [present.details(f"Days unlike the same weekday at other times: {len(frame)}", present.table(frame, columns))]


def _joins(frames: Frames) -> Parts:
    frame = single(frames["joins"])
    if not len(frame):
        return []
    columns = [
        Column("platform", "Platform", naming.name, "left"), Column("week", "Week from", present.day, "left"),
        Column("joined", "Joined", _or_withheld), Column("left_count", "Left", _or_withheld),
    ]  # fmt: skip
    return [present.details("Learners who joined and who left, by week", present.table(frame.drop(columns="suppressed"), columns))]


def _or_withheld(value: float) -> str:
    return present.SUPPRESSED if present.missing(value) else count(value)


def contributions(frames: Frames) -> Parts:
    """Where the change against the period before comes from."""
    frame = frames["contributions"]
    if not len(frame):
        return [present.empty("There is nothing to compare: no group was active in both periods.")]
    parts: Parts = []
    labels = {"platform": "Platforms", "tenant": "Tenants", "device": "Devices", "cohort": "Months of joining"}
    for dimension, part in frame.groupby("dimension", sort=False):
        part = part.assign(group=part["group"].map(group_name))
        shown = cells.shown(part)
        if len(shown) < 2:
            continue
        carried = shown[shown["carries"]]["group"]
        title = (
            f"{labels[dimension]}: {carried.iloc[0]} carries the change"
            if len(carried)
            else f"{labels[dimension]}: no single one carries it"
        )
        parts.append(Panel(title, charts.contributions(shown.head(12)), _CAPTIONS[dimension]))
    return [*parts, present.details("All groups in numbers", _contributions_table(frame))]


def group_name(group: str) -> str:
    """A group as it is read: the platform before a colon, or the group itself, by its name.

    >>> group_name("mued: ios"), group_name("video"), group_name("aoba")
    ('MUED: ios', 'Video', 'aoba')
    """
    first, colon, rest = group.partition(": ")
    return f"{naming.name(first)}{colon}{rest}"


_WHERE = "Change of mean daily active learners against the period before with its 95 % interval (definition X2). "
_CAPTIONS = {
    "platform": f"{_WHERE}Strong colour: it carries at least half of the change, and more than 1.5 times what its size makes one expect.",
    "tenant": f"{_WHERE}Tenants of platforms that have several.", "device": f"{_WHERE}The device is that of a day's first session.",
    "cohort": f"{_WHERE}By month of joining, or of the first activity where joining is not known.",
}  # fmt: skip


def _contributions_table(frame: pd.DataFrame) -> Fragment:
    columns = [
        Column("dimension", "By", align="left"), Column("group", "Group", group_name, "left"),
        Column("before", "A day before", lambda v: decimal(v, 1)), Column("after", "A day in the period", lambda v: decimal(v, 1)),
        Column(("difference", "low", "high"), "Difference", present.with_interval(lambda v: present.signed(v, 1))),
        Column("share", "Part of the change", lambda share: percent(share, 0)),
        Column("carries", "Carries it", lambda carries: "yes" if carries is True else "", "left"),
    ]  # fmt: skip
    return present.table(frame, columns)


def states(frames: Frames) -> Parts:
    """Learner states and their flow, who is newly at risk, and the back-test of the rule."""
    frame = frames["states"]
    if not len(frame) or not has_data(frames):
        return [present.empty("No learner is enrolled.")]
    whole = main(frame).set_index("state")
    flow = frames["flow"]
    risky = whole["learners"].get("at_risk", float("nan"))
    title = "Learners by state" if present.missing(risky) else f"{count(risky)}{_enrolled(whole)} learners are at risk"
    labels = {state: LABELS[state] for state in STATES}
    platforms = names(frame) or {whole["platform"].iloc[0]: naming.name(whole["platform"].iloc[0])}
    bars = journeys.states_by_platform(frame[frame["platform"].isin(platforms)], platforms, labels, charts.STATE_COLOURS)
    caption = (
        "State at the end of the period (definition E7). Active: learned in the last 7 days; at risk: 7 to 27 days ago; dormant: longer "
        "ago; returned: active again after 28 days or more; never started: enrolled, without any activity."
    )
    parts: Parts = [Panel(title, bars, caption)]
    if len(cells.shown(flow)):
        coarse = " New and returned learners are counted as active here, so that more may be shown." if flow.attrs.get("coarse") else ""
        words = f"From the end of the period before (left) to the end of this one (right). Flows of few learners are left out.{coarse}"
        order = {name: LABELS[name] for name in ("active", "new", "returned", "at_risk", "dormant", "never_started", "not_joined", "left")}
        parts.append(Panel(_flow_title(flow), charts.flow(flow, order), words))
    return [*parts, _states_table(frame), *_at_risk(frames), *_backtest(frames)]


def _enrolled(whole: pd.DataFrame) -> str:
    return f" of {count(whole['learners'].sum())} enrolled" if whole["learners"].notna().all() else ""


def _flow_title(flow: pd.DataFrame) -> str:
    told = flow.set_index(["state_before", "state_after"])["learners"]

    def moved(before: tuple[str, ...], after: tuple[str, ...]) -> float:
        chosen = told[told.index.get_level_values(0).isin(before) & told.index.get_level_values(1).isin(after)]
        return float(chosen.sum()) if len(chosen) and chosen.notna().all() else float("nan")

    here, away = ("active", "new", "returned"), ("at_risk", "dormant")
    parts = [(moved(here, away), "active learners fell silent"), (moved(away, here), "silent ones came back")]
    words = [f"{count(number)} {what}" for number, what in parts if not present.missing(number)]
    return "; ".join(words) or "From state to state"


def _states_table(frame: pd.DataFrame) -> Fragment:
    rows = frame.assign(name=frame["platform"].map(naming.name), label=frame["state"].map(LABELS)).drop(columns="suppressed")
    columns = [
        Column("name", "Platform", align="left"), Column("label", "State", align="left"), Column("learners", "Learners", _or_withheld),
        Column("share", "Share", lambda share: percent(share, 0)), Column("previous", "Period before", _or_withheld),
    ]  # fmt: skip
    return present.details("States in numbers", present.table(rows, columns))


def _at_risk(frames: Frames) -> Parts:
    frame = frames["newly_at_risk"]
    if not len(frame):
        return [present.lead("Nobody became at risk in the last seven days.")]
    columns = [
        Column("learner", "Learner", align="left"), Column("platform", "Platform", naming.name, "left"),
        Column("tenant", "Tenant", align="left"), Column("last_day", "Last active", present.day, "left"),
        Column("silent_days", "Silent days", count),
    ]  # fmt: skip
    identified, every = frame.attrs["identified"], frame.attrs["all"]
    who = "by their ids; this read was noted in the audit log" if identified else "under pseudonyms of this report (definition X6)"
    more = f" (the {len(frame)} latest of {every})" if every > len(frame) else ""
    return [present.details(f"Newly at risk in the last seven days: {count(every)} learners{more}, {who}", present.table(frame, columns))]


def _backtest(frames: Frames) -> Parts:
    frame = frames["backtest"]
    if not len(frame):
        return [present.lead("The rule “at risk” cannot be tried on the past: too little of it is known.")]
    share = present.with_interval(lambda ratio: percent(ratio, 0))
    columns = [
        Column("cut_off", "As of", present.day, "left"), Column("judged", "Judged", count),
        Column("flagged", "Flagged", count), Column("left", "Left", count),
        Column(("precision", "precision_low", "precision_high"), "Precision", share),
        Column(("base_rate", "base_rate_low", "base_rate_high"), "Base rate", share),
        Column(("recall", "recall_low", "recall_high"), "Recall", share),
        Column("lead_days", "Lead time", lambda days: f"{decimal(days, 0)} days"),
    ]  # fmt: skip
    rows = [{**row, "cut_off": present.day(row["cut_off"]) if not present.missing(row["cut_off"]) else "all together"}
            for row in frame.to_dict("records")]  # fmt: skip
    columns[0] = Column("cut_off", "As of", align="left")
    words = (
        "Flagged: at risk at the day in the first column, by what was known then. Left: no activity in the 28 days after. Precision: "
        "flagged "
        "learners who left; base rate: all judged who left, so what flagging at random would give; recall: leavers who had been flagged; "
        "lead "
        "time: days from the flag to the 28th silent one. A learner is judged once a row: the last one counts some several times."
    )
    return [present.table(rows, columns, _backtest_title(frame)), present.lead(words)]


def _backtest_title(frame: pd.DataFrame) -> str:
    row = frame.iloc[-1]
    if bool(row["suppressed"]) or present.missing(row["precision"]):
        return "The rule “at risk” tried on the past"
    return (
        f"Tried on the past: of the learners flagged {percent(row['precision'], 0)} left, of all judged {percent(row['base_rate'], 0)}; "
        f"{percent(row['recall'], 0)} of the leavers had been flagged"
    )
