"""Completion and grades (definition P7): units, groups of them, letter bands, milestones, interviews."""

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import suppress
from workbench.metrics.stats import wilson

KINDS = ["platform", "unit_type"]


def completion_frame(units: pd.DataFrame) -> pd.DataFrame:
    """One row a unit: `platform`, `unit_type`, `unit_id`, `unit` (its name), `category`, `learners` it is assigned to, `completed`,
    `completed_share` with `low`, `high`, `mean_completed` (of the ratios), `scored`, `mean_score`. Units of fewer than 10 learners are
    withheld, and what would give them back."""
    keys = [*KINDS, "unit_id", "unit", "category"]
    named = units.assign(unit=units["name"].where(units["name"].notna(), units["unit_id"].astype(str).str[:8]))
    return suppress(_summed(named, keys), keys, within=KINDS).table


def kinds_frame(units: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of unit and category (`*`: all of the kind), with the measures of `completion_frame`; `learners` are assignments,
    a learner with several units counting for each. Rows of fewer than 10 assignments are withheld, and what would give them back."""
    keys = [*KINDS, "category"]
    several = units.groupby(KINDS)["category"].transform("nunique") > 1 if len(units) else pd.Series(dtype=bool)
    parts = _summed(units[several].assign(category=units["category"].fillna("none")), keys), _summed(units.assign(category="*"), keys)
    shown = [suppress(parts[0], keys, within=KINDS).table, suppress(parts[1], keys, totals=False).table]
    return pd.concat(shown, ignore_index=True).sort_values(keys, ignore_index=True)


def _summed(units: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    names = ["assigned", "completed", "completed_sum", "scored", "score_sum"]
    made = units.groupby(keys, dropna=False)[names].sum().reset_index().astype(dict.fromkeys(names, "float64"))
    low, high = wilson(made["completed"], made["assigned"])
    made = made.assign(completed_share=made["completed"] / made["assigned"], low=low, high=high)
    made = made.assign(mean_completed=made["completed_sum"] / made["assigned"], mean_score=made["score_sum"] / made["scored"].where(made["scored"] > 0))
    told = ["completed", "completed_share", "low", "high", "mean_completed", "scored", "mean_score"]
    return made.rename(columns={"assigned": "learners"})[[*keys, "learners", *told]]


def grades_frame(units: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of unit and grade (without one: none): `platform`, `unit_type`, `grade`, `learners` (assignments), `share` of the
    graded ones with `low`, `high`, `mean_score`. Kinds without any grade have no rows; grades of fewer than 10 are withheld, and what would
    give them back."""
    known = units[units["grade"].notna()]
    made = known.groupby([*KINDS, "grade"])[["assigned", "scored", "score_sum"]].sum().reset_index()
    total = made.groupby(KINDS)["assigned"].transform("sum")
    low, high = wilson(made["assigned"].astype(float), total.astype(float))
    scored = made["scored"].astype("float64")
    made = made.assign(share=made["assigned"] / total, low=low, high=high, mean_score=made["score_sum"] / scored.where(scored > 0))
    frame = made.rename(columns={"assigned": "learners"})[[*KINDS, "grade", "learners", "share", "low", "high", "mean_score"]]
    return suppress(frame, [*KINDS, "grade"], within=KINDS).table


def points_frame(work: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Points in part, one row a platform: `platform`, `learners`, `answers` of the period, `share` right, `points` (mean share), `partial`:
    by how much points exceed the share of right answers, which is what partial credit gave. Platforms of fewer than 10 learners are
    withheld."""
    made = work.groupby("platform")[["answers", "correct", "score_sum"]].sum().reset_index()
    answers = made["answers"].astype("float64")
    made = made.assign(points=made["score_sum"] / answers, share=made["correct"] / answers)
    made["partial"] = np.maximum(made["points"] - made["share"], 0).round(12)
    made["learners"] = made["platform"].map(states.groupby("platform")["learner_id"].nunique()).fillna(1)
    return suppress(made[["platform", "learners", "answers", "share", "points", "partial"]], "platform", totals=False).table


def milestones_frame(retries: pd.DataFrame) -> pd.DataFrame:
    """One row a milestone, those first at which most used their attempts up: `tenant`, `milestone_id`, `milestone`, `video`, `retry_limit`,
    `learners`, `passed_share` with `low`, `high`, `exhausted_share`, `attempts_each` (a learner), `partial_share` of the attempts.
    Milestones of fewer than 10 learners are withheld; a share about 1 to 9 of the learners, or all but so many, is left out."""
    columns = ["tenant", "milestone_id", "milestone", "video", "retry_limit", "learners", "passed_share", "low", "high", "exhausted_share"]
    columns += ["attempts_each", "partial_share"]
    if not len(retries):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    low, high = wilson(retries["passed"], retries["learners"])
    frame = retries.assign(
        passed_share=retries["passed"] / retries["learners"], low=low, high=high, exhausted_share=retries["exhausted"] / retries["learners"],
        attempts_each=retries["attempts"] / retries["learners"], partial_share=retries["partial_attempts"] / retries["attempts"],
    )  # fmt: skip
    told = {"passed": ["passed_share", "low", "high"], "exhausted": ["exhausted_share"]}
    for count, names in told.items():
        few = retries[count].between(1, 9) | (retries["learners"] - retries[count]).between(1, 9)
        frame[names] = frame[names].where(~few, axis=0)
    frame = frame.sort_values(["exhausted", "milestone_id"], ascending=[False, True], ignore_index=True)[columns]
    return suppress(frame, columns[:5], totals=False).table


def groups_frame(groups: pd.DataFrame) -> pd.DataFrame:
    """One row a group of videos: `tenant`, `video_group`, `videos`, `learners`, `completed_share` with `low`, `high`, `begun_share`. Groups
    of fewer than 10 learners are withheld; a share about 1 to 9 of the learners, or all but so many, is left out."""
    columns = ["tenant", "video_group_id", "video_group", "videos", "learners", "completed_share", "low", "high", "begun_share"]
    if not len(groups):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    low, high = wilson(groups["completed"], groups["learners"])
    frame = groups.assign(
        completed_share=groups["completed"] / groups["learners"], low=low, high=high, begun_share=groups["begun"] / groups["learners"]
    )
    for count, names in {"completed": ["completed_share", "low", "high"], "begun": ["begun_share"]}.items():
        few = groups[count].between(1, 9) | (groups["learners"] - groups[count]).between(1, 9)
        frame[names] = frame[names].where(~few, axis=0)
    return suppress(frame[columns], columns[:4], totals=False).table


def themes_frame(themes: pd.DataFrame) -> pd.DataFrame:
    """One row a theme of the interviews: `theme`, `learners`, `questions`, `answered`, `skipped`, `answered_share` with `low`, `high`.
    Themes of fewer than 10 learners are withheld."""
    columns = ["theme", "learners", "questions", "answered", "skipped", "answered_share", "low", "high"]
    if not len(themes):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    low, high = wilson(themes["answered"], themes["questions"])
    frame = themes.assign(answered_share=themes["answered"] / themes["questions"], low=low, high=high)
    return suppress(frame.sort_values(["answered_share", "theme"], ignore_index=True)[columns], "theme", totals=False).table
