"""The rollups by day of one batch, and what is derived from them, whatever family they are of."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection

from workbench import db, sqlfiles
from workbench.rollups import activity, answers, attempts, batch, derived, learners
from workbench.rollups.batch import Batch
from workbench.rollups.derived import Derivation
from workbench.rollups.families import ACTIVITY, ATTEMPTS
from workbench.rollups.parts import Recipe

_OF_FAMILY = {"answers": answers, "activity": activity, "attempts": attempts}


def days(connection: Connection, due: Batch) -> None:
    """Compute the batch inside the open transaction; what it wrote and left alone stands in `due.rows` and `due.sealed`."""
    family = _OF_FAMILY[due.recipe.family.name]
    limits = batch.limits(connection, due)
    staged = []
    if limits:
        staged = family.stage(connection, due, limits)
        family.write(connection, due)
    connection.exec_driver_sql(f"drop table {', '.join(['batch_day', *staged])}")


def note(connection: Connection, recipe: Recipe, start: date, end: date) -> None:
    """Note, in the transaction that changes them, that what is derived has to follow these UTC days."""
    if recipe.family == ACTIVITY:
        sqlfiles.execute(connection, "marts/rollups/note_days", platform=recipe.platform, rollup=derived.SOURCE, start=start, end=end)


def derivable(connection: Connection, recipes: Sequence[Recipe]) -> list[Recipe]:
    """Those with anything to derive from, or to take back; asked at once, for most platforms lie idle."""
    derived = [recipe for recipe in recipes if recipe.family.derived]
    asked = [
        (f"marts/rollups/derivable_{recipe.family.name}", {"platform": recipe.platform, "zones": list(recipe.zones)}) for recipe in derived
    ]
    return [recipe for recipe, rows in zip(derived, sqlfiles.several(db.raw(connection), *asked), strict=True) if rows[0][0]]


def derive(connection: Connection, recipe: Recipe, anew: Collection[tuple[str, str]]) -> Counter[str]:
    """Bring up to date what is made of stored rollups or of a learner's answers as a whole; returns rows written, by rollup.

    Args:
        anew: (rollup, time zone) to derive from everything, changed or not.
    """
    if recipe.family == ATTEMPTS:
        return learners.compute(connection, recipe.platform, everyone=bool(anew))
    due = Derivation(recipe, derived.noted(connection, recipe), anew)
    if due.days:
        sqlfiles.execute(connection, "marts/rollups/forget_days_of", platform=recipe.platform, rollup=derived.SOURCE)
    derived.compute(connection, due)
    return due.rows
