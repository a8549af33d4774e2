"""The rollups of engagement by day: what each learner did, and the sessions."""

from sqlalchemy import Connection

from workbench.rollups import batch
from workbench.rollups.batch import Batch


def stage(connection: Connection, due: Batch, limits: dict[str, object]) -> list[str]:
    """Add up events, and copy sessions, of learners between the limits into temporary tables; returns their names."""
    days = due.day_texts("f.occurred_at")
    starts = due.day_texts("f.started_at")
    hours = [f"cast(extract(hour from f.started_at at time zone '{zone}') as integer) as {name}" for zone, name in _hours(due).items()]
    batch.run(connection, due, "batch_learner", platform=due.platform, as_of=due.as_of)
    connection.exec_driver_sql("analyze batch_learner")
    columns = {"{days}": ", ".join(days), "{keys}": ", ".join(due.day_columns().values()), "{platform}": due.platform}
    batch.run(connection, due, "batch_activity", columns, **limits)
    batch.run(connection, due, "batch_session", {"{columns}": ", ".join(starts + hours)}, platform=due.platform, **limits)
    connection.exec_driver_sql("analyze batch_activity, batch_session")
    return ["batch_learner", "batch_activity", "batch_session"]


def write(connection: Connection, due: Batch) -> None:
    """Delete and insert the rows of every rollup by day from what was staged."""
    hours = _hours(due)
    batch.write_days(connection, due, {zone: {"{day}": day, "{hour}": hours[zone]} for zone, day in due.day_columns().items()})


def _hours(due: Batch) -> dict[str, str]:
    """Time zone → staged column with the local hour in it."""
    return {zone: f"local_hour_{number}" for number, zone in enumerate(due.recipe.zones)}
