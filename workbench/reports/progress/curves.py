"""Learning curves (definition P4): errors by opportunity, without the illusion that attrition makes, and the skills whose curve does
not fall."""

import pandas as pd

from workbench.metrics import learning_curve
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.stats import wilson
from workbench.reports.progress.mastery import named
from workbench.reports.progress.tracing import KEYS

LAST = 20
"""Opportunities shown at most."""


def curves_frame(opportunities: pd.DataFrame, skills: pd.DataFrame) -> pd.DataFrame:
    """One row a skill, view and opportunity: `platform`, `skill_id`, `skill`, `view` (everybody, or the learners who reached every
    opportunity up to `through`), `through`, `opportunity`, `learners`, `errors`, `error_rate` with `low`, `high`.

    The attrition-safe view goes through as many opportunities as at least half of the skill's learners had. Points about fewer than 10
    learners are withheld, and of both views together what would give them back.
    """
    frame = _views(opportunities)
    low, high = wilson(frame["errors"].astype("float64"), frame["learners"].astype("float64"))
    frame = frame.assign(error_rate=frame["errors"] / frame["learners"], low=low, high=high)
    frame = named(_complementary(frame), skills)
    order = ["platform", "skill_id", "skill", "view", "through", "opportunity"]
    return suppress(frame[[*order, "learners", "errors", "error_rate", "low", "high"]], order, totals=False).table


def _views(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Both views of each skill that ten learners began."""
    keys = [*KEYS, "opportunity"]
    whole = opportunities[opportunities["opportunity"] <= LAST].groupby(keys, as_index=False)[["learners", "errors"]].sum()
    begun = whole.loc[(whole["opportunity"] == 1) & (whole["learners"] >= K), [*KEYS, "learners"]].rename(columns={"learners": "begun"})
    whole = whole.merge(begun, on=KEYS)
    enough = whole[whole["learners"] >= (whole["begun"] / 2).clip(lower=K)]
    through = enough.groupby(KEYS, as_index=False)["opportunity"].max().rename(columns={"opportunity": "through"})
    kept = opportunities.merge(through, on=KEYS)
    kept = kept[(kept["reached"] >= kept["through"]) & (kept["opportunity"] <= kept["through"])]
    steady = kept.groupby([*KEYS, "through", "opportunity"], as_index=False)[["learners", "errors"]].sum()
    views = pd.concat([whole.assign(view="everybody", through=0), steady.assign(view="steady")])
    order = [*KEYS, "view", "through", "opportunity"]
    return views.sort_values(order, ignore_index=True)[[*order, "learners", "errors"]]


def _complementary(frame: pd.DataFrame) -> pd.DataFrame:
    """Where everybody less the steady ones are 1 to 9 learners, the steady point would give them away: it goes."""
    whole = frame[frame["view"] == "everybody"].set_index([*KEYS, "opportunity"])["learners"]
    other = whole.reindex(pd.MultiIndex.from_frame(frame[[*KEYS, "opportunity"]])).to_numpy() - frame["learners"]
    return frame[(frame["view"] == "everybody") | (other == 0) | (other >= K)].reset_index(drop=True)


def slopes_frame(first: pd.DataFrame, skills: pd.DataFrame) -> pd.DataFrame:
    """Whether each skill's curve falls, within learners: `platform`, `skill_id`, `skill`, `learners` with two opportunities, `answers`,
    `slope` (change of the error rate for each doubling of practice) with `low`, `high`, `state` (falls, rises, flat, unclear, few).
    Skills of fewer than 10 learners are left out."""
    parts = []
    for platform, part in first[first["skill_id"].notna()].groupby("platform"):
        parts.append(learning_curve.falls(learning_curve.opportunities(part)).assign(platform=platform))
    columns = [*KEYS, "learners", "answers", "slope", "low", "high", "state"]
    frame = (
        pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame({name: [] for name in columns}).astype({"skill_id": str})
    )
    frame = named(frame[frame["learners"] >= K], skills).sort_values(["slope", "skill_id"], ascending=[False, True], ignore_index=True)
    return frame[["platform", "skill_id", "skill", *columns[2:]]]
