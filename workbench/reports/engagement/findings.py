"""What stands out in the period, each in a sentence with its evidence, found by general rules: nothing here knows simulated data.

Days on which nobody learned, tenants and devices that went silent, things begun that are no longer finished on one of them, lasting changes
of level, cohorts that leave, and who carries the change against the period before.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench import present
from workbench.metrics.disclosure import K
from workbench.reports import naming
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL
from workbench.reports.rag_slo import scan
from workbench.reports.scope import Scope

KINDS = {
    "completion_drop": "less is finished", "group_gone": "silent group", "cohort_left": "cohort that leaves",
    "idle_days": "days without learners", "level_change": "change of level",
}  # fmt: skip
"""Kinds of findings, the one a reader must act on first coming first."""
COLUMNS = ["kind", "platform", "subject", "from_day", "to_day", "value", "usual", "short", "sentence", "evidence"]
GONE_DAYS = 7
"""Days without a single learner that make a group a silent one."""
LEAST_EXPECTED = 12.0
"""Learner-days that were to be expected in the silence: by chance it stays empty less than once in 100 000 times."""


def collect(parts: Sequence[list[dict[str, Any]]]) -> pd.DataFrame:
    """All findings as one frame, by kind and day: `kind` (of `KINDS`), `platform`, `subject` (tenant, device, cohort), `from_day`,
    `to_day`, `value` and `usual` (mean DAU or shares), `short`, `sentence`, `evidence`."""
    frame = pd.DataFrame([row for part in parts for row in part], columns=COLUMNS)
    frame = frame.astype(dict.fromkeys(("from_day", "to_day"), "datetime64[us]")).astype(dict.fromkeys(("value", "usual"), "float64"))
    order = frame["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    return frame.assign(order=order).sort_values(["order", "from_day", "platform"], ignore_index=True).drop(columns="order")


def _day(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B}"


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """
    >>> _days(pd.Timestamp("2026-08-06"), pd.Timestamp("2026-08-07"))
    '6 and 7 August'
    """
    if first == last:
        return _day(first)
    between = " and " if (last - first).days == 1 else " to "
    return f"{first.day if first.month == last.month else _day(first)}{between}{_day(last)}"


def idle_days(known: pd.DataFrame, scope: Scope) -> list[dict]:
    """Stretches of days on which nobody learned on a platform where at least ten usually do on these weekdays."""
    rows = []
    for platform, part in known[known["platform"] != ALL].groupby("platform"):
        dau = part.set_index("day")["dau"]
        usual = dau[dau > 0].groupby(dau[dau > 0].index.day_of_week).median()
        empty = dau[(dau == 0) & (dau.index >= pd.Timestamp(scope.start)) & (dau.cumsum() > 0)]
        empty = empty[usual.reindex(empty.index.day_of_week).fillna(0).to_numpy() >= K]
        runs = (empty.index.to_series().diff().dt.days != 1).cumsum()
        for _, days in empty.index.to_series().groupby(runs):
            first, last = days.iloc[0], days.iloc[-1]
            expected = float(usual.reindex(days.dt.day_of_week).mean())
            rows.append({
                "kind": "idle_days", "platform": platform, "subject": "", "from_day": first, "to_day": last, "value": 0.0,
                "usual": expected, "short": f"nobody learned on {naming.name(platform)} on {_days(first, last)}",
                "sentence": f"Nobody learned on {naming.name(platform)} on {_days(first, last)}.",
                "evidence": f"On these weekdays usually {expected:.0f} learners are active. A holiday or an outage looks like this.",
            })  # fmt: skip
    return rows


def _groups(activity: pd.DataFrame) -> list[tuple[str, str, str, pd.DataFrame]]:
    """(platform, dimension, group, daily rows) of every tenant and device of platforms that have several."""
    found = []
    for dimension, other in (("tenant", "device"), ("device", "tenant")):
        rows = activity[(activity[dimension] != ALL) & (activity[other] == ALL)]
        for platform, part in rows.groupby("platform"):
            if part[dimension].nunique() > 1:
                found += [(str(platform), dimension, str(group), daily) for group, daily in part.groupby(dimension)]
    return found


def groups_gone(activity: pd.DataFrame, known: pd.DataFrame, scope: Scope) -> list[dict]:
    """Tenants and devices of which nobody has been active for at least the last seven days, though before somebody was."""
    rows = []
    last = pd.Timestamp(cells.now(scope).end) - pd.Timedelta(days=1)
    alive = known[known["dau"] > 0].groupby("platform")["day"].max()
    for platform, dimension, group, daily in _groups(activity):
        active = daily[daily["dau"] > 0]
        if not len(active):
            continue
        seen = active["day"].max()
        silent = (last - seen).days
        recent = active[active["day"] > seen - pd.Timedelta(days=28)]["dau"].sum() / 28
        reach = active.loc[active["day"] > seen - pd.Timedelta(days=28), "mau"].max()
        told = silent >= GONE_DAYS and recent * silent >= LEAST_EXPECTED and reach >= K and seen >= pd.Timestamp(scope.previous.start)
        if group != "unknown" and told and alive[platform] > seen:
            start, where = seen + pd.Timedelta(days=1), f"{dimension} {group}"
            rows.append({
                "kind": "group_gone", "platform": platform, "subject": group, "from_day": start, "to_day": last, "value": 0.0,
                "usual": recent, "short": f"nobody of {where} ({naming.name(platform)}) since {_day(start)}",
                "sentence": f"Nobody of {where} ({naming.name(platform)}) has learned since {_day(start)}.",
                "evidence": f"In the 28 days before {recent:.1f} learners a day did, {reach:.0f} different ones; the platform went on.",
            })  # fmt: skip
    return rows


def completion_drops(work: pd.DataFrame, scope: Scope) -> list[dict]:
    """Tenants and devices on which, from some day on, clearly less of what is started is completed, while elsewhere it is not.

    The days are scanned for a stretch with a raised share of things left unfinished (Kulldorff's scan statistic), its chance allowing
    for everything tried; of the groups of a platform only the most certain one is told.
    """
    rows = []
    for platform, part in work.groupby("platform"):
        days = pd.date_range(part["day"].min(), part["day"].max(), freq="D")
        best: tuple[scan.Window, str, str, float, float] | None = None
        for dimension in ("device", "tenant"):
            names = [name for name in part[dimension].unique() if name != "unknown"]
            for group in names if len(names) > 1 else ():
                found = _unfinished(part[part[dimension] == group], part[part[dimension] != group], days, len(names))
                if found and (best is None or found[0].ratio > best[0].ratio):
                    best = (found[0], dimension, str(group), *found[1:])
        if best and days[best[0].stop - 1] >= pd.Timestamp(scope.start):
            rows.append(_drop(str(platform), best, days))
    return rows


def _unfinished(mine: pd.DataFrame, others: pd.DataFrame, days: pd.DatetimeIndex, tried: int) -> tuple[scan.Window, float, float] | None:
    """The raised stretch of a group with the completion of the others in it and outside it; None where there is none of its own."""
    counted = [side.groupby("day")[["started", "completed", "learners"]].sum().reindex(days, fill_value=0) for side in (mine, others)]
    (started, completed, learners), other = (counted[0][name].to_numpy(dtype=float) for name in counted[0]), counted[1]
    bad = (started - completed).clip(min=0)
    windows = scan.raised_windows(bad, started, longest=len(days) // 2, least_rise=0.15, at_most=1)
    if not windows or windows[0].rate < 1.5 * windows[0].usual or windows[0].chance * tried * 4 >= scan.SIGNIFICANCE:
        return None
    inside = np.zeros(len(days), dtype=bool)
    inside[windows[0].start : windows[0].stop] = True
    rates = [_rate(other[flags]) for flags in (inside, ~inside)]
    own_fall = windows[0].rate - windows[0].usual
    if max(learners[inside].max(initial=0), learners[inside].sum() / 2) < K or (rates[1] - rates[0]) > own_fall / 2:
        return None
    return windows[0], rates[0], rates[1]


def _rate(part: pd.DataFrame) -> float:
    return float(min(part["completed"].sum() / part["started"].sum(), 1)) if part["started"].sum() else np.nan


def _drop(platform: str, best: tuple[scan.Window, str, str, float, float], days: pd.DatetimeIndex) -> dict[str, Any]:
    window, dimension, group, elsewhere, _ = best
    first, last = days[window.start], days[window.stop - 1]
    lasting = window.stop == len(days)
    when = f"since {_day(first)}" if lasting else f"from {_days(first, last)}"
    now, usual = present.percent(1 - window.rate, 0), present.percent(1 - window.usual, 0)
    subject = f"{dimension} {group}"
    return {
        "kind": "completion_drop", "platform": platform, "subject": group, "from_day": first, "to_day": last, "value": 1 - window.rate,
        "usual": 1 - window.usual,
        "short": f"on {subject} ({naming.name(platform)}) {now} of what is started is completed {when}, before {usual}",
        "sentence": f"On {subject} ({naming.name(platform)}) only {now} of what is started is completed {when}; before it was {usual}.",
        "evidence": f"{present.count(window.total)} things were started there in these days; elsewhere on the platform "
        f"{present.percent(elsewhere, 0)} were completed at the same time. A release that breaks one {dimension} looks like this.",
    }  # fmt: skip


def level_changes(points: pd.DataFrame) -> list[dict]:
    """Lasting changes of a platform's level."""
    rows = []
    for row in points[points["platform"] != ALL].to_dict("records"):
        word = "rose" if row["difference"] > 0 else "fell"
        ends = f"{present.signed(row['low'], 1)} to {present.signed(row['high'], 1)}"
        rows.append({
            "kind": "level_change", "platform": row["platform"], "subject": "", "from_day": row["day"], "to_day": row["day"],
            "value": row["after"], "usual": row["before"],
            "short": f"{naming.name(row['platform'])} {word} from {row['before']:.0f} to {row['after']:.0f} a day on {_day(row['day'])}",
            "sentence": f"From {_day(row['day'])} on {naming.name(row['platform'])} has {row['after']:.0f} active learners a day; before "
            f"it had {row['before']:.0f}.",
            "evidence": f"Difference {ends} a day (95 % interval), weekdays evened out.",
        })  # fmt: skip
    return rows


def cohorts_left(leaving: pd.DataFrame) -> list[dict]:
    """Cohorts that stayed less than the others of their platform."""
    rows = []
    for row in leaving.to_dict("records"):
        gone = f"the learners of {naming.name(row['platform'])} who joined in the week of {_day(row['cohort_week'])}"
        few = 0 < row["reached"] * row["rate"] < K
        rate = f"fewer than {K} of {row['reached']}" if few else present.percent(row["rate"], 0)
        rows.append({
            "kind": "cohort_left", "platform": row["platform"], "subject": f"{row['cohort_week']:%Y-%m-%d}",
            "from_day": row["cohort_week"], "to_day": row["cohort_week"] + pd.Timedelta(days=6),
            "value": np.nan if few else row["rate"], "usual": row["usual"], "short": f"{gone} left early",
            "sentence": f"{gone[0].upper()}{gone[1:]} left early: {rate} were active in week {row['week']} or later.",
            "evidence": f"Of the other cohorts {present.percent(row['usual'], 0)} were.",
        })  # fmt: skip
    return rows
