"""The report's pages in the order a reader needs them, from the verdict to latency: frames in, fragments and figures out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench import present
from workbench.charts import answers
from workbench.metrics import wording
from workbench.present import Column, Fragment, Panel

Frames = Mapping[str, pd.DataFrame]
Parts = list[Any]
EPISODES_SHOWN = 25


def zone(frames: Frames) -> str:
    """The report's time zone."""
    known = frames["provenance"].set_index("item")["value"]
    return str(known["time zone"])


def has_data(frames: Frames) -> bool:
    """Whether the period has an answer that may be shown."""
    return bool((frames["objectives"]["total"] > 0).any())


def opening(frames: Frames) -> Parts:
    """The verdict, a card an objective, and what stands out."""
    state, sentence = frames["verdict"].iloc[0][["state", "sentence"]]
    cut_off = f"As of {present.moment(frames['provenance'].attrs['cut_off'], zone(frames))} ({zone(frames)})."
    cards = present.cards(_card(row) for row in frames["objectives"].to_dict("records"))
    return [present.style(), present.verdict(state, sentence, cut_off), cards, *_standing_out(frames)]


def _card(row: Mapping[str, Any]) -> Fragment:
    percent = present.percent
    facts = [
        ("Promised", percent(row["target"], 1)), ("Budget left", percent(row["remaining"], 0)),
        ("Burn rate", present.times(row["burn"])), ("Burn, last day", present.times(row["burn_day"])),
        ("Budget", row["outlook"] if row["state"] != "no_data" else row["reason"]), ("Counted by", row["method"]),
    ]  # fmt: skip
    if row["state"] == "no_data":
        return present.card("no_data", row["title"], present.NOTHING, f"No data: {row['reason']}.", facts[:1])
    ends = f"{percent(row['low'], 2).removesuffix(' %')}–{percent(row['high'], 2)}"
    note = f"95 % interval {ends}; {present.count(row['bad'])} of {present.count(row['total'])} {row['unit']} missed it"
    return present.card(row["state"], row["title"], percent(row["sli"], 2), note, facts, row["remaining"])


def _standing_out(frames: Frames) -> Parts:
    found = frames["findings"]
    head = Fragment('<div class="wb"><p class="wb-title">What stands out</p></div>')
    if not len(found):
        text = "Nothing: no incident, no raised rate, no change of price and no day without answers was found."
        return [head, present.empty(text)] if has_data(frames) else []
    ordered = found.assign(last=found["kind"] == "idle_day").sort_values(["last", "from_at"], kind="stable")
    return [head, present.findings(zip(ordered["sentence"], ordered["evidence"], strict=True))]


def alerts(frames: Frames) -> Parts:
    """Alerts at the cut-off: the firing ones in sentences, all of them in a table."""
    frame = frames["alerts"]
    firing = frame[frame["state"] == "firing"]
    if len(firing):
        words = f"{len(firing)} of {len(frame)} alerts fire at the cut-off."
        first: Parts = [present.lead(words), _alert_table(firing)]
    else:
        first = [present.lead(f"None of the {len(frame)} alerts fires at the cut-off.")]
    rest = frame[frame["state"] != "firing"]
    which = "The others" if len(firing) else "All of them"
    counts = rest["state"].map({state: words for state, (_, words) in present.STATES.items()}).value_counts()
    summary = ", ".join(f"{number} {words}" for words, number in counts.items())
    return [*first, _matrix(frame), present.details(f"{which}, each in a sentence: {summary}", _alert_table(rest))]


def _matrix(frame: pd.DataFrame) -> Fragment:
    """A row an objective, a column a window pair: state and burn rate."""
    windows = list(dict.fromkeys(zip(frame["long_s"], frame["short_s"], strict=True)))
    rows = []
    for title, part in frame.groupby("title", sort=False):
        cells = {(row["long_s"], row["short_s"]): _cell(row) for row in part.to_dict("records")}
        rows.append({"title": title, **{str(pair): cells.get(pair, present.NOTHING) for pair in windows}})
    columns = [Column("title", "Objective", align="left")]
    columns += [Column(str(pair), f"last {wording.span(pair[0])}, {wording.span(pair[1])}", lambda cell: cell) for pair in windows]
    caption = "Burn rate at the cut-off by window, and the rate that raises the alarm"
    return present.table(rows, columns, caption)


def _cell(row: Mapping[str, Any]) -> Fragment:
    rate = "withheld" if row["suppressed"] else present.times(row["burn_long"])
    return Fragment(f"{present.badge(row['state'])}<br><small>{present.safe(rate)} of {present.times(row['threshold'])}</small>")


def _alert_table(frame: pd.DataFrame) -> Fragment:
    columns = [
        Column("title", "Objective", align="left"), Column("severity", "Kind", align="left"),
        Column(("long_s", "short_s"), "Windows", lambda long, short: f"{wording.span(long)} / {wording.span(short)}", "left"),
        Column(("burn_long", "burn_short"), "Burn (long / short)", lambda long, short: f"{present.times(long)} / {present.times(short)}"),
        Column("threshold", "Alarm from", present.times), Column("state", "State", present.badge, "left"),
        Column("sentence", "Meaning", align="wrap"),
    ]  # fmt: skip
    return present.table(frame.drop(columns="suppressed"), columns)


def budget(frames: Frames) -> Parts:
    """Burn-down of every objective's budget, and when alerts fired."""
    objectives, line = frames["objectives"], frames["burn_down"]
    if not len(line):
        return [present.empty("No budget was used: there are no answers in the period.")]
    shown = objectives[objectives["objective"].isin(line["objective"])]
    titles = {row.objective: f"{row.title}: {present.percent(row.remaining, 0)} left" for row in shown.itertuples()}
    spent = [row.title for row in shown.itertuples() if row.remaining <= 0]
    title = f"Overspent: {', '.join(spent)}" if spent else "No error budget is used up"
    local = line.assign(at=line["at"].dt.tz_convert(zone(frames)))
    caption = (
        f"What is left of the period's error budget, in {zone(frames)} time. A budget is the share of answers that may miss the objective "
        "(1 − target); a falling line spends it, below 0 % it is overspent (definition S2)."
    )
    figure = answers.burn_down(local, titles, dict(zip(objectives["objective"], objectives["state"], strict=True)))
    return [Panel(title, figure, caption), _episodes(frames)]


def _episodes(frames: Frames) -> Fragment:
    frame, local = frames["burn_episodes"], zone(frames)
    columns = [
        Column("title", "Objective", align="left"), Column("severity", "Alert", align="left"),
        Column("from_at", "From", lambda at: present.moment(at, local), "left"),
        Column("to_at", "To", lambda at: present.moment(at, local), "left"),
        Column("answers", "Counted", present.count), Column("bad", "Missed", present.count),
        Column("budget_share", "Share of the budget", lambda share: present.percent(share, 0)),
        Column("peak_burn", "Highest burn", present.times),
    ]  # fmt: skip
    shown = frame.head(EPISODES_SHOWN)
    more = f" (the first {EPISODES_SHOWN} of {len(frame)}; all are in data.json)" if len(frame) > len(shown) else ""
    return present.table(shown, columns, f"When alerts fired{more}", "No alert fired at any time of the period.")


def latency(frames: Frames) -> Parts:
    """Latency by day and over the period, its distribution, models, and the histogram's error."""
    daily = frames["latency_daily"]
    if not len(daily):
        return [present.empty("No answer of the period has a latency.")]
    goal = frames["objectives"].set_index("objective")
    caption = (
        "Time until an answer was complete; errors are not in it. p95: 19 of 20 answers were faster. An open marker: fewer than 100 "
        "answers, so the p99 hangs on one of them. Days without answers and withheld days are gaps (definitions Q1, S7)."
    )
    lines = Panel(_latency_title(frames), answers.latency_lines(daily), caption)
    return [lines, _latency_table(frames), *_heatmap(frames), _latency_models(frames)] if len(goal) else [lines]


def _latency_title(frames: Frames) -> str:
    period = frames["latency_period"].set_index("level")["ms"]
    daily = frames["latency_daily"].dropna(subset=["p95_ms"])
    text = f"Half of the answers came within {present.milliseconds(period['p50'])}, 95 % within {present.milliseconds(period['p95'])}"
    if len(daily) < 2:
        return text
    worst = daily.loc[daily["p95_ms"].idxmax()]
    return f"{text}; the slowest day was {present.day(worst['day'])} (p95 {present.milliseconds(worst['p95_ms'])})"


def _latency_table(frames: Frames) -> Fragment:
    frame = frames["latency_period"].merge(frames["latency_check"].drop(columns="answers"), on="level", how="left")
    frame["change"] = frame["ms"] / frame["previous_ms"] - 1
    columns = [
        Column(("level", "few"), "Percentile", lambda level, few: f"{level} (few)" if few else level, "left"),
        Column("ms", "Period", present.milliseconds), Column("previous_ms", "Period before", present.milliseconds),
        Column("change", "Change", _relative), Column("exact_ms", "Exact, raw rows", present.milliseconds),
        Column("histogram_ms", "Histogram, same rows", present.milliseconds), Column("error", "Its error", lambda e: _relative(e, 2)),
    ]  # fmt: skip
    days = frames["latency_check"]["days"].max() if len(frames["latency_check"]) else 0
    caption = f"Percentiles of the whole period, merged from histograms (definition Q2); exact ones over the {days} days checked"
    return present.table(frame, columns, caption)


def _relative(value: float, digits: int = 1) -> str:
    return present.NOTHING if present.missing(value) else f"{present.signed(100 * value, digits)} %"


def _heatmap(frames: Frames) -> Parts:
    frame = frames["latency_bands"]
    shown = frame[~frame["suppressed"].astype(bool)]
    if not len(shown):
        return []
    most = shown.groupby("band")["answers"].sum().idxmax()
    caption = (
        "Each column is a day, each row a band of latency; the stronger the blue, the larger the share of the day's "
        "answers. Grey: fewer than 10 answers, or withheld so that those cannot be worked out (definition X5)."
    )
    return [Panel(f"Most answers took {most}", answers.latency_heatmap(frame), caption)]


def _latency_models(frames: Frames) -> Fragment:
    columns = [Column("model", "Model", align="left"), Column("answers", "Answers", present.count)]
    columns += [Column(level, level.removesuffix("_ms"), present.milliseconds) for level in ("p50_ms", "p95_ms")]
    columns.append(Column(("p99_ms", "few"), "p99", lambda ms, few: f"{present.milliseconds(ms)}{' (few)' if few else ''}"))
    return present.table(frames["latency_models"], columns, "Latency by model over the period")


def sentences(words: Sequence[str]) -> Fragment:
    """Sentences as one paragraph."""
    return present.lead(*[word for word in words if word])
