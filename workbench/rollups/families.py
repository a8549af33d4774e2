"""Families of rollups: what is staged and computed together, because it is made of the same facts.

A platform has a family where it has the first of its facts. Facts belong to one family only: what was noted about a day is done with
when the family that the fact belongs to has computed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbench.errors import UsageError


@dataclass(frozen=True)
class Family:
    """One family of rollups.

    Attributes:
        name: for instance `answers`. facts: it is made of, the one without which a platform does not have it first.
        days: rollups by local day, deleted and inserted whole. months: of these, the tables that add them up by calendar month.
        slots: rollups by objective. derived: rollups computed from stored rows of `days` after these.
        shared: SQL files that every day rollup depends on.
        reach: by how many days a changed row can change the rollups of days before and after its own.
    """

    name: str
    facts: tuple[str, ...]
    days: tuple[str, ...]
    months: Mapping[str, str] = field(default_factory=dict, hash=False)
    slots: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    reach: int = 0

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables in marts that hold its rollups."""
        return (*self.days, *self.months.values(), *self.slots, *self.derived)


ANSWERS = Family(
    "answers",
    facts=("fact_ai_answer", "fact_citation"),
    days=("ai_answer_day", "ai_answer_latency", "learner_ai_day"),
    months={"ai_answer_day": "ai_answer_month", "ai_answer_latency": "ai_answer_latency_month"},
    slots=("slo_slice",),
    shared=("batch_days", "batch_fact"),
)
ACTIVITY = Family(
    "activity",
    facts=("fact_activity", "fact_session"),
    days=("learner_day", "session_day"),
    derived=("learner_cohort", "activity_day", "cohort_week"),
    dimensions=("dim_learner",),
    shared=("batch_days", "batch_learner", "batch_activity", "batch_session"),
    reach=1,  # where sessions are cut from events, an event can lengthen one of the day before and split or join those of the next
)
FAMILIES = {family.name: family for family in (ANSWERS, ACTIVITY)}
TABLES = tuple(table for family in FAMILIES.values() for table in family.tables)
"""Tables in marts that hold rollups."""


def chosen(names: Sequence[str]) -> tuple[Family, ...]:
    """The families of these names, in their fixed order.

    Raises:
        UsageError: an unknown name; the sentence names the known ones.
    """
    unknown = [name for name in names if name not in FAMILIES]
    if unknown or not names:
        raise UsageError(f"No such family of rollups: {', '.join(unknown) or '(none given)'}; known: {', '.join(FAMILIES)}.")
    return tuple(family for name, family in FAMILIES.items() if name in names)
