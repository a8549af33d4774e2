"""The page of one learner: strengths, weaknesses with evidence, and what to practise on the next seven days. Nobody else is in it."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import UsageError
from workbench.metrics import bkt, practice_plan
from workbench.metrics.disclosure import pseudonym
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.inputs import Inputs
from workbench.reports.progress.mastery import named
from workbench.reports.progress.people import WORDS
from workbench.reports.progress.tracing import KEYS, Traced
from workbench.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

MINUTES_A_DAY = 20.0
DAYS = 7
SHOWN = 5
LAST_ANSWERS = 5
UNKNOWN_KEY = "no key was set"


def check(found: Inputs, asked: Asked) -> None:
    """Raises:
    UsageError: nobody of that identity is among the learners asked for.
    """
    if not (found.learners["learner_id"] == asked.learner).any() and found.states.empty:
        raise UsageError("There is no such learner on the platforms asked for (or in that tenant or unit) before the end of the period.")


def who_frame(connection: "Connection", standing: pd.DataFrame, states: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row: `name` (a pseudonym unless the role may see identities: definition X6), `is_identified`, `platform`, `tenant`, `state`,
    `label`, `reason`, `answers`, `correct`, `skills` begun, `mastered`, `traced` (skills whose knowledge is estimated), `gained` in the
    period, `last_day`."""
    identified = connection.exec_driver_sql(
        "select pg_has_role(current_user, 'workbench_identified', 'member') and current_setting('role') = 'workbench_identified'"
    ).scalar()
    key = settings().pseudonym_key
    own = standing[standing["learner_id"] == asked.learner]
    row = own.iloc[0] if len(own) else pd.Series({"state": "inactive", "reason": "", "platform": "", "tenant": ""})
    start, until = asked.scope.start_at.timestamp(), asked.until.timestamp()
    last = pd.to_datetime(states["last_s"].max(), unit="s", utc=True) if len(states) else pd.NaT
    return pd.DataFrame(
        [
            {
                "name": asked.learner
                if identified
                else pseudonym("progress", asked.learner, key.get_secret_value() if key else UNKNOWN_KEY),
                "is_identified": bool(identified),
                "platform": row["platform"],
                "tenant": row["tenant"],
                "state": row["state"],
                "label": WORDS[row["state"]],
                "reason": row["reason"],
                "answers": int(states["answers"].sum()),
                "correct": int(states["correct"].sum()),
                "skills": len(states),
                "mastered": int(states["is_mastered"].sum()),
                "traced": int(states["log_odds"].notna().sum()),
                "gained": int(states["mastered_s"].between(start, until, inclusive="left").sum()),
                "last_day": last.tz_convert(asked.scope.timezone).tz_localize(None).normalize() if len(states) else pd.NaT,
            }
        ]
    )


def skills_frame(found: Inputs, traced: Traced, asked: Asked) -> pd.DataFrame:
    """One row a skill begun, the surest first: `platform`, `skill_id`, `skill`, `category`, `probability` of knowing (NaN: not estimated),
    `is_mastered`, `answers`, `correct`, `last_right` of the last five, `last_day`, `due_day` of its next review (NaT: none planned),
    `wrong_items`: titles of items never answered right, at most three."""
    recent = traced.answers.groupby(KEYS)["is_correct"].apply(lambda right: int(right.tail(LAST_ANSWERS).sum())).rename("last_right")
    wrong = found.first[found.first["correct"] == 0].merge(
        found.items[["platform", "item_id", "title"]], on=["platform", "item_id"], how="left"
    )
    listed = wrong.dropna(subset=["title"]).groupby(KEYS)["title"].apply(lambda titles: "; ".join(titles.head(3))).rename("wrong_items")
    frame = named(traced.states, found.skills).join(recent, on=KEYS).join(listed, on=KEYS)
    due = found.stored.set_index(KEYS)["due_s"] if len(found.stored) else pd.Series(dtype="float64")
    wanted = pd.MultiIndex.from_frame(frame[KEYS])
    frame["due_s"] = due.reindex(wanted).to_numpy() if len(due) else np.nan
    frame = frame.assign(
        probability=np.where(frame["log_odds"].notna(), bkt.probability(frame["log_odds"].fillna(0)), np.nan),
        last_day=_days(frame["last_s"], asked),
        due_day=_days(frame["due_s"], asked),
        wrong_items=frame["wrong_items"].fillna(""),
    )
    names = [
        "platform",
        "skill_id",
        "skill",
        "category",
        "probability",
        "is_mastered",
        "answers",
        "correct",
        "last_right",
        "last_day",
        "due_day",
    ]
    frame = frame.sort_values(["probability", "correct", "skill"], ascending=[False, False, True], na_position="last")
    return frame[[*names, "wrong_items"]].reset_index(drop=True)


def strengths_frame(skills: pd.DataFrame) -> pd.DataFrame:
    """The five surest skills: mastered ones, or where nothing is estimated those with at least 80 % of five answers right."""
    known = skills["probability"].notna()
    sure = skills[skills["is_mastered"] | (~known & (skills["answers"] >= LAST_ANSWERS) & (skills["correct"] >= 0.8 * skills["answers"]))]
    return sure.head(SHOWN).reset_index(drop=True)


def weaknesses_frame(skills: pd.DataFrame) -> pd.DataFrame:
    """The five weakest skills with evidence (two answers at least): not mastered, or where nothing is estimated below 80 % right, the
    least sure first."""
    known, share = skills["probability"].notna(), skills["correct"] / skills["answers"]
    weak = skills[(skills["answers"] >= 2) & ((known & ~skills["is_mastered"]) | (~known & (share < 0.8)))]
    weak = weak.assign(sure=weak["probability"].where(known, share)).sort_values(
        ["sure", "answers", "skill"], ascending=[True, False, True]
    )
    return weak.drop(columns="sure").head(SHOWN).reset_index(drop=True)


def plan_frame(found: Inputs, skills: pd.DataFrame, asked: Asked, minutes: float = MINUTES_A_DAY) -> pd.DataFrame:
    """What to do on the next seven days: `day`, `skill_id`, `skill`, `kind` (review, prerequisite, learn), `minutes`, `reason`; due reviews
    first, then the weakest skills whose prerequisites are mastered, never more than `minutes` a day. Only skills of platforms that the
    learner works on, where knowledge is estimated or a review is planned."""
    own = set(skills["platform"]) or set(found.learners["platform"])
    offered = found.skills[found.skills["platform"].isin(own)].merge(skills[[*KEYS, "probability", "due_day"]], on=KEYS, how="left")
    offered = offered[offered["prior"].notna() | offered["probability"].notna() | offered["due_day"].notna()]
    if not len(offered):
        return pd.DataFrame(columns=["day", "skill_id", "skill", "kind", "minutes", "reason"])
    known = set(offered["skill_id"])
    needs = [(row.skill_id, one) for row in offered.itertuples() for one in row.prerequisites if one in known]
    table = pd.DataFrame(
        {
            "skill_id": offered["skill_id"],
            "mastery": offered["probability"],
            "minutes_to_learn": offered["minutes"],
            "due_day": [None if pd.isna(day) else day.date() for day in offered["due_day"]],
        }
    )
    made = practice_plan.plan(table, needs, _today(asked), minutes, DAYS)
    names = dict(zip(offered["skill_id"], offered["name"], strict=True))
    made = made.assign(skill=[names[key] for key in made["skill_id"]], day=pd.to_datetime(made["day"]).astype("datetime64[us]"))
    return made[["day", "skill_id", "skill", "kind", "minutes", "reason"]]


def _today(asked: Asked) -> str:
    """The local day after the last that counts: when the plan begins."""
    local = pd.Timestamp(asked.until).tz_convert(asked.scope.timezone)
    return str((local if local == local.normalize() else local + pd.Timedelta(days=1)).date())


def _days(seconds: pd.Series, asked: Asked) -> pd.Series:
    local = pd.to_datetime(seconds, unit="s", utc=True).dt.tz_convert(asked.scope.timezone)
    return local.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def units_frame(units: pd.DataFrame) -> pd.DataFrame:
    """The learner's units: `platform`, `unit_type`, `unit`, `completed`, `completed_ratio`, `score`, `grade`, those not done first."""
    scored = units["scored"].astype("float64")
    made = units.assign(
        unit=units["name"].where(units["name"].notna(), units["unit_id"].astype(str).str[:8]),
        completed=units["completed"] > 0,
        completed_ratio=units["completed_sum"] / units["assigned"],
        score=units["score_sum"] / scored.where(scored > 0),
    )
    names = ["platform", "unit_type", "unit", "completed", "completed_ratio", "score", "grade"]
    return made.sort_values(["completed", "completed_ratio", "unit"], ascending=[True, False, True])[names].reset_index(drop=True)
