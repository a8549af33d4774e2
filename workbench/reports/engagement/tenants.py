"""Tenants compared: share of the enrolled who learned in the period, raw and standardised over how long they have been there (X4)."""

from itertools import combinations

import numpy as np
import pandas as pd

from workbench.metrics import strata
from workbench.metrics.disclosure import suppress
from workbench.reports.engagement import cells
from workbench.reports.engagement.states import GONE

AGES = ((0, "under 2 weeks"), (2, "2 to 5 weeks"), (6, "6 to 12 weeks"), (13, "13 weeks or more"))
"""Weeks since joining from which an age band begins."""
COMPARED = 6


def _counted(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per tenant and age band of those enrolled at the end: `tenant`, `age`, `good` (active in the period), `total`."""
    after = pairs[pairs["state_after"] != GONE]
    several = after["platform"].nunique() > 1
    place = np.searchsorted([start for start, _ in AGES], after["weeks"], side="right") - 1
    frame = pd.DataFrame({
        "tenant": after["platform"].where(after["platform"] == after["tenant"], after["platform"] + ": " + after["tenant"])
        if several else after["tenant"],
        "age": np.array([label for _, label in AGES], dtype=object)[place], "good": after["active"], "total": after["learners"],
    })  # fmt: skip
    return frame.groupby(["tenant", "age"], as_index=False)[["good", "total"]].sum()


def tenants_frame(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per tenant, most learners first: `tenant`, `learners` enrolled, `active` in the period, `raw` share with `raw_low`,
    `raw_high`; `standardised` to everybody's mix of ages, with `low`, `high`; `covered`: share of that mix the tenant has. Tenants of few,
    or in which few are active or few are not, are withheld, and what the total would give back.

    Args:
        pairs: of `queries.engagement.states`.
    """
    columns = ["tenant", "learners", "active", "raw", "raw_low", "raw_high", "standardised", "low", "high", "covered"]
    table = _counted(pairs)
    if not len(table):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    found = strata.standardise(list(table["tenant"]), list(table["age"]), table["good"], table["total"])
    rows = [(g.group, g.total, g.good, g.raw, g.raw_low, g.raw_high, g.standardised, g.low, g.high, g.covered) for g in found]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["learners", "tenant"], ascending=[False, True], ignore_index=True)
    frame["about"] = cells.least(frame["active"], frame["learners"] - frame["active"])
    return suppress(frame, "tenant", "about").table.drop(columns="about")


def pairs_frame(pairs: pd.DataFrame, tenants: pd.DataFrame) -> pd.DataFrame:
    """Pairs of tenants that differ, raw or standardised: `first`, `second`, `raw` difference (second − first) with `raw_low`, `raw_high`;
    `standardised` with `low`, `high`; `flips`: the two have opposite signs (Simpson's paradox). Withheld tenants are not compared."""
    rows = []
    table = _counted(pairs)
    for first, second in combinations(cells.shown(tenants)["tenant"].head(COMPARED), 2):
        found = strata.compare(list(table["tenant"]), list(table["age"]), table["good"], table["total"], first, second)
        if found.flips or any(one.low > 0 or one.high < 0 for one in (found.raw, found.standardised)):
            rows.append((first, second, *found.raw, *found.standardised, found.flips))
    columns = ["first", "second", "raw", "raw_low", "raw_high", "standardised", "low", "high", "flips"]
    return pd.DataFrame(rows, columns=columns)
