"""Items (definition P6): how hard, how telling, how they fit, what drifted, which options mislead, and the suspicious ones first. What
is held against an item is decided by `workbench.metrics.items`."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench.metrics import items
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.stats import difference
from workbench.reports.progress.inputs import Inputs
from workbench.reports.progress.mastery import HARDEST, named
from workbench.reports.progress.tracing import Traced

KEY = ["platform", "item_id"]
FITTED = {
    "learners": "fit_answers",
    "difficulty": "fitted_difficulty",
    "discrimination": "fitted_discrimination",
    "difficulty_error": "difficulty_error",
    "discrimination_error": "discrimination_error",
    "infit": "infit",
    "outfit": "outfit",
}
"""Columns of a fit as they are called here."""
RAPID = 10
"""So many answers far faster than usual make a learner one who guesses."""


def items_frame(found: Inputs, traced: Traced, fits: pd.DataFrame) -> pd.DataFrame:
    """One row an item answered, the most suspicious first: `platform`, `item_id`, `item` (its title), `skill`, `kind`, `learners`,
    `correct_share` with `low`, `high` of first answers, `expected_share` by tracing, `rest_correlation` with `rest_low`, `rest_high`
    (against the learner's other answers, each less its item's share right), `infit`, `outfit`, stored `difficulty`, `discrimination`,
    re-estimated `fitted_difficulty`, `fitted_discrimination`, their `difficulty_drift`, `discrimination_drift` after the scales were made
    one, `drifted` (which of the two, in words),
    `median_ms`, `rapid_share`, `stuck` learners (never right), `suspicion` (0: none) and `why`. Items of fewer than 10 learners are
    withheld.

    Args:
        fits: of `workbench.fits.fit_items`, all platforms.
    """
    made = _answered(found.first, traced).merge(_fitted(fits), on=KEY, how="left")
    made = made.merge(found.items.drop(columns="skill_id"), on=KEY, how="left").rename(columns={"title": "item"})
    made = made.merge(_by_platform(found.choices, items.options).drop(columns="choice"), on=KEY, how="left")
    made = made.assign(item=made["item"].where(made["item"].notna(), made["item_id"].str[:8]))
    parts = [items.judge(part) for _, part in made.groupby("platform")]
    made = named(made.join(pd.concat(parts) if parts else items.judge(made)), found.skills)
    made = made.sort_values(["suspicion", "rest_correlation", "item_id"], ascending=[False, True, True], ignore_index=True)
    keys = ["platform", "item_id", "item", "skill", "kind"]
    told = [
        "learners",
        "correct_share",
        "low",
        "high",
        "expected_share",
        "rest_correlation",
        "rest_low",
        "rest_high",
        "infit",
        "outfit",
        "difficulty",
        "discrimination",
        "fitted_difficulty",
        "fitted_discrimination",
        "difficulty_drift",
        "discrimination_drift",
        "drifted",
        "median_ms",
        "rapid_share",
        "stuck",
        "suspicion",
        "why",
    ]
    made["stuck"] = (
        made["stuck"].astype("float64").where(~made["stuck"].between(1, K - 1) & ~(made["learners"] - made["stuck"]).between(1, K - 1))
    )
    return suppress(made[[*keys, *told]], keys, totals=False).table


def _by_platform(rows: pd.DataFrame, of: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """What a function says of each platform's rows, with the column `platform`."""
    parts = [of(part).assign(platform=platform) for platform, part in rows.groupby("platform")]
    return pd.concat(parts, ignore_index=True) if parts else of(rows).assign(platform=pd.Series(dtype="object"))


def _answered(first: pd.DataFrame, traced: Traced) -> pd.DataFrame:
    """What the first answers say of each item."""
    told = traced.answers.drop_duplicates(["platform", "learner_id", "item_id"])
    rows = first.merge(told[[*KEY, "learner_id", "predicted"]], on=[*KEY, "learner_id"], how="left")
    rows = rows.assign(rapid=_rapid(rows), never=rows["correct"] == 0, timed=rows["response_ms"].where(rows["response_ms"] > 0))
    made = (
        rows.groupby(KEY)
        .agg(
            skill_id=("skill_id", "first"),
            expected_share=("predicted", "mean"),
            median_ms=("timed", "median"),
            rapid_share=("rapid", "mean"),
            stuck=("never", "sum"),
        )
        .reset_index()
    )
    return made.merge(_by_platform(first, items.classical), on=KEY)


def _rapid(rows: pd.DataFrame) -> pd.Series:
    parts = [items.rapid(part) for _, part in rows.groupby("platform")]
    return pd.concat(parts).reindex(rows.index) if parts else pd.Series(dtype="float64")


def _fitted(fits: pd.DataFrame) -> pd.DataFrame:
    columns = [*KEY, *FITTED.values()]
    if not len(fits):
        return pd.DataFrame({name: pd.Series(dtype="object" if name in KEY else "float64") for name in columns})
    known = fits[fits["discrimination"].notna()]
    return known[[*KEY, *FITTED]].rename(columns=FITTED)


def hardest_items(frame: pd.DataFrame) -> pd.DataFrame:
    """The five items that most learners never got right, of `items_frame`: its rows in that order."""
    return (
        frame[frame["stuck"].fillna(0) >= K].sort_values(["stuck", "item_id"], ascending=[False, True]).head(HARDEST).reset_index(drop=True)
    )


def options_frame(choices: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """The options of the suspicious items: `platform`, `item_id`, `item`, `choice`, `is_correct`, `learners` who chose it first, `share`,
    `able` (mean share right of their other answers). Options of fewer than 10 learners are withheld, and what would give them back.

    Args:
        shown: of `items_frame`, the items to tell of.
    """
    columns = ["platform", "item_id", "item", "choice", "is_correct", "learners", "share", "able"]
    told = choices.merge(shown[[*KEY, "item"]], on=KEY) if len(choices) else choices
    if not len(told):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    told = told.assign(share=told["learners"] / told.groupby(KEY)["learners"].transform("sum"), able=told["rest_sum"] / told["learners"])
    return suppress(told[columns].reset_index(drop=True), columns[:5], within=KEY).table


def versions_frame(variants: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """A/B versions against the item they come from, over the time in which both were answered: `item`, `version`, `variant`, `learners`
    (the fewer of the two), `parent_answers`, `parent_rate` with `_low`, `_high`, `answers`, `correct_rate` with `_low`, `_high`,
    `difference` with `_low`, `_high`, `verdict` (better, worse, no difference shown). Differences hold together: the chance that any
    version is called better or worse though all are as hard is 5 %. Pairs of fewer than 10 learners are withheld.

    Args:
        variants: `Inputs.variants`. learners: of `items_frame`, `item_id` and `learners` (missing: fewer than 10).
    """
    told = ["parent_answers", "parent_rate", "parent_rate_low", "parent_rate_high", "answers", "correct_rate", "correct_rate_low"]
    told += ["correct_rate_high", "difference", "difference_low", "difference_high"]
    keys = ["content_id", "parent_content_id", "item", "version", "variant"]
    from scipy.special import ndtri

    known = variants[(variants["answers"] > 0) & (variants["parent_answers"] > 0)] if len(variants) else variants
    if not len(known):
        return pd.DataFrame(columns=[*keys, "learners", *told, "verdict", "suppressed"])
    count = learners.set_index("item_id")["learners"]
    both = pd.concat([known[name].map(count).fillna(1) for name in ("content_id", "parent_content_id")], axis=1).min(axis=1)
    value, low, high = difference(
        *(known[name].astype("float64") for name in ("parent_correct", "parent_answers", "correct", "answers")),
        z=-ndtri(0.025 / len(known)),
    )
    known = known.assign(difference=value, difference_low=low, difference_high=high)
    verdict = np.where(low > 0, "better", np.where(high < 0, "worse", "no difference shown"))
    frame = known.rename(columns={"title": "item"}).assign(learners=both.astype("int64"), verdict=verdict)
    return suppress(frame[[*keys, "learners", *told, "verdict"]].reset_index(drop=True), keys, totals=False).table


def rapid_frame(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers far faster than usual, one row a platform: `platform`, `learners` who gave ten or more of them, `timed` answers, `rapid` ones
    of these learners, `rapid_share`. Withheld where they are fewer than 10 learners: that there are some is told by `is_there`."""
    rows = answers.assign(rapid=_rapid(answers))
    told = []
    for platform, part in rows[rows["rapid"].notna()].groupby("platform"):
        mine = part.groupby("learner_id")["rapid"].sum()
        people, rapid = int((mine >= RAPID).sum()), int(mine[mine >= RAPID].sum())
        told.append((platform, people > 0, people, len(part), rapid, rapid / len(part)))
    columns = ["platform", "is_there", "learners", "timed", "rapid", "rapid_share"]
    return suppress(pd.DataFrame(told, columns=columns), columns[:2], totals=False).table
