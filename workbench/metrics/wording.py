"""Alerts and budgets in plain sentences, for a reader who has never heard of a burn rate."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from workbench.metrics.alerts import Alert
from workbench.metrics.goals import Rung
from workbench.metrics.slices import seconds
from workbench.metrics.slo import Assessment, Budget, time_to_exhaustion

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def span(length: int) -> str:
    """A length of time in words, without "1" before a unit.

    >>> span(3600), span(300), span(3 * 86400)
    ('hour', '5 minutes', '3 days')
    """
    name, unit = next(((name, unit) for name, unit in _UNITS if length % unit == 0), ("second", 1))
    number = length // unit
    return name if number == 1 else f"{number} {name}s"


def day(instant: float, timezone: str, now: float | None = None) -> str:
    """A day in words, in the zone; with the year where it is not that of `now`, with the time within two days of it.

    >>> day(1786500000, "Asia/Tokyo"), day(1786500000, "UTC", 1786450000), day(1786500000, "UTC", 1700000000)
    ('12 August', '12 August, 02:00', '12 August 2026')
    """
    zone = ZoneInfo(timezone)
    local = datetime.fromtimestamp(instant, zone)
    words = f"{local.day} {_MONTHS[local.month - 1]}"
    if now is not None and abs(instant - now) < 2 * 86400:
        return f"{words}, {local:%H:%M}"
    return words if now is None or datetime.fromtimestamp(now, zone).year == local.year else f"{words} {local.year}"


def times(burn: float) -> str:
    """A burn rate as a number a reader can compare.

    >>> times(14.4), times(0.9333), times(3.0), times(0.0)
    ('14.4', '0.93', '3', '0')
    """
    return f"{burn:.1f}".removesuffix(".0") if burn >= 9.95 else f"{burn:.2f}".rstrip("0").rstrip(".")


def reading(alert: Alert, budget: Budget, at: object, timezone: str = "UTC", events: str = "answers") -> str:
    """One plain sentence on an alert at the cut-off (definitions S3 to S5).

    Args:
        alert: of `alerts.evaluate`. budget: of the same objective and cut-off.
        at: the cut-off. timezone: IANA name, for dates. events: what the objective counts, in the plural.
    """
    rung, (bad, total) = alert.rung, (alert.bad_long, alert.total_long)
    if alert.state == "unreachable":
        return _unreachable(alert)
    if not total:
        return f"No {events} in the last {span(rung.long)}: nothing to judge by."
    missed = f"In the last {span(rung.long)} {bad} of {total} {events} missed the objective"
    if alert.state == "firing":
        pace = f"{times(alert.burn_long)} times the pace the budget allows (alarm from {times(alert.threshold)})"
        return f"{missed}: {pace}; {_outcome(alert, budget, int(seconds(at)), timezone)}."
    if alert.state == "insufficient_data":
        if not alert.total_short:
            return f"{missed}, but none came in the last {span(rung.short)}: too little to raise an alarm."
        return f"{missed}: so few that it may be chance, so no alarm is raised."
    if alert.burn_long >= alert.threshold:
        return f"{missed}, but the last {span(rung.short)} are back below the alarm's {times(alert.threshold)} times the allowed pace."
    return f"{missed}: {times(alert.burn_long)} times the pace the budget allows, below the {times(alert.threshold)} that raise an alarm."


def _unreachable(alert: Alert) -> str:
    needed = f"The pace can never exceed {times(alert.highest)} times what the budget allows, and this alarm needs {times(alert.threshold)}"
    return f"{needed}; {_stand_in(alert.instead)}."


def _stand_in(instead: Rung | None) -> str:
    if instead is None:
        return "nothing stands in for it"
    length = span(instead.long)
    return f"the alarm over {length if length[0].isdigit() else f'one {length}'} stands in for it"


def _outcome(alert: Alert, budget: Budget, now: int, timezone: str) -> str:
    if budget.remaining <= 0:
        return "the budget is already spent"
    left = time_to_exhaustion(budget.remaining, alert.burn_long, budget.period)
    return f"at this pace the budget is empty on {day(now + left, timezone, now)}"


def outlook(found: Assessment, at: object, timezone: str = "UTC") -> str:
    """When the budget is, or was, used up: one short phrase for a card.

    Args:
        found: of `slo.assess`. at: its cut-off. timezone: IANA name.
    """
    budget, now = found.budget, int(seconds(at))
    if math.isnan(budget.remaining):
        return "no data"
    if found.exhausted_at is not None:
        return f"empty since {day(found.exhausted_at, timezone, now)}"
    if budget.finished:
        return "not used up in the period"
    if budget.exhaustion >= budget.period - budget.elapsed:
        return "lasts to the end of the period at this pace"
    return f"empty on {day(now + budget.exhaustion, timezone, now)} at this pace"
