"""The rollups by day of one batch, whatever family they are of."""

from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.rollups import activity, answers, batch
from workbench.rollups.batch import Batch

_OF_FAMILY = {"answers": answers, "activity": activity}


def days(connection: Connection, due: Batch) -> None:
    """Compute the batch inside the open transaction; what it wrote and left alone stands in `due.rows` and `due.sealed`."""
    family = _OF_FAMILY[due.recipe.family.name]
    limits = batch.limits(connection, due)
    staged = []
    if limits:
        staged = family.stage(connection, due, limits)
        family.write(connection, due)
    kept = sqlfiles.fetch(connection, "marts/rollups/sealed_days", zones=list(due.recipe.zones))
    due.sealed.extend((row.time_zone, row.day) for row in kept)
    connection.exec_driver_sql(f"drop table {', '.join(['batch_day', *staged])}")
