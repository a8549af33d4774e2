"""Active learners a day, a week, a month (definition E2), their change, and days unlike others (definitions X2, X3)."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.metrics import changes
from workbench.metrics import days as calendar
from workbench.metrics.disclosure import is_few, suppress
from workbench.metrics.stats import t95
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL, Span
from workbench.reports.scope import Scope

MEASURES = ["dau", "wau", "mau"]
WINDOW = 28


def series(activity: pd.DataFrame, span: Span) -> pd.DataFrame:
    """One row per platform (and `*` for several) and day of the span, 0 where nobody was active: `platform`, `day`, `dau`, `wau`, `mau`."""
    whole = activity[(activity["tenant"] == ALL) & (activity["device"] == ALL)]
    found = cells.by_platform(whole, ["day"], MEASURES)
    platforms = list(dict.fromkeys(found["platform"]))
    every = pd.MultiIndex.from_product([platforms, span.days], names=["platform", "day"])
    return found.set_index(["platform", "day"])[MEASURES].reindex(every, fill_value=0).reset_index()


def daily_frame(known: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per platform and day, 28 days of history and the days before included: `platform`, `day`, `dau`, `wau`, `mau`,
    `stickiness` (mean DAU of the 28 days that end with the day, of their MAU), `is_period`. Days about few are withheld, and what sums over
    platforms or over the period and the one before would give back.

    Args:
        known: of `series`, with history.
    """
    frame = known.copy()
    frame["stickiness"] = _stickiness(frame)
    current, previous = cells.now(scope), cells.before(scope)
    frame["is_period"] = current.holds(frame["day"])
    part = np.select([frame["is_period"], previous.holds(frame["day"])], ["now", "before"], "earlier")
    pieces = {name: cells.grid(piece, "day", "dau") for name, piece in frame.groupby(part, sort=False)}
    told = pd.concat([piece for piece, _ in pieces.values()] or [frame.assign(suppressed=False)], ignore_index=True)
    for measure in ("wau", "mau"):
        known_of = frame.set_index(["platform", "day"])[measure].reindex(pd.MultiIndex.from_frame(told[["platform", "day"]])).to_numpy()
        told[measure] = _windowed(told.assign(n=known_of)).where(~told["suppressed"].astype(bool))
    told["stickiness"] = told["stickiness"].astype(float).where(told["mau"].notna())
    told["is_period"] = current.holds(told["day"])
    told = told.sort_values(["platform", "day"], ignore_index=True)
    told.attrs["untold"] = {name: platforms for name, (_, platforms) in pieces.items()}
    return told


def _windowed(frame: pd.DataFrame) -> pd.Series:
    """The numbers `n` of a window with those about few withheld, and what the day's sum of all platforms would give back."""
    singles = frame[frame["platform"] != ALL]
    told = suppress(singles[["platform", "day", "n"]], ["platform", "day"], "n", within=["day"], totals=singles["platform"].nunique() > 1)
    hidden = pd.Series(False, index=frame.index)
    hidden[singles.index] = told.table["suppressed"].to_numpy(dtype=bool)
    exposed = [name[0] if isinstance(name, tuple) else name for name in told.totals_to_withhold]
    hidden |= (frame["platform"] == ALL) & frame["day"].isin(exposed)
    return frame["n"].astype(float).where(~hidden)


def _stickiness(known: pd.DataFrame) -> pd.Series:
    mean = known.groupby("platform")["dau"].transform(lambda dau: dau.rolling(WINDOW).mean())
    return mean / known["mau"].where(known["mau"] > 0)


SUMMARY = [
    "platform", "days", "dau", "previous", "difference", "low", "high", "relative", "change", "wau", "mau", "stickiness", "enrolled",
    "joined", "left",
]  # fmt: skip


def summary_frame(known: pd.DataFrame, daily: pd.DataFrame, enrolled: pd.Series, joins: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row per platform: `platform`, `days`; `dau` (mean a day), `previous`, `difference` with `low`, `high`, `relative` (of the
    previous mean), `change`: higher, lower, none or no data (definition X2, weekdays evened out); `wau`, `mau` and `stickiness` of the
    last day; `enrolled` then; `joined`, `left` in the period. A sum that its withheld days would follow from is withheld too.

    Args:
        known: of `series`. daily: of `daily_frame`. enrolled: learners by platform. joins: `platform`, `joined`, `left_count`.
    """
    untold = daily.attrs["untold"]
    rows = [_summary(platform, part, untold, scope) for platform, part in known.groupby("platform", sort=False)]
    if not rows:
        return pd.DataFrame(columns=SUMMARY)
    frame = pd.DataFrame(rows)
    frame = frame.merge(_last(daily), on="platform", how="left")
    frame["enrolled"] = frame["platform"].map(enrolled).astype(float)
    sums = joins.set_index("platform")
    for column, source in (("joined", "joined"), ("left", "left_count")):
        frame[column] = frame["platform"].map(sums[source]).fillna(0).astype(float)
    for column in ("enrolled", "joined", "left"):
        frame[column] = cells.additive(frame, column)
    return frame


def _last(daily: pd.DataFrame) -> pd.DataFrame:
    period = daily[daily["is_period"]]
    last = period[period["day"] == period["day"].max()]
    return last[["platform", "wau", "mau", "stickiness"]]


def _summary(platform: str, part: pd.DataFrame, untold: dict[str, set[str]], scope: Scope) -> dict[str, Any]:
    current, previous = (part[span.holds(part["day"])] for span in (cells.now(scope), cells.before(scope)))
    found = compare(previous, current)
    told = [
        np.nan if platform in untold.get(name, ()) or not len(piece) else float(piece["dau"].mean())
        for name, piece in (("before", previous), ("now", current))
    ]
    word = "higher" if found[1] > 0 else "lower" if found[2] < 0 else "none"
    if not previous["dau"].sum() or not len(current):
        word = "no data"
    few = np.isnan(told).any()
    figures = dict(zip(("difference", "low", "high"), (np.nan,) * 3 if few else found, strict=True))
    relative = figures["difference"] / told[0] if told[0] else np.nan
    return {
        "platform": platform,
        "days": len(current),
        "dau": told[1],
        "previous": told[0],
        **figures,
        "relative": relative,
        "change": word,
    }


def compare(previous: pd.DataFrame, current: pd.DataFrame, column: str = "dau") -> tuple[float, float, float]:
    """Difference of two means of daily values with its 95 % interval, weekdays evened out: ordinary least squares with an effect for each
    weekday and one for the period, so that a period with one Sunday more is not a fall (definition X2).

    Returns:
        Difference (current − previous) and the ends of its interval; NaN where there are too few days.
    """
    both = pd.concat([previous, current])
    freedom = len(both) - 8
    if min(len(previous), len(current)) < 1 or freedom < 1:
        return np.nan, np.nan, np.nan
    weekday = np.eye(7)[both["day"].dt.day_of_week.to_numpy()]
    late = np.repeat([0.0, 1.0], [len(previous), len(current)])
    design, values = np.column_stack([weekday, late]), both[column].to_numpy(dtype=float)
    inverse = np.linalg.pinv(design.T @ design)
    effect = inverse @ design.T @ values
    noise = float(((values - design @ effect) ** 2).sum()) / freedom
    reach = t95(freedom) * float(np.sqrt(noise * inverse[7, 7]))
    return float(effect[7]), float(effect[7]) - reach, float(effect[7]) + reach


def unusual_frame(known: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Days of the period unlike the same weekday at other times (definition X3): `platform`, `day`, `value`, `expected` (learners active),
    `score` (robust z, NaN for the Poisson test), `method`, `baseline` (days compared with). Days about few are left out."""
    rows = []
    history = pd.Timestamp(scope.with_history().start)
    for platform, part in known[known["day"] >= history].groupby("platform", sort=False):
        for one in calendar.anomalies(part["day"].to_numpy(), part["dau"].to_numpy()):
            told = not (is_few(one.value) or 0 < one.expected < 10)
            if one.state == "anomaly" and one.day >= np.datetime64(scope.start) and told:
                rows.append((platform, pd.Timestamp(one.day), one.value, one.expected, one.score, one.method, one.baseline))
    frame = pd.DataFrame(rows, columns=["platform", "day", "value", "expected", "score", "method", "baseline"])
    frame["day"] = frame["day"].astype("datetime64[us]")
    return frame


def change_points_frame(known: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Days of the period from which a platform's level is another one: `platform`, `day`, `before`, `after` (mean DAU, weekdays even),
    `difference` with `low`, `high`. Levels about few are left out.

    Args:
        known: of `series`, with history, so that a change on the first day can be seen.
    """
    rows = []
    history = pd.Timestamp(scope.with_history().start)
    for platform, part in known[known["day"] >= history].groupby("platform", sort=False):
        part = part[part["dau"].cumsum() > 0]
        for one in changes.change_points(part["day"].to_numpy(), part["dau"].to_numpy()) if len(part) else ():
            if pd.Timestamp(one.day) >= pd.Timestamp(scope.start) and not is_few([one.before, one.after]).any():
                rows.append((platform, pd.Timestamp(one.day), one.before, one.after, one.after - one.before, one.low, one.high))
    frame = pd.DataFrame(rows, columns=["platform", "day", "before", "after", "difference", "low", "high"])
    frame["day"] = frame["day"].astype("datetime64[us]")
    return frame


def joins_frame(joins: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Learners who joined and left by week: `platform`, `week` (its Monday), `joined`, `left_count`, `suppressed`."""
    span = cells.now(scope)
    frame = joins[span.holds(joins["day"])].copy()
    frame["week"] = frame["day"] - pd.to_timedelta(frame["day"].dt.day_of_week, unit="D")
    frame = cells.by_platform(frame, ["week"], ["joined", "left_count"])
    for column in ("joined", "left_count"):
        frame[column] = cells.grid(frame[["platform", "week", column]], "week", column)[0][column].astype(float)
    return frame.assign(suppressed=frame[["joined", "left_count"]].isna().all(axis=1))
