"""Many rows at once into a table with month partitions: a month that is not there yet is made out of its rows.

A row that is inserted pays for every index, reference and trigger on its own. A month that is filled before it becomes a partition pays
once: its indexes are built over all rows, its references checked by joins. Whoever writes to the table meanwhile waits from the first
month on until the transaction ends, so this is for tables that are being filled, not for those in use.
"""

from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from workbench import partition, sqlfiles
from workbench.errors import RunFailed
from workbench.loading.copying import ROW_ERRORS, batches, copy_batches, copy_columns, one_at_a_time, sentence
from workbench.loading.target import Target
from workbench.partitioning.months import after, months_of, spelt
from workbench.settings import settings

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

FEWEST_ROWS = 2_000  # of a month; fewer are as quick one by one


def store(connection: "Connection", target: Target, columns: dict[str, pa.Array]) -> int:
    """Store rows that the workbench made itself, the months they need included; returns how many.

    The changed days are noted for the rollups as the table's triggers would note them; a table with other triggers is filled row by row.

    Args:
        columns: values by column name, of equal length, castable to the column's type.

    Raises:
        RunFailed: the server refused one of them.
    """
    table = partition.month_table(connection, str(target))
    if table is None or table.instant not in columns:
        return copy_columns(connection, target, columns)
    instants, stored = columns[table.instant], 0
    touches = sqlfiles.fetch(connection, "marts/partition/insert_triggers", platform=table.platform, table_name=table.name)
    if all(touch.fact for touch in touches) and all(target.column(name).encodable for name in columns):
        one_at_a_time(connection, f"partition {table.platform}")
        for month in partition.missing(connection, table, months_of(instants)):
            chosen = _within(instants, month)
            if pc.sum(chosen).as_py() >= FEWEST_ROWS:
                rows = {name: column.filter(chosen) for name, column in columns.items()}
                stored += _make(connection, table, target, month, rows)
                _note(connection, table, month, [(touch.fact, touch.instant) for touch in touches])
                columns = {name: column.filter(pc.invert(chosen)) for name, column in columns.items()}
                instants = columns[table.instant]
    partition.ensure_for(connection, str(target), instants)
    return stored + copy_columns(connection, target, columns)


def _within(instants: pa.Array, month: "date") -> pa.Array:
    low, high = (pa.scalar(f"{day.isoformat()}T00:00:00Z").cast(instants.type) for day in (month, after(month)))
    return pc.fill_null(pc.and_(pc.greater_equal(instants, low), pc.less(instants, high)), False)


def _make(connection: "Connection", table: partition.Table, target: Target, month: "date", rows: dict[str, pa.Array]) -> int:
    try:
        with partition.as_owner(connection, settings().lock_timeout_s * 1000) as raw:
            part = partition.new_part(raw, table, month)
            copy_batches(raw, part.as_string(raw), batches(target, rows))
            raw.execute(sql.SQL("lock table only {} in share row exclusive mode").format(table.identifier()))
            partition.adopt(raw, table, part, month)
    except psycopg.errors.LockNotAvailable as error:
        raise RunFailed(f"{table} or a table it refers to was in use for {settings().lock_timeout_s} s; nothing was stored.") from error
    except psycopg.Error as error:
        if not (error.sqlstate or "").startswith(ROW_ERRORS):
            raise
        raise RunFailed(f"{table} does not take a row of {spelt(month)}: {sentence(error)}.") from error
    return len(next(iter(rows.values())))


def _note(connection: "Connection", table: partition.Table, month: "date", touches: list[tuple[str, str]]) -> None:
    """What the triggers would have noted: attaching a partition fires none."""
    source = table.identifier(f"{table.name}_p{spelt(month).replace('-', '_')}")
    text = (
        "insert into marts.touched_day (platform, fact, day) "
        "select distinct {}, {}, ({} at time zone 'UTC')::date from {} where {} is not null"
    )
    with partition.as_owner(connection) as raw:
        for fact, instant in touches:
            column = sql.Identifier(instant)
            raw.execute(sql.SQL(text).format(sql.Literal(table.platform), sql.Literal(fact), column, source, column))
