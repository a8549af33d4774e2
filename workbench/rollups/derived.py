"""Rollups of engagement that are made of stored ones: distinct learners over windows, cohorts, and when each learner was active.

What changed in `learner_day` is noted in `marts.touched_day` under that name, in the transaction that changes it; the notes are taken
away in the transaction that derives, so a refresh that is killed in between leaves them to the next one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.rollups.batch import FOREVER
from workbench.rollups.parts import Recipe

SOURCE = "learner_day"
MONTH = timedelta(days=28)
"""Window of MAU: for so long an active day counts."""
_DAY = timedelta(days=1)


@dataclass
class Derivation:
    """What to derive for one platform.

    Attributes:
        days: UTC days whose learner days changed. anew: (rollup, time zone) to derive from all stored days.
        zones: time zones, those of the recipe unless others are given. tables, as_of: as in `Batch`. rows: rows written, by rollup.
    """

    recipe: Recipe
    days: Sequence[date]
    anew: Collection[tuple[str, str]]
    zones: Sequence[str] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | str = FOREVER
    rows: Counter[str] = field(default_factory=Counter)


def noted(connection: Connection, recipe: Recipe) -> list[date]:
    """UTC days whose learner days changed without what is derived having followed."""
    return [row.day for row in sqlfiles.fetch(connection, "marts/rollups/touched_days", platforms=[recipe.platform], facts=[SOURCE])]


def compute(connection: Connection, due: Derivation) -> None:
    """Derive inside the open transaction; what was written stands in `due.rows`."""
    zones = due.zones or due.recipe.zones
    _run(connection, due, "batch_learner", as_of=due.as_of)
    connection.exec_driver_sql("analyze batch_learner")
    for zone in zones:
        _compute_zone(connection, due, zone)
    connection.exec_driver_sql("drop table batch_learner")


def _compute_zone(connection: Connection, due: Derivation, zone: str) -> None:
    if due.tables:
        _run(connection, due, "as_of_erased", zone=zone, as_of=due.as_of)
    everything = ("cohort_week", zone) in due.anew
    if _persons(connection, due, zone) or everything:
        _cohorts(connection, due, zone, everything)
    connection.exec_driver_sql("drop table if exists batch_person, batch_cohort, batch_change, batch_cell")
    _windows(connection, due, zone)


def _persons(connection: Connection, due: Derivation, zone: str) -> bool:
    """Bring `learner_cohort` up to date; returns whether a cohort changed by it: the learners of whom stand in `batch_change`."""
    everything = ("learner_cohort", zone) in due.anew
    touched = list(stretches(due.days, _DAY))
    firsts, lasts = [first - _DAY for first, _ in touched], [last + _DAY for _, last in touched]
    if not _run(connection, due, "batch_person", zone=zone, firsts=firsts, lasts=lasts, everything=everything):
        return False
    connection.exec_driver_sql("analyze batch_person")
    _run(connection, due, "batch_cohort", zone=zone)
    changed = _run(connection, due, "batch_change", zone=zone)
    _run(connection, due, "clear_learner_cohort", zone=zone)
    due.rows["learner_cohort"] += _run(connection, due, "learner_cohort", zone=zone)
    return changed > 0


def _cohorts(connection: Connection, due: Derivation, zone: str, everything: bool) -> None:
    """Bring `cohort_week` up to date: the cohorts of who changed, or all."""
    if everything:
        connection.exec_driver_sql("drop table if exists batch_change")
        _run(connection, due, "batch_change_all", zone=zone)
    _run(connection, due, "batch_cell", zone=zone, everything=everything)
    _run(connection, due, "clear_cohort_week", zone=zone, everything=everything)
    due.rows["cohort_week"] += _run(connection, due, "cohort_week", zone=zone)


def _windows(connection: Connection, due: Derivation, zone: str) -> None:
    """Bring `activity_day` up to date: a touched day counts in the windows of the 27 days after it."""
    if ("activity_day", zone) in due.anew:
        _run(connection, due, "clear_activity_day", zone=zone, start=date.min, end=date.max)
        parameters = {"platform": due.recipe.platform, "zone": zone}
        found = sqlfiles.fetch(connection, "marts/rollups/active_days", due.tables, **parameters)
        ranges = [(first, last + MONTH - _DAY) for first, last in stretches([row.day for row in found], MONTH)]
    else:
        ranges = [(first - _DAY, last + MONTH) for first, last in stretches(due.days, MONTH + 2 * _DAY)]
    for start, end in ranges:
        _run(connection, due, "clear_activity_day", zone=zone, start=start, end=end)
        due.rows["activity_day"] += _run(connection, due, "activity_day", zone=zone, start=start, end=end)


def stretches(days: Iterable[date], gap: timedelta) -> Iterator[tuple[date, date]]:
    """Ascending days as half-open ranges, joined where one begins within `gap` of the end of the other.

    >>> list(stretches([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 9)], timedelta(days=1)))[0]
    (datetime.date(2026, 1, 1), datetime.date(2026, 1, 3))
    """
    first = last = None
    for day in days:
        if first is None or last is None or day > last + gap:
            if first and last:
                yield first, last
            first = day
        last = day + _DAY
    if first and last:
        yield first, last


def _run(connection: Connection, due: Derivation, name: str, **parameters: object) -> int:
    names = {} if name.startswith("as_of_") else due.tables
    return sqlfiles.execute(connection, f"marts/rollups/{name}", names, platform=due.recipe.platform, **parameters)
