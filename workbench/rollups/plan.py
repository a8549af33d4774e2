"""Which days of which parts are due: touched days, a range that was asked for, or all days of parts that are new or changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from workbench import paths, slo_files, sqlfiles
from workbench.rollups import parts
from workbench.rollups.parts import Part, Recipe

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """UTC days `[start, end)` of one platform that are computed in one transaction, for these parts of its rollups."""

    recipe: Recipe
    start: date
    end: date
    parts: tuple[Part, ...]

    @property
    def days(self) -> int:
        """How many UTC days."""
        return (self.end - self.start).days

    @property
    def is_whole(self) -> bool:
        """Whether every part is computed, so that what was noted about these days is done with."""
        return len(self.parts) == len(self.recipe.parts)


@dataclass(frozen=True)
class Plan:
    """What a refresh does.

    Attributes:
        as_of: when it was made: whatever was committed before is computed or was so already. recipes: the platforms' rollups.
        jobs: in the order to run. is_range: only a given range is computed, so the rollups' freshness is not noted.
        full: everything is computed, changed or not.
    """

    as_of: datetime
    recipes: tuple[Recipe, ...]
    jobs: tuple[Job, ...]
    is_range: bool
    full: bool


def make(connection: Connection, start: date | None, end: date | None, full: bool) -> Plan:
    """Plan a refresh inside the open transaction; see `workbench.rollup.refresh` for the arguments."""
    as_of = connection.exec_driver_sql("select now()").scalar_one()
    recipes = installed(connection)
    jobs: list[Job] = []
    for recipe in recipes:
        known = known_days(connection, recipe.platform)
        if full or start or end:
            chosen = [(max(start or first, first), min(end or last, last)) for first, last in known]
            jobs.extend(Job(recipe, first, last, recipe.parts) for first, last in chosen if first < last)
        else:
            jobs.extend(_due(connection, recipe, known))
    return Plan(as_of, recipes, tuple(jobs), bool(start or end), full)


def installed(connection: Connection) -> tuple[Recipe, ...]:
    """The rollups of every platform that stands in this database with facts about AI answers."""
    found = sqlfiles.fetch(connection, "marts/rollups/platforms", platforms=list(paths.installed_platforms()))
    return tuple(parts.recipe(row.platform) for row in found)


def refreshed_at(connection: Connection, recipe: Recipe) -> datetime | None:
    """When the stalest part of a platform's rollups was refreshed; nothing when one is missing or was computed by another definition."""
    stored = sqlfiles.fetch(connection, "marts/rollups/states", platform=recipe.platform)
    known = {(row.rollup, row.part, row.definition): row.refreshed_at for row in stored}
    moments = [known.get((part.rollup, part.key, part.definition)) for part in recipe.parts]
    return None if None in moments else min(moments)


def known_days(connection: Connection, platform: str) -> list[tuple[date, date]]:
    """UTC days with raw rows or stored rollups: for each month that has some, the first and the day after the last."""
    return [(row.first, row.last) for row in sqlfiles.fetch(connection, "marts/rollups/known_days", platform=platform)]


def _due(connection: Connection, recipe: Recipe, known: list[tuple[date, date]]) -> Iterator[Job]:
    """All days for parts that are new or changed (the server reads the objectives first), then the touched days for all parts."""
    stored = sqlfiles.fetch(connection, "marts/rollups/states", platform=recipe.platform)
    done = {(row.rollup, row.part, row.definition) for row in stored}
    stale = tuple(part for part in recipe.parts if (part.rollup, part.key, part.definition) not in done)
    touched = sqlfiles.fetch(connection, "marts/rollups/touched_days", facts=list(recipe.facts), platform=recipe.platform)
    days = [row.day for row in touched]
    if stale:
        for one in recipe.objectives:
            slo_files.check_sql(connection, one)
        yield from (Job(recipe, first, last, stale) for first, last in known)
        if len(stale) == len(recipe.parts):
            days = [day for day in days if not any(first <= day < last for first, last in known)]
    yield from (Job(recipe, first, last, recipe.parts) for first, last in _runs(days))


def months(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    """The range `[first, last)` cut at the firsts of months; nothing for an empty one."""
    while first and last and first < last:
        following = min(last, (first.replace(day=1) + 31 * _DAY).replace(day=1))
        yield first, following
        first = following


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Ascending days as ranges of neighbours, cut at the firsts of months.

    >>> list(_runs([date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 5)]))[0]
    (datetime.date(2026, 1, 30), datetime.date(2026, 2, 1))
    """
    numbered = ((day, day.toordinal() - place) for place, day in enumerate(days))
    for _, run in groupby(numbered, key=lambda pair: pair[1]):
        neighbours = [day for day, _ in run]
        yield from months(neighbours[0], neighbours[-1] + _DAY)
