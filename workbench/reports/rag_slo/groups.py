"""Models and sources compared, raw and standardised (definition X4), and who bears the bad answers (definitions R4, X5)."""

from itertools import combinations

import numpy as np
import pandas as pd

from workbench.metrics import stats, strata
from workbench.metrics.disclosure import K, is_few, suppress

RATES = {
    "availability": ("Questions answered", lambda f: f["answers"] - f["errors"], lambda f: f["answers"]),
    "coverage": ("Answers with a citation", lambda f: f["cited"], lambda f: f["answers"] - f["errors"]),
    "integrity": ("Citations that are sound", lambda f: f["resolvable_citations"], lambda f: f["citations"]),
    "satisfaction": ("Thumbs up among up and down", lambda f: f["feedback_up"], lambda f: f["feedback_up"] + f["feedback_down"]),
}
"""Rates by which groups are compared: label, good, total."""
DIMENSIONS = {"model": "source", "source": "model"}
"""What is compared, and the strata it is standardised over."""
COMPARED = 6
"""So many of the largest groups are compared pair by pair."""


def groups_frame(table: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """One row a dimension, rate and group: `dimension` (model or source), `rate`, `label`, `group`; `good`, `total`, `raw` with `raw_low`,
    `raw_high`; `standardised` to everybody's mix of the other dimension, with `low`, `high`; `covered`: share of that mix the group has
    been seen in. Groups of fewer than 10 learners are withheld, and what the total would give back.

    Args:
        table: of `ai_answer_by_model`. learners: `dimension`, `group`, `learners`.
    """
    parts = [_standardised(table, dimension, rate) for dimension in DIMENSIONS for rate in RATES] if len(table) else []
    columns = [
        "dimension",
        "rate",
        "label",
        "group",
        "good",
        "total",
        "raw",
        "raw_low",
        "raw_high",
        "standardised",
        "low",
        "high",
        "covered",
    ]
    frame = pd.DataFrame([row for part in parts for row in part], columns=columns)
    frame = frame.merge(learners[["dimension", "group", "learners"]], on=["dimension", "group"], how="left").fillna({"learners": 0})
    return suppress(frame, columns[:4], within=["dimension", "rate"]).table.drop(columns="learners")


def _standardised(table: pd.DataFrame, dimension: str, rate: str) -> list[tuple]:
    label, good, total = RATES[rate]
    found = strata.standardise(list(table[dimension]), list(table[DIMENSIONS[dimension]]), good(table), total(table))
    return [
        (dimension, rate, label, g.group, g.good, g.total, g.raw, g.raw_low, g.raw_high, g.standardised, g.low, g.high, g.covered)
        for g in sorted(found, key=lambda one: -one.total)
    ]


def comparisons_frame(table: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Pairs of groups that differ, raw or standardised: `dimension`, `rate`, `label`, `first`, `second`; `raw` difference (second − first)
    with `raw_low`, `raw_high`; `standardised` with `low`, `high`; `flips`: the two have opposite signs (Simpson's paradox).

    Args:
        table: of `ai_answer_by_model`. groups: of `groups_frame`; withheld groups are not compared.
    """
    rows = []
    shown = groups[~groups["suppressed"].astype(bool) & (groups["total"] > 0)]
    for (dimension, rate), part in shown.groupby(["dimension", "rate"], sort=False):
        label, good, total = RATES[rate]
        columns = (list(table[dimension]), list(table[DIMENSIONS[dimension]]), good(table), total(table))
        for first, second in combinations(part["group"].head(COMPARED), 2):
            found = strata.compare(*columns, first, second)
            if found.flips or _leaves_zero(found.raw) or _leaves_zero(found.standardised):
                rows.append((dimension, rate, label, first, second, *found.raw, *found.standardised, found.flips))
    columns = ["dimension", "rate", "label", "first", "second", "raw", "raw_low", "raw_high", "standardised", "low", "high", "flips"]
    return pd.DataFrame(rows, columns=columns)


def _leaves_zero(found: stats.Difference) -> bool:
    return bool(found.low > 0 or found.high < 0)


BANDS = (("none", 0, 0), ("1", 1, 1), ("2 to 4", 2, 4), ("5 to 9", 5, 9), ("10 or more", 10, np.inf))
"""How many bad answers a learner got."""


def bearers_frame(learners: pd.DataFrame) -> pd.DataFrame:
    """Who bears the bad answers, one row a tenant and one for all (`tenant` is `*`).

    `learners`, `affected` (with at least one bad answer), `affected_share` with `low`, `high`; `answers`, `bad`, `bad_share` of them.
    Tenants of fewer than 10 learners are withheld, and so is how many are affected where that, or how many are not, is fewer than 10.

    Args:
        learners: of `ai_learner_day`.
    """
    each = [("*", learners), *learners.groupby("tenant")] if learners["tenant"].nunique() > 1 else [("*", learners)]
    rows = []
    for tenant, part in each if len(learners) else ():
        people = part.groupby("learner_id")["bad"].sum()
        affected = stats.Proportion(int((people > 0).sum()), len(people))
        answers, bad = int(part["answers"].sum()), int(part["bad"].sum())
        rows.append((tenant, len(people), affected.good, affected.value, *affected.interval, answers, bad, bad / answers))
    columns = ["tenant", "learners", "affected", "affected_share", "low", "high", "answers", "bad", "bad_share"]
    frame = pd.DataFrame(rows, columns=columns)
    few = is_few(frame["affected"]) | is_few(frame["learners"] - frame["affected"])
    told = ["affected", "affected_share", "low", "high"]
    frame[told] = frame[told].where(~pd.Series(few, index=frame.index), axis=0)
    whole, tenants = frame[frame["tenant"] == "*"], frame[frame["tenant"] != "*"]
    parts = [suppress(part, "tenant").table for part in (whole, tenants) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else frame.assign(suppressed=False)


def spread_frame(learners: pd.DataFrame) -> pd.DataFrame:
    """How bad answers spread over learners: `bad_answers` (how many a learner got), `learners`, `share` of them, `bad`, `bad_share` of all
    bad answers. Rows of fewer than 10 learners are withheld, and what the total would give back."""
    people = learners.groupby("learner_id")["bad"].sum()
    rows = []
    for label, low, high in BANDS if len(people) else ():
        part = people[(people >= low) & (people <= high)]
        share = part.sum() / people.sum() if people.sum() else np.nan
        rows.append((label, len(part), len(part) / len(people), int(part.sum()), share))
    return suppress(pd.DataFrame(rows, columns=["bad_answers", "learners", "share", "bad", "bad_share"]), "bad_answers").table


def concentration_frame(learners: pd.DataFrame) -> pd.DataFrame:
    """How concentrated the bad answers are, in one row: `bad`, `top_share` held by the tenth of learners with most, `top_learners`,
    `learners`. Withheld where that tenth is fewer than 10 learners."""
    people = learners.groupby("learner_id")["bad"].sum()
    if not len(people) or not people.sum():
        return pd.DataFrame({"bad": [float(people.sum())], "top_share": [np.nan], "top_learners": [np.nan], "learners": [len(people)]})
    top = stats.top_share(people)
    shown = top.holders >= K
    told = {"top_share": top.share, "top_learners": float(top.holders)} if shown else {"top_share": np.nan, "top_learners": np.nan}
    return pd.DataFrame([{"bad": float(people.sum()), **told, "learners": top.everyone}])
