"""What a report is asked for: the period in its time zone, the filters, the cut-off, and the periods it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

HISTORY_DAYS = 56
"""Days before the period that series are compared with: seven weeks and one make every weekday testable (definition X3)."""


@dataclass(frozen=True)
class Scope:
    """Parameters of a run, as Python values. `start` and `end` are local days, half-open; `as_of` is an instant.

    >>> scope = Scope.of({"start": "2026-08-01", "end": "2026-09-01", "timezone": "Asia/Tokyo", "as_of": "2026-08-11T00:00:00Z"})
    >>> scope.is_finished, str(scope.last_day), str(scope.previous.start)
    (False, '2026-08-11', '2026-07-21')
    """

    start: date
    end: date
    timezone: str
    platform: str | list[str]
    tenant: str | None
    model: str | None
    as_of: datetime

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Scope":
        """The scope of checked parameters, as a notebook gets them: dates and instants are text, several platforms a list.

        Without `as_of` it is now.
        """
        start, end = (_date(parameters[name]) for name in ("start", "end"))
        zone = parameters.get("timezone") or "UTC"
        as_of = parameters.get("as_of") or datetime.now(UTC)
        instant = as_of if isinstance(as_of, datetime) else datetime.fromisoformat(str(as_of))
        instant = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(zone))
        filters = (parameters.get("platform") or "all", parameters.get("tenant"), parameters.get("model"))
        return cls(start, end, zone, *filters, instant.astimezone(UTC))

    def midnight(self, day: date) -> datetime:
        """The instant at which a local day begins."""
        return datetime.combine(day, time(), ZoneInfo(self.timezone)).astimezone(UTC)

    @cached_property
    def start_at(self) -> datetime:
        """Beginning of the period."""
        return self.midnight(self.start)

    @cached_property
    def end_at(self) -> datetime:
        """End of the period."""
        return self.midnight(self.end)

    @cached_property
    def until_at(self) -> datetime:
        """The instant up to which there can be rows: the cut-off or the end, whichever comes first."""
        return min(self.as_of, self.end_at)

    @property
    def has_begun(self) -> bool:
        """Whether any of the period lies before the cut-off."""
        return self.until_at > self.start_at

    @property
    def is_finished(self) -> bool:
        """Whether the whole period lies before the cut-off."""
        return self.as_of >= self.end_at

    @property
    def last_day(self) -> date:
        """The last local day that has begun at the cut-off (at least `start`)."""
        if self.is_finished:
            return self.end - timedelta(days=1)
        return max(self.start, self.as_of.astimezone(ZoneInfo(self.timezone)).date())

    @property
    def complete_until(self) -> date:
        """The day after the last local day that is over at the cut-off, within the period."""
        local = self.until_at.astimezone(ZoneInfo(self.timezone))
        return max(self.start, min(self.end, local.date()))

    @property
    def previous(self) -> "Scope":
        """The period before, as long as this one so far (definition X2)."""
        length = (self.last_day - self.start).days + 1
        return replace(self, start=self.start - timedelta(days=length), end=self.start)

    def with_history(self, days: int = HISTORY_DAYS) -> "Scope":
        """The same, begun some days earlier."""
        return replace(self, start=self.start - timedelta(days=days))

    @property
    def midnights(self) -> list[datetime]:
        """The instants at which the local days of the period begin, and its end."""
        return [self.midnight(self.start + timedelta(days=day)) for day in range((self.end - self.start).days + 1)]


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
