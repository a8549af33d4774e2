"""What the progress report is asked for: the scope of all reports, and the unit and the learner that only this one knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from workbench.errors import UsageError
from workbench.reports.scope import Scope

RECENT_DAYS = 28
"""Trailing days by which it is judged how a learner is doing."""


@dataclass(frozen=True)
class Asked:
    """Parameters of a run.

    Attributes:
        scope: period, time zone, platform, tenant and cut-off. unit: only learners to whom this unit is assigned. learner: a page about
            this learner alone.
    """

    scope: Scope
    unit: str | None = None
    learner: str | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Asked":
        """The parameters as Python values.

        Raises:
            UsageError: unit or learner is not an identity.
        """
        return cls(Scope.of(parameters), _key(parameters.get("unit"), "unit"), _key(parameters.get("learner"), "learner"))

    def at(self, cut_off: datetime) -> "Asked":
        """The same, as of another instant."""
        return replace(self, scope=replace(self.scope, as_of=cut_off))

    @property
    def until(self) -> datetime:
        """The instant from which on nothing counts: the end of the period, or the cut-off within it."""
        return self.scope.until_at

    @property
    def recent(self) -> date:
        """First of the trailing days by which it is judged how a learner is doing; the last is the last day of the period."""
        return self.scope.last_day - timedelta(days=RECENT_DAYS - 1)

    @property
    def filters(self) -> dict[str, Any]:
        """What most queries take: platform, tenant and unit."""
        return {"platform": self.scope.platform, "tenant": self.scope.tenant, "unit": self.unit}


def _key(value: object, name: str) -> str | None:
    if value in (None, ""):
        return None
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise UsageError(f"{name} must be the identity of a {name} (a UUID), for instance from marts.fact_completion.") from None
