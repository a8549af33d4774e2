"""Retention of weekly cohorts: classic, rolling, cumulative (definition E3), and cohorts unlike the others."""

import numpy as np
import pandas as pd

from workbench.metrics import retention, stats
from workbench.metrics.disclosure import K, is_few, suppress
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL
from workbench.reports.scope import Scope

KINDS = {"classic": "active in that week", "rolling": "active in that week or later", "cumulative": "active in any week up to it"}
COHORT_WEEKS = 12
COLUMNS = ["platform", "cohort_week", "week", "kind", "reached", "retained", "rate", "low", "high", "at_least", "at_most"]


def first_day(scope: Scope) -> pd.Timestamp:
    """The first start day of the cohorts shown: a Monday, twelve weeks before the last."""
    last = pd.Timestamp(cells.now(scope).end) - pd.Timedelta(days=1)
    return last - pd.Timedelta(days=last.day_of_week + 7 * (COHORT_WEEKS - 1))


def counts(cohorts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per platform (`*` for several), cohort and week that is over: counts of `metrics.retention.triangle`."""
    last = np.datetime64(cells.now(scope).end) - 1
    pieces = [(platform, part) for platform, part in cohorts.groupby("platform")]
    if len(pieces) > 1:
        pieces.insert(0, (ALL, cohorts))
    tables = [retention.triangle(part, last).assign(platform=platform) for platform, part in pieces]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["platform", *retention.TRIANGLE])


def retention_frame(triangle: pd.DataFrame) -> pd.DataFrame:
    """One row per platform, cohort, week and kind: `platform`, `cohort_week` (Monday), `week` since the start, `kind` (classic, rolling,
    cumulative), `reached` learners, `retained` of them, `rate` with `low`, `high` (definition X1).

    The row without a `cohort_week` is of all cohorts that have reached the week. Weeks nobody has reached have no row. A cell is withheld
    where the retained, or the others, are few, and what the sums over cohorts would give back; of a cohort of 20 or more a withheld cell
    says as much as that: `at_least` (or `at_most`) what the rate is when the few are 9.

    Args:
        triangle: of `counts`.
    """
    long = triangle.melt(["platform", "cohort_week", "week", "reached"], list(KINDS), "kind", "retained")
    if not len(long):
        return pd.DataFrame(columns=[*COLUMNS, "suppressed"])
    long["about"] = _about(long)
    told = suppress(long, ["platform", "cohort_week", "week", "kind"], "about", within=["platform", "week", "kind"]).table
    told["at_least"], told["at_most"] = _bounds(long)
    sums = long.groupby(["platform", "week", "kind"], as_index=False)[["reached", "retained"]].sum()
    sums = suppress(sums.assign(about=_about(sums), cohort_week=pd.NaT), ["platform", "cohort_week", "week", "kind"], "about", totals=False)
    frame = pd.concat([told, sums.table.astype({"cohort_week": told["cohort_week"].dtype})], ignore_index=True)
    return _rated(frame)[[*COLUMNS, "suppressed"]]


def _about(frame: pd.DataFrame) -> pd.Series:
    return cells.least(frame["retained"], frame["reached"] - frame["retained"])


def _bounds(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Ends of the rates of cells withheld because 1 to 9 are, or are not, retained: what the suppression itself says about them."""
    rest = frame["reached"] - frame["retained"]
    large = frame["reached"] >= 2 * K
    high = (frame["reached"] - K + 1) / frame["reached"].where(large & is_few(rest) & ~is_few(frame["retained"]))
    low = (K - 1) / frame["reached"].where(large & is_few(frame["retained"]) & ~is_few(rest))
    return high, low


def _rated(frame: pd.DataFrame) -> pd.DataFrame:
    shown = ~frame["suppressed"].astype(bool)
    reached, retained = (frame[name].astype(float) for name in ("reached", "retained"))
    low, high = stats.wilson(retained.fillna(0), reached.fillna(0))
    return frame.assign(rate=(retained / reached).where(shown), low=np.where(shown, low, np.nan), high=np.where(shown, high, np.nan))


def leaving(triangle: pd.DataFrame) -> pd.DataFrame:
    """Cohorts that stayed less than the others of their platform, in the week that shows it best: `platform`, `cohort_week`, `week`,
    `reached`, `rate`, `usual` (of the other cohorts in that week), `difference` with `low`, `high`.

    Rolling retention is compared, so that who comes back later does not count as gone, with the interval of definition X2 at a level
    that allows for all cells tried.
    """
    rows = []
    for platform, part in triangle[triangle["week"] > 0].groupby("platform"):
        if platform == ALL:
            continue
        sums = part.groupby("week")[["reached", "rolling"]].sum()
        for row in part.itertuples():
            others = sums.loc[row.week] - [row.reached, row.rolling]
            if min(row.reached, others["reached"]) >= 2 * K:
                found = stats.difference(others["rolling"], others["reached"], row.rolling, row.reached)
                rate, usual = row.rolling / row.reached, others["rolling"] / others["reached"]
                rows.append((platform, row.cohort_week, row.week, row.reached, rate, usual, *found, _chance(found, len(part))))
    columns = ["platform", "cohort_week", "week", "reached", "rate", "usual", "difference", "low", "high", "chance"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame[(frame["chance"] < 0.01) & (frame["difference"] < -0.2)].sort_values("difference")
    return frame.drop_duplicates(["platform", "cohort_week"], ignore_index=True)


def _chance(found: stats.Difference, tried: int) -> float:
    """Roughly, how often chance makes such a difference among so many tried: from the interval's own width."""
    from scipy.special import ndtr

    reach = max(found.high - found.value, 1e-9) / 1.96
    return float(min(1.0, 2 * tried * ndtr(-abs(found.value) / reach)))
