"""Tenants compared: share of the enrolled who learned in the period, raw and standardised over how long they have been there (X4)."""

from itertools import combinations

import numpy as np
import pandas as pd

from workbench.metrics import strata
from workbench.metrics.disclosure import suppress
from workbench.reports.engagement import cells
from workbench.reports.scope import Scope

AGES = ((0, "under 2 weeks"), (2, "2 to 5 weeks"), (6, "6 to 12 weeks"), (13, "13 weeks or more"))
"""Weeks since joining from which an age band begins."""
COMPARED = 6


def ages(learners: pd.DataFrame, on: pd.Timestamp) -> pd.Series:
    """Age band of each learner's membership; since the first active day where joining is not known."""
    weeks = (on - learners["joined_day"].fillna(learners["first_day"])).dt.days // 7
    place = np.searchsorted([start for start, _ in AGES], weeks.to_numpy(dtype=float), side="right") - 1
    return pd.Series(np.array([label for _, label in AGES], dtype=object)[place], index=learners.index)


def _counted(after: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per tenant and age band: `tenant`, `age`, `good` (active in the period), `total`."""
    last = pd.Timestamp(cells.now(scope).end) - pd.Timedelta(days=1)
    several = after["platform"].nunique() > 1
    frame = pd.DataFrame({
        "tenant": after["platform"].where(after["platform"] == after["tenant"], after["platform"] + ": " + after["tenant"])
        if several else after["tenant"],
        "age": ages(after, last), "good": (after["last_day"] >= pd.Timestamp(scope.start)).astype(int), "total": 1,
    })  # fmt: skip
    return frame.groupby(["tenant", "age"], as_index=False)[["good", "total"]].sum()


def tenants_frame(after: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per tenant, most learners first: `tenant`, `learners` enrolled, `active` in the period, `raw` share with `raw_low`,
    `raw_high`; `standardised` to everybody's mix of ages, with `low`, `high`; `covered`: share of that mix the tenant has. Tenants of few,
    or in which few are active or few are not, are withheld, and what the total would give back.

    Args:
        after: of `queries.engagement.learners` as of the last day.
    """
    columns = ["tenant", "learners", "active", "raw", "raw_low", "raw_high", "standardised", "low", "high", "covered"]
    if not len(after):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    table = _counted(after, scope)
    found = strata.standardise(list(table["tenant"]), list(table["age"]), table["good"], table["total"])
    rows = [(g.group, g.total, g.good, g.raw, g.raw_low, g.raw_high, g.standardised, g.low, g.high, g.covered) for g in found]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["learners", "tenant"], ascending=[False, True], ignore_index=True)
    frame["about"] = cells.least(frame["active"], frame["learners"] - frame["active"])
    return suppress(frame, "tenant", "about").table.drop(columns="about")


def pairs_frame(after: pd.DataFrame, tenants: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Pairs of tenants that differ, raw or standardised: `first`, `second`, `raw` difference (second − first) with `raw_low`, `raw_high`;
    `standardised` with `low`, `high`; `flips`: the two have opposite signs (Simpson's paradox). Withheld tenants are not compared."""
    rows = []
    table = _counted(after, scope) if len(after) else None
    for first, second in combinations(cells.shown(tenants)["tenant"].head(COMPARED), 2) if table is not None else ():
        found = strata.compare(list(table["tenant"]), list(table["age"]), table["good"], table["total"], first, second)
        if found.flips or any(one.low > 0 or one.high < 0 for one in (found.raw, found.standardised)):
            rows.append((first, second, *found.raw, *found.standardised, found.flips))
    columns = ["first", "second", "raw", "raw_low", "raw_high", "standardised", "low", "high", "flips"]
    return pd.DataFrame(rows, columns=columns)
