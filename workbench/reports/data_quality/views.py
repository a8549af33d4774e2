"""The data quality report's page in the order a reader needs it: frames in, fragments and figures out."""

import tomllib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from workbench import present
from workbench.charts import checks
from workbench.checking.schema import SEVERITIES
from workbench.present import Column, Fragment, Panel

Frames = Mapping[str, pd.DataFrame]
Parts = list[Any]
_SIGNS = {"critical": "breached", "warning": "at_risk", "info": "no_data"}


def zone(frames: Frames) -> str:
    """The report's time zone."""
    return str(frames["provenance"].set_index("item")["value"]["time zone"])


def opening(frames: Frames) -> Parts:
    """The verdict, and a card a platform."""
    state, sentence = frames["verdict"].iloc[0][["state", "sentence"]]
    cut_off = f"As of {present.moment(frames['provenance'].attrs['cut_off'], zone(frames))} ({zone(frames)})."
    cards = present.cards(_card(row, frames) for row in frames["platforms"].to_dict("records"))
    return [present.style(), present.verdict(state, sentence, cut_off), cards]


def _card(row: Mapping[str, Any], frames: Frames) -> Fragment:
    facts = [
        ("Critical", present.count(row["critical"])), ("Warning", present.count(row["warning"])), ("Info", present.count(row["info"])),
        ("Without an answer", present.count(row["unanswered"])), ("Rules", present.count(row["rules"])),
    ]  # fmt: skip
    if not row["answered"]:
        return present.card("no_data", row["platform"], present.NOTHING, "Never checked.", facts[-1:])
    state = "breached" if row["critical"] else "at_risk" if row["warning"] or row["unanswered"] else "met"
    note = f"of {present.count(row['answered'])} rules pass; last checked {present.moment(row['checked_at'], zone(frames))}"
    return present.card(state, row["platform"], present.percent(row["passed"] / row["answered"], 1), note, facts)


def failing(frames: Frames) -> Parts:
    """What fails now, the worst and the oldest first."""
    nothing = "No rule fails." if frames["verdict"]["state"].iloc[0] != "no_data" else "Nothing was checked in the period."
    since = partial(present.moment, timezone=zone(frames))
    columns = [
        Column("severity", "Severity", lambda name: present.badge(_SIGNS[name], name), "left"),
        Column(("rule", "owner"), "Rule, and whom to ask", _two, "left"),
        Column(("message", "reason"), "What was found, and why it matters", _two, "wrap"), Column("failed", "Rows", present.count),
        Column(("since_at", "status", "last_runs"), "Since", lambda at, status, runs: _two(since(at), f"{status} ({runs})"), "left"),
    ]  # fmt: skip
    caption = "In brackets the last ten runs, oldest first, x for a failure. The page of a run shows the keys and the SQL to see the rows."
    parts = [present.table(frames["failing"], columns, nothing=nothing)]
    return [*parts, present.lead(caption)] if len(frames["failing"]) else parts


def _two(first: str, second: str) -> Fragment:
    """A line, and a small one under it."""
    return Fragment(f"{present.safe(first)}<br><small>{present.safe(second)}</small>")


def course(frames: Frames) -> Parts:
    """Failing rules a day, and what began to fail or was fixed."""
    frame = frames["trend"]
    if not len(frame):
        return [present.empty("No check was run in the period.")]
    first, last = (int(frame.iloc[place][list(SEVERITIES)].sum()) for place in (0, -1))
    title = f"{last} rules failed on the last day with a run, {first} on the first"
    caption = "Rules whose last answer of the day was a failure, by severity. A day without a bar had no run of the checks."
    columns = [
        Column("at", "When", partial(present.moment, timezone=zone(frames)), "left"), Column("change", "What", align="left"),
        Column("rule", "Rule", align="left"), Column("severity", "Severity", align="left"),
        Column("message", "What was found", align="wrap"),
    ]  # fmt: skip
    table = present.table(frames["changes"], columns, "What changed in the period", "No rule changed its answer.")
    return [Panel(title, checks.failing_by_day(frame, SEVERITIES), caption), table, *_flapping(frames)]


def _flapping(frames: Frames) -> Parts:
    frame = frames["flapping"]
    if not len(frame):
        return []
    columns = [
        Column("rule", "Rule", align="left"), Column("table_name", "Table", align="left"), Column("changes", "Changes", present.count),
        Column("last_runs", "Last runs", align="left"),
    ]  # fmt: skip
    return [present.table(frame, columns, "Flapping: three changes or more in the last ten runs")]


def watch(frames: Frames) -> Parts:
    """How the data is watched: the runs, what nobody checks, what takes longest."""
    moment = partial(present.moment, timezone=zone(frames))
    runs = [
        Column("started_at", "Begun", moment, "left"), Column("asked_for", "Asked for", align="wrap"),
        Column("rules", "Rules", present.count), Column("failed", "Failed", present.count),
        Column("unanswered", "Without an answer", present.count), Column("seconds", "Seconds", lambda s: present.decimal(s, 1)),
        Column("is_partial", "Rows", lambda part: "some" if part else "all", "left"),
    ]  # fmt: skip
    idle = [
        Column("table_name", "Table", align="left"), Column("rules", "Rules", present.count),
        Column("checked_at", "Last checked", moment, "left"),
    ]  # fmt: skip
    slow = [
        Column("rule", "Rule", align="left"), Column("table_name", "Table", align="left"),
        Column("median_ms", "Median", present.milliseconds), Column("answers", "Answers", present.count),
    ]  # fmt: skip
    unchecked = present.table(frames["unchecked"], idle, "Tables with rules that no run looked at", "Every table with rules was checked.")
    hidden = [
        present.details(f"The runs of the period: {len(frames['runs'])}", present.table(frames["runs"], runs)),
        present.details("Rules that take longest", present.table(frames["slowest"], slow)),
    ]
    return [unchecked, *(hidden if len(frames["runs"]) else [])]


def provenance(frames: Frames) -> Parts:
    """What the report was asked for and rests on, and what the words mean."""
    cut_off = frames["provenance"].attrs["cut_off"]
    facts = [*frames["provenance"].itertuples(index=False, name=None), ("cut-off (UTC)", f"{cut_off:%Y-%m-%d %H:%M:%S}")]
    facts += [("rows read", present.count(frames["provenance"].attrs["rows_read"]))]
    columns = [Column("item", "Item", align="left"), Column("value", "Value", align="wrap")]
    table = present.table(pd.DataFrame(facts, columns=["item", "value"]), columns)
    return [table, present.details("What the words mean", present.definitions(definitions()))]


@cache
def definitions() -> tuple[tuple[str, str], ...]:
    """Terms of the report and what they mean."""
    known = tomllib.loads((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    return tuple((one["term"], " ".join(one["meaning"].split())) for one in known["definition"])
