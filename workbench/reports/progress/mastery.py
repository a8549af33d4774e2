"""Where learners stand in the skills (definition P1), in the order in which these build on each other, and how long mastery takes."""

import numpy as np
import pandas as pd

from workbench.metrics import bkt, survival
from workbench.metrics.disclosure import K, suppress
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.tracing import KEYS

BANDS = ((0.0, "below 40 %"), (0.4, "40–80 %"), (0.8, "80–95 %"), (0.95, "mastered"))
"""Probability of knowing: from, and its name. Few bands: answers drive the probability to its ends, and a band of few is withheld."""
DAY_S = 86_400
STUCK_ANSWERS = 5
"""So many answers without mastery make a learner stuck in a skill."""
HARDEST = 5
MOST_SKILLS = 12
"""Skills whose way to mastery is drawn."""


def named(frame: pd.DataFrame, skills: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns `skill` (its name) and `category`."""
    known = skills[[*KEYS, "name", "category"]].rename(columns={"name": "skill"})
    keyed = frame if len(frame) else frame.astype(dict.fromkeys(KEYS, object))  # keys of no rows may have become numbers
    both = keyed.merge(known, on=KEYS, how="left")
    return both.assign(skill=both["skill"].where(both["skill"].notna(), both["skill_id"].str[:8]))


def depth(skills: pd.DataFrame) -> pd.Series:
    """How many layers of prerequisites lie beneath each skill (0: none); circles count as one layer."""
    needs = {(row.platform, row.skill_id): [(row.platform, one) for one in row.prerequisites] for row in skills.itertuples()}
    known: dict[tuple[str, str], int] = {}

    def layers(key: tuple[str, str], above: tuple[tuple[str, str], ...] = ()) -> int:
        if key not in known:
            beneath = [layers(one, (*above, key)) + 1 for one in needs.get(key, []) if one not in above and one != key]
            known[key] = max(beneath, default=0)
        return known[key]

    return pd.Series([layers(key) for key in needs], index=skills.index, dtype="int64")


def skills_frame(states: pd.DataFrame, skills: pd.DataFrame, work: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a skill that was answered, those with fewest prerequisites first: `platform`, `skill_id`, `skill`, `category`, `depth`,
    `learners`, `answers` and `correct` of the period, `traced` learners whose knowledge is estimated, `mastered` of these, with
    `mastered_share`, `low`, `high`; `gained` (mastered in the period), `stuck` (five answers and more, not mastered). Skills of fewer than
    10 learners are withheld, and so are single counts of fewer than 10 where they would single learners out."""
    start, until = asked.scope.start_at.timestamp(), asked.until.timestamp()
    marked = states.assign(
        traced=states["log_odds"].notna(),
        gained=states["mastered_s"].between(start, until, inclusive="left"),
        stuck=states["log_odds"].notna() & states["mastered_s"].isna() & (states["answers"] >= STUCK_ANSWERS),
    )
    counted = (
        marked.groupby(KEYS)
        .agg(
            learners=("learner_id", "nunique"),
            traced=("traced", "sum"),
            mastered=("is_mastered", "sum"),
            gained=("gained", "sum"),
            stuck=("stuck", "sum"),
        )
        .reset_index()
    )
    frame = counted.merge(work[[*KEYS, "answers", "correct"]], on=KEYS, how="left").fillna({"answers": 0, "correct": 0})
    frame = named(frame, skills).merge(skills[KEYS].assign(depth=depth(skills)), on=KEYS, how="left").fillna({"depth": 0})
    frame = _with_share(frame).sort_values(["platform", "depth", "category", "skill"], ignore_index=True, na_position="last")
    order = ["platform", "skill_id", "skill", "category", "depth", "learners", "answers", "correct", "traced", "mastered"]
    frame = frame[[*order, "mastered_share", "low", "high", "gained", "stuck"]]
    return suppress(_rare(frame), order[:5], within=["platform"]).table


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    from workbench.metrics.stats import wilson

    traced = frame["traced"].astype("float64")
    low, high = wilson(frame["mastered"], traced)
    return frame.assign(mastered_share=frame["mastered"] / traced.where(traced > 0), low=low, high=high)


def _rare(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts of parts of a skill's learners emptied where the part, or what is left of the learners, is fewer than 10 of them."""
    shown = frame.astype(dict.fromkeys(["mastered", "gained", "stuck"], "float64"))
    few = {name: _few(shown[name], shown["traced"]) for name in ("mastered", "gained", "stuck")}
    for name, hidden in few.items():
        shown[name] = shown[name].where(~hidden)
    told = ["mastered_share", "low", "high"]
    shown[told] = shown[told].where(~few["mastered"], axis=0)
    return shown


def _few(part: pd.Series, whole: pd.Series) -> pd.Series:
    return ((part > 0) & (part < K)) | ((whole - part > 0) & (whole - part < K))


def bands_frame(states: pd.DataFrame, skills: pd.DataFrame) -> pd.DataFrame:
    """The heat map: one row a skill and band of the probability of knowing: `platform`, `skill_id`, `skill`, `depth`, `band`, `from_share`,
    `learners`, `share` of the skill's learners. Cells of fewer than 10 learners are withheld, and what would give them back."""
    known = states[states["log_odds"].notna()]
    edges = [edge for edge, _ in BANDS]
    place = np.searchsorted(edges, np.minimum(bkt.probability(known["log_odds"]) + 1e-12, 1), side="right") - 1
    counted = known.assign(place=place).groupby([*KEYS, "place"]).size().rename("learners").reset_index()
    pairs = counted[KEYS].drop_duplicates().merge(pd.DataFrame({"place": range(len(BANDS))}), how="cross")
    frame = pairs.merge(counted, on=[*KEYS, "place"], how="left").fillna({"learners": 0})
    frame["share"] = frame["learners"] / frame.groupby(KEYS)["learners"].transform("sum")
    frame["band"], frame["from_share"] = [BANDS[p][1] for p in frame["place"]], [edges[p] for p in frame["place"]]
    frame = named(frame, skills).merge(skills[KEYS].assign(depth=depth(skills)), on=KEYS, how="left")
    frame = frame.sort_values(["platform", "depth", "skill", "skill_id", "place"], ignore_index=True)
    keys = ["platform", "skill_id", "skill", "depth", "band", "from_share"]
    return suppress(frame[[*keys, "learners", "share"]], keys, within=KEYS).table


def survival_frame(states: pd.DataFrame, skills: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Time to mastery (Kaplan & Meier, those not there yet censored): `platform`, `skill_id`, `skill`, `unit` (answers or days), `time`,
    `at_risk`, `mastered_share` with `low`, `high`, of the skills with most learners. Points at which fewer than 10 learners are still
    under way are left out."""
    known = states[states["log_odds"].notna()]
    parts = []
    for keys in _largest(known):
        mine = known[(known["platform"] == keys[0]) & (known["skill_id"] == keys[1])]
        for unit, (duration, reached) in _durations(mine, asked.until.timestamp()).items():
            found = survival.curve(duration, reached)
            found = found[found["at_risk"] >= K].assign(
                platform=keys[0], skill_id=keys[1], unit=unit, mastered_share=1 - found["surviving"]
            )
            parts.append(found.assign(low=1 - found["high"], high=1 - found["low"]))
    columns = [*KEYS, "unit", "time", "at_risk", "mastered_share", "low", "high"]
    frame = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    return named(frame, skills)[["platform", "skill_id", "skill", *columns[2:]]]


def _largest(known: pd.DataFrame) -> list[tuple[str, str]]:
    counts = known.groupby(KEYS).size()
    return list(counts[counts >= K].nlargest(MOST_SKILLS).index)


def _durations(mine: pd.DataFrame, until: float) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    reached = mine["mastered_s"].notna().to_numpy()
    answers = np.where(reached, mine["answers_to_mastery"], mine["answers"]).astype(float)
    last = np.where(reached, mine["mastered_s"], until)
    return {"answers": (answers, reached), "days": (np.ceil((last - mine["first_s"].to_numpy()) / DAY_S), reached)}


def medians_frame(states: pd.DataFrame, skills: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a skill: `platform`, `skill_id`, `skill`, `learners`; the median number of answers and of days to mastery with `_low` and
    `_high` (NaN: half of the learners did not get there). Skills of fewer than 10 learners are withheld."""
    rows = []
    for (platform, skill), mine in states[states["log_odds"].notna()].groupby(KEYS):
        row: dict[str, object] = {"platform": platform, "skill_id": skill, "learners": len(mine)}
        for unit, (duration, reached) in _durations(mine, asked.until.timestamp()).items():
            middle = survival.median(survival.curve(duration, reached))
            row |= {unit: middle.value, f"{unit}_low": middle.low, f"{unit}_high": middle.high}
        rows.append(row)
    numbers = [f"{unit}{end}" for unit in ("answers", "days") for end in ("", "_low", "_high")]
    frame = pd.DataFrame(rows, columns=[*KEYS, "learners", *numbers]).astype(dict.fromkeys(numbers, "float64"))
    frame = named(frame, skills)[["platform", "skill_id", "skill", "learners", *numbers]]
    return suppress(frame, ["platform", "skill_id", "skill"], within=["platform"]).table


def hardest_skills(frame: pd.DataFrame) -> pd.DataFrame:
    """The five skills in which most learners are stuck, of `skills_frame`: its rows in that order."""
    return (
        frame[frame["stuck"].fillna(0) >= K]
        .sort_values(["stuck", "skill_id"], ascending=[False, True])
        .head(HARDEST)
        .reset_index(drop=True)
    )
