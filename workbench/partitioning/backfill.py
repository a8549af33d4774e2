"""Many rows at once into a table with month partitions: a month that is not there yet is made out of its rows.

A row that is inserted pays for every index, reference and trigger on its own. A month that is filled before it becomes a partition pays
once: its indexes are built over all rows, its references checked by joins. Whoever writes to the table meanwhile waits from the first
month on until the transaction ends, so this is for tables that are being filled, not for those in use.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from workbench import db, partition, sqlfiles
from workbench.errors import RunFailed
from workbench.loading.copying import ROW_ERRORS, Batch, Refusal, Writer, batches, copy_columns, sentence
from workbench.loading.target import Target
from workbench.partitioning.instants import by_month
from workbench.partitioning.months import spelt
from workbench.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

FEWEST_ROWS = 2_000  # of a month; fewer are as quick one by one


class Filling:
    """The months of one table that are being made out of their rows: rows first, then `finish`.

    The changed days are noted for the rollups as the table's triggers would note them.
    """

    def __init__(self, connection: "Connection", target: Target, table: partition.Table, touches: list[tuple[str, str]]) -> None:
        self.instant = table.instant
        self._connection, self._target, self._table = connection, target, table
        self._facts: dict[str, list[str]] = defaultdict(list)  # by the instant whose days are noted
        for fact, instant in touches:
            self._facts[instant].append(fact)
        self._days: dict[str, set[date]] = defaultdict(set)
        self._parts: dict[date, Writer | None] = {}  # None: the month was there before

    @classmethod
    def begin(cls, connection: "Connection", target: Target, table: partition.Table | None) -> "Filling | None":
        """None where rows have to go one by one: the table has no months, or triggers that are not those of the workbench."""
        if table is None:
            return None
        touches = sqlfiles.fetch(connection, "marts/partition/insert_triggers", platform=table.platform, table_name=table.name)
        if not all(touch.fact for touch in touches):
            return None
        db.one_at_a_time(connection, f"partition {table.platform}")
        return cls(connection, target, table, [(touch.fact, touch.instant) for touch in touches])

    def takes(self, month: date | None, columns: Sequence[str]) -> bool:
        """Whether rows of these columns make the month: it is not there yet, and nothing that is needed here is left to a default."""
        if month is None or not {self.instant, *self._facts} <= set(columns):
            return False
        if month not in self._parts:
            new = partition.missing(self._connection, self._table, [month])
            self._parts[month] = self._open(month) if new else None
        return self._parts[month] is not None and all(self._target.column(name).encodable for name in columns)

    def add(self, month: date, batch: Batch) -> list[Refusal]:
        """Store rows of a month that is being made; returns the first one the server refuses, after which nothing is of use."""
        for column, array in zip(batch.columns, batch.arrays, strict=True):
            if column.name in self._facts:
                self._days[column.name].update(_days(array))
        with partition.as_owner(self._connection):
            return self._parts[month].settle(batch, first_only=True)

    def finish(self) -> None:
        """Make the months part of the table.

        Raises:
            RunFailed: rows refer to nothing, a key is there twice, or others held the table for too long.
        """
        for month in sorted(month for month, writer in self._parts.items() if writer):
            self._adopt(month)
        with partition.as_owner(self._connection) as raw:
            for instant, days in self._days.items():
                text = "insert into marts.touched_day (platform, fact, day) select %s, f, d from unnest(%s::text[]) f, unnest(%s::date[]) d"
                raw.execute(text, (self._table.platform, self._facts[instant], sorted(days)))

    def _open(self, month: date) -> Writer:
        with partition.as_owner(self._connection) as raw:
            partition.new_part(raw, self._table, month)
        return Writer(self._connection, replace(self._target, table=partition.part_name(self._table, month), references=(), guarded=False))

    def _adopt(self, month: date) -> None:
        table, patience = self._table, settings().lock_timeout_s
        try:
            with partition.as_owner(self._connection, patience * 1000) as raw:
                raw.execute(sql.SQL("lock table only {} in share row exclusive mode").format(table.identifier()))
                partition.adopt(raw, table, table.identifier(partition.part_name(table, month)), month)
        except psycopg.errors.LockNotAvailable as error:
            raise RunFailed(f"{table} or a table it refers to was in use for {patience} s; nothing was stored.") from error
        except psycopg.Error as error:
            if not (error.sqlstate or "").startswith(ROW_ERRORS):
                raise
            raise RunFailed(f"{table} does not take a row of {spelt(month)}: {sentence(error)}.") from error


def store(connection: "Connection", target: Target, columns: dict[str, pa.Array]) -> int:
    """Store rows that the workbench made itself, the months they need included; returns how many.

    Args:
        columns: values by column name, of equal length, castable to the column's type.

    Raises:
        RunFailed: the server refused one of them.
    """
    table = partition.month_table(connection, str(target))
    filling = Filling.begin(connection, target, table)
    if filling is None or filling.instant not in columns:
        return _one_by_one(connection, target, table, columns)
    left = []
    for month, rows in by_month(columns[filling.instant]):
        if len(rows) < FEWEST_ROWS or not filling.takes(month, list(columns)):
            left.append(rows)
            continue
        for batch in batches(target, _picked(columns, rows)):
            if refused := filling.add(month, batch):
                raise RunFailed(f"{target} does not take a row of {spelt(month)}: {refused[0].reason}.")
    filling.finish()
    if left:
        _one_by_one(connection, target, table, _picked(columns, np.sort(np.concatenate(left))))
    return len(columns[filling.instant])


def _one_by_one(connection: "Connection", target: Target, table: partition.Table | None, columns: dict[str, pa.Array]) -> int:
    if table:
        partition.ensure_for(connection, table, columns.get(table.instant))
    return copy_columns(connection, target, columns)


def _picked(columns: dict[str, pa.Array], rows: np.ndarray) -> dict[str, pa.Array]:
    if len(rows) == 0 or rows[-1] - rows[0] + 1 == len(rows):
        return {name: column.slice(int(rows[0]) if len(rows) else 0, len(rows)) for name, column in columns.items()}
    return {name: column.take(pa.array(rows)) for name, column in columns.items()}


def _days(instants: pa.Array) -> list[date]:
    return pc.unique(pc.floor_temporal(instants.drop_null(), unit="day").cast(pa.date32())).to_pylist()
