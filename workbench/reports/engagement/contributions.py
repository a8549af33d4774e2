"""Which platform, tenant, device or cohort carries the change of active learners (definition X2)."""

from collections.abc import Iterator

import pandas as pd

from workbench.metrics import changes
from workbench.metrics.disclosure import suppress
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL, Span
from workbench.reports.scope import Scope

DIMENSIONS = {"platform": "platform", "tenant": "tenant", "device": "device", "cohort": "joined in"}
COLUMNS = ["dimension", "group", "learners", "before", "after", "difference", "low", "high", "share", "carries"]


def _grouped(activity: pd.DataFrame, cohorts: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Daily active learners by `group`, dimension by dimension; `wau` and `mau` tell how many learners are behind them."""
    whole = activity[(activity["tenant"] == ALL) & (activity["device"] == ALL)]
    several = activity["platform"].nunique() > 1
    if several:
        yield "platform", whole.assign(group=whole["platform"])
    tenants = activity[(activity["tenant"] != ALL) & (activity["device"] == ALL)]
    label = tenants["tenant"].where(~pd.Series(several, index=tenants.index), tenants["platform"] + ": " + tenants["tenant"])
    if tenants.groupby("platform")["tenant"].nunique().max() > 1:
        kept = tenants["platform"].isin([name for name, part in tenants.groupby("platform") if part["tenant"].nunique() > 1])
        yield "tenant", tenants.assign(group=label)[kept]
    devices = activity[(activity["tenant"] == ALL) & (activity["device"] != ALL)]
    yield "device", devices.assign(group=devices["platform"] + ": " + devices["device"] if several else devices["device"])
    months = cohorts.assign(group=cohorts["cohort"].dt.strftime("%B %Y"), dau=cohorts["learners"], wau=0, mau=0)
    yield "cohort", months


def contributions_frame(activity: pd.DataFrame, cohorts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per dimension and group: `dimension` (platform, tenant, device or cohort: month of joining), `group`, `learners` (at least so
    many are behind it), mean DAU `before` and `after`, their `difference` with `low`, `high` (definition X2), `share` of the whole change,
    `carries` (the group that carries the change of its dimension, if one does). Groups about few are withheld, and what the total of a
    dimension would give back.

    Args:
        activity: of `queries.engagement.activity`. cohorts: of `queries.engagement.cohort_days`. Both hold the two periods.
    """
    current, previous = cells.now(scope), cells.before(scope)
    parts = [
        _contributions(dimension, daily, previous, current)
        for dimension, daily in _grouped(activity, cohorts) if len(daily) and current.length > 1
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    told = suppress(frame, ["dimension", "group"], within=["dimension"]).table
    return told.assign(carries=told["carries"].eq(True))


def _contributions(dimension: str, daily: pd.DataFrame, previous: Span, current: Span) -> pd.DataFrame:
    wide = daily.pivot_table(index="day", columns="group", values="dau", aggfunc="sum")
    before, after = (wide.reindex(span.days).fillna(0) for span in (previous, current))
    series = [{group: part[group].to_numpy() for group in wide} for part in (before, after)]
    found = changes.contributions(*series, current.length)
    carrier = changes.carrier(found)
    behind = _learners(daily, previous, current).reindex(wide.columns, fill_value=0)
    rows = [
        (dimension, one.group, behind[one.group], one.before, one.after, one.difference, one.low, one.high, one.share, one.group == carrier)
        for one in found
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _learners(daily: pd.DataFrame, previous: Span, current: Span) -> pd.Series:
    """At least so many learners are behind the figures of each group: of the two periods the smaller number that is not none.

    The largest DAU of a period, and the largest WAU or MAU whose days all lie in it.
    """
    found = []
    for span in (previous, current):
        inside = daily[span.holds(daily["day"])]
        age = (inside["day"] - pd.Timestamp(span.start)).dt.days
        known = pd.concat([inside["dau"], inside["wau"].where(age >= 6), inside["mau"].where(age >= 27)], axis=1)
        found.append(known.max(axis=1).groupby(inside["group"]).max())
    return cells.least(*found)
