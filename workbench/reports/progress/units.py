"""Completion and grades (definition P7): units, groups of them, letter bands, milestones, interviews."""

import numpy as np
import pandas as pd

from workbench.metrics.disclosure import K, suppress
from workbench.metrics.stats import wilson

KINDS = ["platform", "unit_type"]


def completion_frame(units: pd.DataFrame) -> pd.DataFrame:
    """One row a unit: `platform`, `unit_type`, `unit_id`, `unit` (its name), `category`, `learners` it is assigned to, `completed`,
    `completed_share` with `low`, `high`, `mean_completed` (of the ratios), `scored`, `mean_score`. Units of fewer than 10 learners are
    withheld, and what would give them back; so is the completion of a unit that 1 to 9 completed, or all but so many."""
    keys = [*KINDS, "unit_id", "unit", "category"]
    named = units.assign(unit=units["name"].where(units["name"].notna(), units["unit_id"].astype(str).str[:8]))
    frame = _without_few(_summed(named, keys), "completed", ["completed", "completed_share", "low", "high"])
    return suppress(frame, keys, within=KINDS).table


def _summed(units: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    names = ["assigned", "completed", "completed_sum", "scored", "score_sum"]
    made = _measured(units.groupby(keys, dropna=False)[names].sum().reset_index())
    told = ["completed", "completed_share", "low", "high", "mean_completed", "scored", "mean_score"]
    return made.rename(columns={"assigned": "learners"})[[*keys, "learners", *told]]


def kinds_frame(kinds: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of unit and category (`*`: all of the kind): `platform`, `unit_type`, `category`, `learners`, `assigned` (units over
    learners), `completed_share` of these with `low`, `high`, `mean_completed`, `mean_score`. Rows of fewer than 10 learners are withheld,
    and what would give them back.

    Args:
        kinds: `Inputs.unit_kinds`.
    """
    keys = [*KINDS, "category"]
    told = _measured(kinds[kinds["grade"] == "*"])[
        [*keys, "learners", "assigned", "completed_share", "low", "high", "mean_completed", "mean_score"]
    ]
    whole = told["category"] == "*"
    single = told.groupby(KINDS)["category"].transform("size") <= 2 if len(told) else whole
    shown = [suppress(told[~whole & ~single], keys, within=KINDS).table, suppress(told[whole], keys, totals=False).table]
    return pd.concat(shown, ignore_index=True).sort_values(keys, ignore_index=True)


def _measured(rows: pd.DataFrame) -> pd.DataFrame:
    assigned, scored = rows["assigned"].astype("float64"), rows["scored"].astype("float64")
    low, high = wilson(rows["completed"], assigned)
    return rows.assign(
        completed_share=rows["completed"] / assigned,
        low=low,
        high=high,
        mean_completed=rows["completed_sum"] / assigned,
        mean_score=rows["score_sum"] / scored.where(scored > 0),
    )


def grades_frame(kinds: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of unit and letter: `platform`, `unit_type`, `grade`, `learners` with one, `assigned` (units graded so), `share` of
    the graded ones with `low`, `high`, `mean_score`. Kinds without any letter have no rows; letters of fewer than 10 learners are withheld,
    and what would give them back.

    Args:
        kinds: `Inputs.unit_kinds`.
    """
    made = _measured(kinds[(kinds["category"] == "*") & kinds["grade"].notna() & (kinds["grade"] != "*")])
    total = made.groupby(KINDS)["assigned"].transform("sum")
    low, high = wilson(made["assigned"].astype(float), total.astype(float))
    made = made.assign(share=made["assigned"] / total, low=low, high=high)
    frame = made[[*KINDS, "grade", "learners", "assigned", "share", "low", "high", "mean_score"]].reset_index(drop=True)
    return suppress(frame, [*KINDS, "grade"], within=KINDS).table


def _without_few(frame: pd.DataFrame, count: str, names: list[str]) -> pd.DataFrame:
    """The frame with `names` emptied where `count` of the learners, or all the others, are 1 to 9."""
    few = frame[count].between(1, K - 1) | (frame["learners"] - frame[count]).between(1, K - 1)
    kept = frame.astype(dict.fromkeys(names, "float64"))
    kept[names] = kept[names].where(~few, axis=0)
    return kept


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
        passed_share=retries["passed"] / retries["learners"],
        low=low,
        high=high,
        exhausted_share=retries["exhausted"] / retries["learners"],
        attempts_each=retries["attempts"] / retries["learners"],
        partial_share=retries["partial_attempts"] / retries["attempts"],
    )
    frame = _without_few(_without_few(frame, "passed", ["passed_share", "low", "high"]), "exhausted", ["exhausted_share"])
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
    frame = _without_few(_without_few(frame, "completed", ["completed_share", "low", "high"]), "begun", ["begun_share"])
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
