"""Which days of which parts are due: touched days, a range that was asked for, or all days of parts that are new or changed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from workbench import paths, slo_files, sqlfiles
from workbench.rollups import families, parts
from workbench.rollups.derived import stretches
from workbench.rollups.families import Family
from workbench.rollups.parts import Part, Recipe

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """UTC days `[start, end)` of one platform that are computed in one transaction, for these parts of its rollups.

    Attributes:
        reach: days before and after that are computed as well, because what changed may have changed them too.
    """

    recipe: Recipe
    start: date
    end: date
    parts: tuple[Part, ...]
    reach: timedelta = timedelta(0)

    @property
    def days(self) -> int:
        """How many UTC days."""
        return (self.end - self.start).days

    @property
    def is_whole(self) -> bool:
        """Whether every part is computed, so that what was noted about these days is done with."""
        return len(self.parts) == len(day_parts(self.recipe))


@dataclass(frozen=True)
class Plan:
    """What a refresh does.

    Attributes:
        as_of: when it was made: whatever was committed before is computed or was so already. recipes: the platforms' rollups.
        jobs: in the order to run. anew: by recipe, (rollup, time zone) to derive from all stored days.
        is_range: only a given range is computed, so the rollups' freshness is not noted. full: everything is computed, changed or not.
    """

    as_of: datetime
    recipes: tuple[Recipe, ...]
    jobs: tuple[Job, ...]
    anew: tuple[frozenset[tuple[str, str]], ...]
    is_range: bool
    full: bool


def make(connection: Connection, start: date | None, end: date | None, full: bool) -> Plan:
    """Plan a refresh inside the open transaction; see `workbench.rollup.refresh` for the arguments."""
    as_of = connection.exec_driver_sql("select now()").scalar_one()
    recipes = installed(connection)
    stored, noted = _stored(connection, recipes), _noted(connection, recipes)
    jobs: list[Job] = []
    anew: list[frozenset[tuple[str, str]]] = []
    for recipe in recipes:
        stale = tuple(part for part in recipe.parts if _name(recipe, part) not in stored)
        if full or start or end:
            chosen = [(max(start or first, first), min(end or last, last)) for first, last in known_days(connection, recipe)]
            reach = timedelta(0) if full and not (start or end) else timedelta(days=recipe.family.reach)
            jobs.extend(Job(recipe, first, last, day_parts(recipe), reach) for first, last in chosen if first < last)
        else:
            days = {day for fact in recipe.facts for day in noted[recipe.platform, fact]}
            jobs.extend(_due(connection, recipe, stale, sorted(days)))
        redone = recipe.parts if full else stale
        anew.append(frozenset((part.rollup, part.key) for part in redone if part.rollup in recipe.family.derived))
    return Plan(as_of, recipes, tuple(jobs), tuple(anew), bool(start or end), full)


def installed(connection: Connection, chosen: Sequence[Family] = tuple(families.FAMILIES.values())) -> tuple[Recipe, ...]:
    """The rollups of every platform that stands in this database, family by family, where it has the facts for them."""
    asked = {"platforms": list(paths.installed_platforms()), "facts": [family.facts[0] for family in chosen]}
    found = sqlfiles.fetch(connection, "marts/rollups/platforms", **asked)
    texts: dict[str, str | None] = {}
    return tuple(parts.recipe(row.platform, family, texts) for family in chosen for row in found if row.fact == family.facts[0])


def day_parts(recipe: Recipe) -> tuple[Part, ...]:
    """Parts that are computed from facts, by day."""
    return tuple(part for part in recipe.parts if part.rollup not in recipe.family.derived)


def refreshed_at(connection: Connection, recipe: Recipe) -> datetime | None:
    """When the stalest part of a platform's rollups was refreshed; nothing when one is missing or was computed by another definition."""
    stored = _stored(connection, [recipe])
    moments = [stored.get(_name(recipe, part)) for part in recipe.parts]
    return None if None in moments else min(moments)


def known_days(connection: Connection, recipe: Recipe) -> list[tuple[date, date]]:
    """UTC days with raw rows or stored rollups: for each month that has some, the first and the day after the last."""
    texts = {"{platform}": recipe.platform}
    found = sqlfiles.fetch(connection, f"marts/rollups/known_days_{recipe.family.name}", texts, platform=recipe.platform)
    return [(row.first, row.last) for row in found]


def _name(recipe: Recipe, part: Part) -> tuple[str, ...]:
    return recipe.platform, part.rollup, part.key, part.definition


def _stored(connection: Connection, recipes: Sequence[Recipe]) -> dict[tuple[str, ...], datetime]:
    """When each part was refreshed, by its platform, rollup, key and the definition it was computed by."""
    found = sqlfiles.fetch(connection, "marts/rollups/states", platforms=[recipe.platform for recipe in recipes])
    return {(row.platform, row.rollup, row.part, row.definition): row.refreshed_at for row in found}


def _noted(connection: Connection, recipes: Sequence[Recipe]) -> dict[tuple[str, str], list[date]]:
    """Touched days by platform and fact."""
    names = {"platforms": [one.platform for one in recipes], "facts": [fact for one in recipes for fact in one.facts]}
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for row in sqlfiles.fetch(connection, "marts/rollups/touched_days", **names):
        days[row.platform, row.fact].append(row.day)
    return days


def _due(connection: Connection, recipe: Recipe, stale: Sequence[Part], days: Sequence[date]) -> Iterator[Job]:
    """All days for parts that are new or changed (the server reads the objectives first), then the touched days for all parts."""
    redone = tuple(part for part in stale if part.rollup not in recipe.family.derived)
    everything = day_parts(recipe)
    if redone:
        for one in recipe.objectives:
            slo_files.check_sql(connection, one)
        known = known_days(connection, recipe)
        yield from (Job(recipe, first, last, redone) for first, last in known)
        if len(redone) == len(everything):
            days = [day for day in days if not any(first <= day < last for first, last in known)]
    reach = timedelta(days=recipe.family.reach)
    for run in stretches(days, reach):  # where reaches overlap, a day between two touched ones would be computed twice
        yield from (Job(recipe, first, last, everything, reach) for first, last in months(*run))


def months(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    """The range `[first, last)` cut at the firsts of months; nothing for an empty one."""
    while first and last and first < last:
        following = min(last, (first.replace(day=1) + 31 * _DAY).replace(day=1))
        yield first, following
        first = following
