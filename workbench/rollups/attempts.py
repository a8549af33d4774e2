"""The rollups of answers by day, and the note of the learners they change."""

from sqlalchemy import Connection

from workbench.rollups import batch
from workbench.rollups.batch import Batch


def stage(connection: Connection, due: Batch, limits: dict[str, object]) -> list[str]:
    """Copy the answers between the limits into a temporary table; returns its name."""
    texts = {"{columns}": ", ".join(due.day_texts("f.occurred_at")), "{platform}": due.platform}
    batch.run(connection, due, "batch_attempt", texts, **limits)
    connection.exec_driver_sql("analyze batch_attempt")
    return ["batch_attempt"]


def write(connection: Connection, due: Batch) -> None:
    """Note the learners whose answers on these days changed since they were last computed; then delete and insert the rows by day."""
    if not due.tables:
        batch.run(connection, due, "touch_learners", {"{day}": due.day_columns()["UTC"]}, platform=due.platform)
    batch.write_days(connection, due, {zone: {"{day}": column} for zone, column in due.day_columns().items()})
