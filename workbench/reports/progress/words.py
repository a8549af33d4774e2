"""What stands out, in sentences, and the verdict."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from workbench import present
from workbench.metrics.disclosure import K
from workbench.metrics.stats import wilson
from workbench.reports import naming
from workbench.reports.progress.asked import Asked

Frames = dict[str, pd.DataFrame]
WORRYING, ALARMING = 0.10, 1 / 3
"""Share of the judged learners who struggle or have stalled from which the report is at risk, or breached: surely above it (X1)."""
COLUMNS = ["kind", "platform", "subject", "sentence", "evidence"]


def findings_frame(frames: Frames) -> pd.DataFrame:
    """What stands out, the gravest first: `kind` (item, version, drift, model, curve, help, rapid), `platform`, `subject` (an id, or
    empty), `sentence`, `evidence`."""
    rows = [*_items(frames["items"]), *_versions(frames["versions"]), *_models(frames["belief_skills"]), *_replay(frames["replay"])]
    rows += [*_curves(frames["slopes"]), *_help(frames["help"]), *_rapid(frames["rapid"])]
    return pd.DataFrame(rows, columns=COLUMNS)


def _shown(frame: pd.DataFrame) -> Iterable[Any]:
    return frame[~frame["suppressed"].astype(bool)].itertuples() if len(frame) else ()


def _items(items: pd.DataFrame) -> Iterable[tuple]:
    for row in _shown(items[items["suspicion"].fillna(0) > 0]):
        words = f"Item “{row.item}” is suspicious: {row.why}."
        evidence = f"{naming.name(row.platform)}: {row.correct_share:.0%} of {row.learners:.0f} first answers right"
        evidence += f"; correlation with the rest {row.rest_correlation:+.2f}" if row.rest_correlation == row.rest_correlation else ""
        yield "item", row.platform, row.item_id, words, evidence


def _versions(versions: pd.DataFrame) -> Iterable[tuple]:
    for row in _shown(versions):
        ends = f"95 % interval of all versions together {100 * row.difference_low:+.1f} to {100 * row.difference_high:+.1f} points"
        ends += f", {row.answers:.0f} answers"
        name = f"Variant {row.variant}" if row.variant else f"Version {row.version}"
        words = (
            f"{name} of “{row.item}” is {row.verdict}"
            if row.verdict != "no difference shown"
            else f"{name} of “{row.item}” shows no difference"
        )
        yield "version", "drivemaster", row.content_id, f"{words}: {row.correct_rate:.0%} right against {row.parent_rate:.0%}.", ends


def _models(skills: pd.DataFrame) -> Iterable[tuple]:
    for row in _shown(skills[skills["verdict"] == "drifts"]):
        since = f"since about {present.day(row.drift_since)}"
        words = f"“{row.skill}” is answered otherwise than predicted {since}: the skill, its items or who answers changed."
        change = (
            f"observed − predicted {100 * row.bias_before:+.0f} points before, {100 * row.bias_after:+.0f} since; {row.answers:.0f} answers"
        )
        yield "drift", row.platform, row.skill_id, words, f"{naming.name(row.platform)}: {change}"
    off = skills[(skills["verdict"] == "off") & (skills["predictor"] == "stored")]
    for row in _shown(off):
        words = f"The stored parameters of “{row.skill}” {'over' if row.bias < 0 else 'under'}estimate its learners."
        ends = f"observed − predicted {100 * row.bias:+.1f} points, 95 % interval {100 * row.low:+.1f} to {100 * row.high:+.1f}"
        yield "model", row.platform, row.skill_id, words, f"{naming.name(row.platform)}: {ends}"


def _replay(replay: pd.DataFrame) -> Iterable[tuple]:
    for row in _shown(replay[replay["differing"].fillna(0) > 0]):
        words = f"Stored mastery on {naming.name(row.platform)} is not what its answers give."
        yield "model", row.platform, "", words, f"{row.differing:.0f} of {row.states:.0f} states differ, by up to {row.largest:.3f}"


def _curves(slopes: pd.DataFrame) -> Iterable[tuple]:
    for platform, part in slopes[slopes["state"].isin(["rises", "flat"])].groupby("platform"):
        names = "; ".join(part["skill"].head(3))
        judged = int((~slopes.loc[slopes["platform"] == platform, "state"].isin(["few"])).sum())
        words = f"{len(part)} of {judged} judged skills on {naming.name(platform)} show no fall of errors with practice."
        yield "curve", platform, "", words, f"first of them: {names}"


def _help(found: pd.DataFrame) -> Iterable[tuple]:
    told = {
        "higher": "is more often right after good help than after bad",
        "lower": "is less often right after good help than after bad",
        "no_difference": "shows no difference between good and bad help",
    }
    for row in _shown(found[found["state"].isin(told)]):
        ends = f"{100 * row.within:+.1f} points within learners, 95 % interval {100 * row.within_low:+.1f} to {100 * row.within_high:+.1f}"
        yield (
            "help",
            row.platform,
            "",
            f"The next answer on {naming.name(row.platform)} {told[row.state]} (an association).",
            f"{ends}, {row.attempts:.0f} answers",
        )


def _rapid(rapid: pd.DataFrame) -> Iterable[tuple]:
    for row in rapid[rapid["is_there"].astype(bool)].itertuples():
        who = f"fewer than {K} learners" if row.suppressed else f"{row.learners:.0f} learners"
        much = "" if row.suppressed else f"; {row.rapid_share:.1%} of the timed answers"
        words = f"Answers on {naming.name(row.platform)} came faster than a question can be read, from {who}: take their figures with care."
        yield "rapid", row.platform, "", words, f"far below the platform's usual time on the log scale (robust z under −3.5){much}"


def verdict(frames: Frames, asked: Asked) -> dict[str, str]:
    """State and sentence of the whole report."""
    standing = frames["standing"]
    if not len(standing):
        return {"state": "no_data", "sentence": "There are no answers of learners to judge, so nobody's progress can be told."}
    known = standing[standing["platform"] == "*"].set_index("state")["learners"]
    judged = known[["on_track", "struggling", "stalled"]].sum()
    low = wilson(known[["struggling", "stalled"]].sum(), judged).low if judged else 0.0
    wrong = (frames["items"]["suspicion"].fillna(0) > 0).any() or (frames["belief_skills"]["verdict"] == "drifts").any()
    state = "breached" if low > ALARMING else "at_risk" if low > WORRYING or wrong else "met" if judged else "no_data"
    return {
        "state": state,
        "sentence": " ".join(filter(None, [_people(known), _skills(frames["skills"]), _doubt(frames) if wrong else ""])),
    }


def _people(known: pd.Series) -> str:
    words = {"on_track": "on track", "struggling": "struggling", "stalled": "stalled", "never_started": "never started"}
    told = [f"{known[state]:,.0f} {text}" for state, text in words.items() if known[state] == known[state]]
    hidden = [text for state, text in words.items() if known[state] != known[state]]
    few = f" ({', '.join(hidden)}: withheld, so that few cannot be told)" if hidden else ""
    return f"Of {known['*']:,.0f} learners: {', '.join(told)}{few}."


def _skills(skills: pd.DataFrame) -> str:
    return f"Skills newly mastered in the period: {skills['gained'].sum():,.0f}." if len(skills) and skills["traced"].sum() else ""


def _doubt(frames: Frames) -> str:
    items = int((frames["items"]["suspicion"].fillna(0) > 0).sum())
    drifts = int((frames["belief_skills"]["verdict"] == "drifts").sum())
    parts = [f"{items} item{'s are' if items != 1 else ' is'} suspicious"] * bool(items)
    parts += [f"{drifts} skill{'s' if drifts != 1 else ''} drifted away from the predictions"] * bool(drifts)
    return f"Look at the content: {' and '.join(parts)}."


def person_verdict(who: pd.DataFrame) -> dict[str, str]:
    """State and sentence of the page of one learner."""
    row = who.iloc[0]
    state = {"on_track": "met", "struggling": "at_risk", "stalled": "at_risk"}.get(row["state"], "no_data")
    gained = f" {row['gained']} newly mastered in the period." if row["traced"] else ""
    known = f"{row['mastered']} of {row['traced']} skills with an estimate are mastered." if row["traced"] else ""
    why = f" ({row['reason']})" if row["reason"] else ""
    return {"state": state, "sentence": f"{row['name']}: {row['label']}{why}. {known}{gained}".strip()}
