"""The report's pages from answer quality to provenance: frames in, fragments and figures out."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from workbench import present
from workbench.charts import answers
from workbench.metrics.disclosure import K
from workbench.present import Column, Fragment, Panel, percent, with_interval
from workbench.reports.rag_slo.views import Frames, Parts, has_data, sentences, zone

CHANGES = {"none": "no clear change", "no data": present.NOTHING}
NAMES = {"idle": "idle: nobody was there", "silent": "silent: learners were there, nothing was answered", "unused": "other models answered"}


def quality(frames: Frames) -> Parts:
    """Citations, relevance and feedback of the period, by day, and why citations fail."""
    if not has_data(frames):
        return [present.empty("There are no answers in the period, so there is no quality to show.")]
    return [_quality_table(frames), *_quality_days(frames), _reasons(frames)]


def _quality_table(frames: Frames) -> Fragment:
    shares, scores = with_interval(percent), with_interval(_score)
    columns = [
        Column("label", "Measure", align="wrap"),
        Column(("unit", "value", "low", "high"), "Value [95 %]", lambda unit, *v: (shares if unit == "share" else scores)(*v)),
        Column("count", "Out of", present.count),
        Column(("unit", "previous"), "Period before", lambda unit, v: (percent if unit == "share" else _score)(v)),
        Column(("unit", "difference", "difference_low", "difference_high"), "Change [95 %]", _difference),
        Column("change", "That is", lambda word: CHANGES.get(word, word), "left"),
    ]  # fmt: skip
    return present.table(frames["quality"], columns, "Answer quality, with change against the period before (definition X2)")


def _difference(unit: str, value: float, low: float, high: float) -> Any:
    return with_interval(present.points if unit == "share" else _score_change)(value, low, high)


def _score(value: float) -> str:
    return present.decimal(value, 3)


def _score_change(value: float) -> str:
    return present.signed(value, 3)


def _quality_days(frames: Frames) -> Parts:
    frame = frames["quality_daily"]
    if not len(frame):
        return []
    known = frames["quality"].set_index("measure")
    names = {key: known.loc[key, "label"] for key in ("coverage", "integrity", "satisfaction") if (frame["measure"] == key).any()}
    changed = known.loc[list(names)]
    moved = [f"{row.label.lower()} {row.change}" for row in changed.itertuples() if row.change in ("higher", "lower")]
    title = f"Against the period before: {', '.join(moved)}" if moved else "No clear change against the period before"
    if changed["change"].eq("no data").all():
        title = f"{known.loc['coverage', 'label']}: {percent(known.loc['coverage', 'value'])}; the period before has no answers"
    caption = (
        "Daily shares with 95 % Wilson intervals (definition X1). A citation is sound when its source is on record, licensed, permitted "
        "and not expired (R2); thumbs up are counted among up and down (R3)."
    )
    return [Panel(title, answers.shares(frame, names), caption)]


def _reasons(frames: Frames) -> Fragment:
    columns = [
        Column("label", "Why a citation is not sound", align="left"), Column("citations", "Citations", present.count),
        Column(("share", "low", "high"), "Share of all [95 %]", with_interval(lambda v: percent(v, 2))),
        Column("previous", "Period before", lambda v: percent(v, 2)),
    ]  # fmt: skip
    return present.table(frames["citation_reasons"], columns, "Citations that do not stand", "No citations in the period.")


def cost(frames: Frames) -> Parts:
    """Cost of the period, a day, an answer, a model, and by the end of the month."""
    row = frames["cost"].iloc[0]
    if not row["priced"]:
        unpriced = f" {present.count(row['unpriced'])} answers have no price." if row["unpriced"] else ""
        return [present.empty(f"No answer of the period has a price.{unpriced}")]
    parts: Parts = [sentences(_cost_words(frames))]
    daily = frames["cost_daily"]
    if not daily["suppressed"].astype(bool).all():
        parts += [_cost_panel(daily), _price_panel(frames)]
    return [*parts, _cost_models(frames)]


def _cost_words(frames: Frames) -> list[str]:
    row, forecast = frames["cost"].iloc[0], frames["cost_forecast"].iloc[0]
    days = len(frames["answers_daily"])
    words = [
        f"The answers cost {present.yen(row['cost_jpy'])}: {present.yen(row['cost_jpy'] / max(days, 1))} a day and "
        f"{present.yen(row['cost_per_answer'])} an answer (95 % interval {present.yen(row['low'])} to {present.yen(row['high'])}; "
        f"period before: {present.yen(row['previous'])}).",
        f"{present.count(row['unpriced'])} answers ({percent(row['unpriced_share'])}) have no price and are in none of these figures.",
    ]
    if not present.missing(row["top_share"]):
        words.append(
            f"The costliest tenth of the learners ({present.count(row['top_learners'])} of {present.count(row['learners'])}) stands for "
            f"{percent(row['top_share'], 0)} of the cost; a learner costs {present.yen(row['cost_per_learner'])} on average."
        )
    return [*words, _forecast_words(forecast)]


def _forecast_words(row: pd.Series) -> str:
    month = f"{row['month']:%B %Y}"
    if row["state"] == "complete":
        return f"{month} is complete: {present.yen(row['spent'])}."
    if row["state"] == "not_forecast":
        return f"{month} so far: {present.yen(row['spent'])}; too few days are known to forecast the month."
    ends = f"{present.yen(row['low'])} to {present.yen(row['high'])}; {row['days_left']} days left"
    return f"By the end of {month} it will have come to about {present.yen(row['total'])} (95 % interval {ends})."


def _cost_panel(daily: pd.DataFrame) -> Panel:
    by_day = daily.groupby("day")["cost_jpy"].sum(min_count=1).dropna()
    title = f"The dearest day was {present.day(by_day.idxmax())} with {present.yen(by_day.max())}"
    caption = f"Sum of the prices of all answers by day. Models with fewer than {K} learners on a day are left out."
    return Panel(title, answers.cost_by_day(daily), caption)


def _price_panel(frames: Frames) -> Panel:
    changes = frames["findings"]
    changes = changes[changes["kind"].isin(["price_change", "cost_change"])]
    marks = pd.DataFrame({"model": changes["subject"], "day": changes["from_at"].dt.tz_convert(zone(frames)).dt.tz_localize(None)})
    title = " ".join(changes["sentence"]).rstrip(".") if len(changes) else "No model's answers changed in price"
    caption = "Yen spent on an answer with a price, by day and model (sum of prices / priced answers: definition Q3)."
    return Panel(title, answers.cost_per_answer(frames["cost_daily"], marks), caption)


def _cost_models(frames: Frames) -> Fragment:
    columns = [
        Column("model", "Model", align="left"), Column("answers", "Answers", present.count), Column("unpriced", "Unpriced", present.count),
        Column("cost_jpy", "Cost", present.yen), Column("share", "Share", percent),
        Column(("cost_per_answer", "low", "high"), "An answer [95 %]", with_interval(present.yen)),
    ]  # fmt: skip
    return present.table(frames["cost_models"], columns, "Cost by model")


def comparison(frames: Frames) -> Parts:
    """Models and sources compared, raw and standardised; who bears the bad answers."""
    if not len(frames["groups"]):
        return [present.empty("There are no answers in the period to compare.")]
    parts: Parts = [sentences(_flip_words(frames["comparisons"]))]
    for dimension in ("model", "source"):
        parts += [*_forest(frames, dimension), _groups(frames, dimension)]
    return [*parts, *_bearers(frames)]


def _flip_words(frame: pd.DataFrame) -> list[str]:
    flips = frame[frame["flips"].astype(bool)]
    if not len(flips):
        return ["No comparison changes its sign when the groups are given the same mix of questions (Simpson's paradox, definition X4)."]
    return [
        f"Take care: {row.label.lower()} looks {'better' if row.raw > 0 else 'worse'} for {row.second} than for {row.first}, but it is the "
        f"other way round once both have the same mix (definition X4)."
        for row in flips.itertuples()
    ]


def _forest(frames: Frames, dimension: str) -> Parts:
    """A chart of the rate by which the groups differ most."""
    shown = frames["groups"][(frames["groups"]["dimension"] == dimension) & ~frames["groups"]["suppressed"].astype(bool)]
    shown = shown[shown["total"] > 0]
    if shown["group"].nunique() < 2:
        return []
    each = shown.assign(width=shown["raw_high"] - shown["raw_low"]).groupby("rate")
    spread = (each["raw"].max() - each["raw"].min()) / each["width"].mean()
    part = shown[shown["rate"] == spread.idxmax()].sort_values("raw")
    low, high, label = part.iloc[0], part.iloc[-1], part["label"].iloc[0]
    title = f"{label}, by {dimension}: from {percent(low['raw'])} ({low['group']}) to {percent(high['raw'])} ({high['group']})"
    other = "source" if dimension == "model" else "model"
    caption = f"As asked, with 95 % intervals, and standardised: as if every {dimension} had been asked with everybody's mix of {other}s."
    return [Panel(title, answers.compared_groups(part), caption)]


def _groups(frames: Frames, dimension: str) -> Fragment:
    part = frames["groups"][frames["groups"]["dimension"] == dimension]
    rows = part.drop_duplicates("group")[["group", "total", "suppressed"]].to_dict("records")
    columns = [Column("group", dimension.capitalize(), align="left"), Column("total", "Questions", present.count)]
    for rate, of_rate in part[part["total"] > 0].groupby("rate", sort=False):
        cells = {row["group"]: _rate_cell(row) for row in of_rate.to_dict("records")}
        rows = [{**row, str(rate): cells.get(row["group"], present.NOTHING)} for row in rows]
        columns.append(Column(str(rate), f"{of_rate['label'].iloc[0]} [95 %], standardised", lambda cell: cell))
    return present.table(rows, columns, f"By {dimension}")


def _rate_cell(row: dict[str, Any]) -> Fragment:
    if present.missing(row["raw"]):
        return Fragment(present.NOTHING)
    raw = with_interval(percent)(row["raw"], row["raw_low"], row["raw_high"])
    return Fragment(f"{raw}<br><small>std. {present.safe(percent(row['standardised']))}</small>")


def _bearers(frames: Frames) -> Parts:
    everyone, top = frames["bearers"], frames["concentration"].iloc[0]
    words = ["A bad answer is one that missed at least one of the objectives over answers."]
    whole = everyone[everyone["tenant"] == "*"]
    if len(whole) and not present.missing(whole.iloc[0]["affected"]):
        row = whole.iloc[0]
        share = percent(row["affected_share"], 0)
        words.append(f"{present.count(row['affected'])} of {present.count(row['learners'])} learners ({share}) got at least one.")
    if not present.missing(top["top_share"]):
        words.append(f"The tenth of the learners with most of them got {percent(top['top_share'], 0)} of all {present.count(top['bad'])}.")
    return [Fragment('<div class="wb"><p class="wb-title">Who bears the bad answers</p></div>'), sentences(words), *_bearer_tables(frames)]


def _bearer_tables(frames: Frames) -> Parts:
    spread = [
        Column("bad_answers", "Bad answers a learner got", align="left"), Column("learners", "Learners", present.count),
        Column("share", "Share of learners", percent),
        Column("bad", "Bad answers", present.count), Column("bad_share", "Share of them", percent),
    ]  # fmt: skip
    tenants = [
        Column("tenant", "Tenant", align="left"), Column("learners", "Learners", present.count),
        Column("affected", "Affected", present.count),
        Column(("affected_share", "low", "high"), "Share [95 %]", with_interval(percent)), Column("answers", "Answers", present.count),
        Column("bad", "Bad", present.count), Column("bad_share", "Share of answers", percent),
    ]  # fmt: skip
    by_tenant = frames["bearers"][frames["bearers"]["tenant"] != "*"]
    parts: Parts = [present.table(frames["bad_spread"], spread, "How they spread over learners")]
    return [*parts, present.table(by_tenant, tenants, "By tenant")] if len(by_tenant) else parts


def coverage(frames: Frames) -> Parts:
    """Answers by day, days without data and of which kind, unusual days, and the audit of the rollups."""
    days, without = frames["answers_daily"], frames["days_without_data"]
    parts: Parts = []
    if len(days):
        kinds = without["kind"].value_counts()
        told = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        title = f"{len(without)} of {len(days)} days have no answers: {told}" if len(without) else f"All {len(days)} days have answers"
        caption = (
            "Answers by day, errors apart. Silent: learners were there, but nothing was answered; idle: nobody was there (definition S6)."
        )
        parts.append(Panel(title, answers.answers_by_day(days), caption))
    if len(without):
        columns = [
            Column("day", "Day", present.day, "left"), Column("kind", "Kind", lambda kind: NAMES.get(kind, kind), "left"),
            Column("sessions", "Sessions begun", present.count),
        ]  # fmt: skip
        parts.append(present.table(without, columns, "Days without answers"))
    return [*parts, *_unusual(frames), *_audit(frames)]


def _unusual(frames: Frames) -> Parts:
    frame = frames["unusual_days"]
    if not len(frame):
        return []
    show = {"answers": present.count, "errors": present.count, "cost_jpy": present.yen, "p95_ms": present.milliseconds}
    names = {"answers": "Answers", "errors": "Errors", "cost_jpy": "Cost", "p95_ms": "p95 latency"}
    columns = [
        Column("day", "Day", present.day, "left"), Column("series", "Figure", names.get, "left"),
        Column(("series", "value"), "Value", lambda series, value: show[series](value)),
        Column(("series", "expected"), "Usual for the weekday", lambda series, value: show[series](value)),
        Column("score", "Robust z", lambda score: present.signed(score, 1)),
        Column("baseline", "Days compared with", present.count),
    ]  # fmt: skip
    return [present.details(f"Days unlike the same weekday at other times: {len(frame)} figures", present.table(frame, columns))]


def _audit(frames: Frames) -> Parts:
    audit, pending = frames["audit"], int(frames["freshness"]["pending_days"].max() if len(frames["freshness"]) else 0)
    columns = [
        Column("rollup", "Rollup", align="left"), Column("days", "Days", present.count),
        Column("figures", "Figures compared", present.count),
        Column("drifting", "Differ", present.count), Column("pending", "of those, to be refreshed", present.count),
        Column("largest", "Largest difference", lambda v: "none" if v == 0 else percent(v, 3)),
    ]  # fmt: skip
    words = [
        "The stored rollups agree with the raw rows." if len(audit) and not audit["drifting"].sum() else "",
        f"{int(audit['drifting'].sum())} stored figures differ from the raw rows." if len(audit) and audit["drifting"].sum() else "",
        f"{pending} days changed since the last refresh: run `workbench rollup`." if pending else "",
    ]
    nothing = "Nothing to check: there are no answers, or the figures were computed from the raw rows themselves."
    return [sentences(words), present.table(audit, columns, "Stored rollups against raw rows (definition Q5)", nothing), *_drift(frames)]


def _drift(frames: Frames) -> Parts:
    frame = frames["audit_drift"]
    columns = [
        Column("day", "Day", present.day, "left"), Column("rollup", "Rollup", align="left"), Column("metric", "Figure", align="left"),
        Column("stored", "Stored", present.decimal), Column("raw", "Raw rows", present.decimal),
        Column("drift", "Difference", present.signed),
    ]  # fmt: skip
    return [present.details(f"The {len(frame)} largest differences", present.table(frame, columns))] if len(frame) else []


def provenance(frames: Frames) -> Parts:
    """What the report was asked for and rests on, what was withheld, and what the figures mean.

    Run, hashes and versions stand at the foot of a published page.
    """
    cut_off = frames["provenance"].attrs["cut_off"]
    facts = [*frames["provenance"].itertuples(index=False, name=None), ("cut-off (UTC)", f"{cut_off:%Y-%m-%d %H:%M:%S}")]
    facts += [("rows read", present.count(frames["provenance"].attrs["rows_read"]))]
    columns = [Column("item", "Item", align="left"), Column("value", "Value", align="wrap")]
    table = present.table(pd.DataFrame(facts, columns=["item", "value"]), columns)
    hidden = frames["suppression"]
    words = (
        f"{int(hidden['withheld'].sum())} of {int(hidden['rows'].sum())} rows of {len(hidden)} tables are withheld (definition X5)."
        if len(hidden)
        else "Nothing had to be withheld (definition X5)."
    )
    return [table, sentences([words]), present.details("What the figures mean", present.definitions(definitions()))]


@cache
def definitions() -> tuple[tuple[str, str], ...]:
    """Terms of the report and what they mean."""
    known = tomllib.loads((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    return tuple((one["term"], " ".join(one["meaning"].split())) for one in known["definition"])
