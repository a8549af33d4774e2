"""Rows into a table by binary COPY, and, when the server refuses some, which ones and why.

A table under row security refuses COPY from a role that may not bypass it, and some types (arrays, ranges) have no encoding here: such
rows are copied into a temporary table first and inserted from there.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pyarrow as pa
from sqlalchemy.exc import DBAPIError

from workbench import db
from workbench.errors import DatabaseUnreachable, RunFailed, UsageError
from workbench.loading import binary
from workbench.loading.target import Column, Reference, Target, quote

if TYPE_CHECKING:
    from sqlalchemy import Connection

SLICE = 65_536  # rows
STAGE = "pg_temp.workbench_stage"
ROW_ERRORS = ("22", "23", "44", "54", "P0")  # SQLSTATE classes that say something about a row, not about the server
LINE = re.compile(r"\bCOPY [^,]*,\D*(\d+)")
FEW = 16  # rows tried next after a bad one: bad rows seldom come alone
COLUMN = re.compile(r"\bCOPY [^,]+,[^,]+, \S+ (\w+)")


@dataclass(frozen=True)
class Batch:
    """Rows in the column order of a COPY, each column in its own Arrow type."""

    columns: tuple[Column, ...]
    arrays: tuple[pa.Array, ...]

    @property
    def rows(self) -> int:
        return len(self.arrays[0]) if self.arrays else 0

    @cached_property
    def body(self) -> memoryview:
        """The rows as COPY bytes; made once, in whichever thread asks first."""
        return binary.encode([(array, kind(column)) for column, array in zip(self.columns, self.arrays, strict=True)])

    def array(self, name: str) -> pa.Array | None:
        """The values of a column; None where it is not among them."""
        return next((array for column, array in zip(self.columns, self.arrays, strict=True) if column.name == name), None)

    def take(self, positions: np.ndarray) -> "Batch":
        """Only the rows at these positions, which ascend."""
        if len(positions) == self.rows:
            return self
        if len(positions) and positions[-1] - positions[0] + 1 == len(positions):
            return Batch(self.columns, tuple(array.slice(int(positions[0]), len(positions)) for array in self.arrays))
        picked = pa.array(positions)
        return Batch(self.columns, tuple(array.take(picked) for array in self.arrays))


@dataclass(frozen=True)
class Refusal:
    """Why the server did not take a row."""

    position: int
    column: str | None
    reason: str


def kind(column: Column) -> str:
    """How the column is encoded: types without an encoding travel as text."""
    return column.kind if column.encodable else "text"


@contextmanager
def as_loader(connection: "Connection") -> Iterator[None]:
    """All that is done inside is done as `workbench_loader`, and undone together if it fails. Committing is the caller's.

    Raises:
        UsageError: there is no such role, or the user may not work as it.
    """
    with connection.begin_nested():
        before = connection.exec_driver_sql("select current_setting('role')").scalar_one()
        try:
            connection.exec_driver_sql(f"set local role {db.LOADER}")
        except DBAPIError as error:
            raise UsageError(f"Nothing can be loaded here as {db.LOADER} ({sentence(error.orig)}); run `workbench db up`.") from None
        yield
        connection.exec_driver_sql(f"set local role {quote(before) if before != 'none' else 'none'}")


class Writer:
    """Writes batches into one table within the caller's transaction."""

    def __init__(self, connection: "Connection", target: Target) -> None:
        self.target = target
        self._raw = db.raw(connection)
        self._staged: tuple[Column, ...] | None = None

    def _write(self, batch: Batch) -> None:
        if self._needs_stage(batch):
            self._write_staged(batch)
        else:
            self._copy(self.target.quoted, batch)

    def _needs_stage(self, batch: Batch) -> bool:
        return self.target.guarded or not all(column.encodable for column in batch.columns)

    def settle(self, batch: Batch, first_only: bool = False) -> list[Refusal]:
        """Store every row that the server takes.

        Args:
            first_only: stop at the first refusal; the rows before it may or may not be stored.

        Returns:
            The refused rows, in no particular order.

        Raises:
            RunFailed: the server failed for a reason that no single row is to blame for.
        """
        self._stage(batch)
        refused: list[Refusal] = []
        rows, size = np.arange(batch.rows), batch.rows
        while len(rows) and not (first_only and refused):
            piece = rows[:size]
            error = self._try(batch.take(piece))
            if error is None:
                rows, size = rows[size:], 2 * size
                continue
            bad, reason, size = self._blame(batch.take(piece), error)
            refused += [Refusal(int(row), *reason) for row in piece[bad]]
            rows = np.delete(rows, bad)
        return refused

    def close(self) -> None:
        """Drop the temporary table, if one was needed."""
        if self._staged is not None:
            self._raw.execute(f"drop table {STAGE}")
            self._staged = None

    def _try(self, batch: Batch) -> psycopg.Error | None:
        self._raw.execute("savepoint workbench_batch")
        try:
            self._write(batch)
            self._raw.execute("release savepoint workbench_batch")
        except psycopg.Error as error:
            if self._raw.closed:
                raise DatabaseUnreachable(
                    f"The connection was lost while {self.target} was written ({sentence(error)}); nothing was stored."
                ) from error
            if not (error.sqlstate or "").startswith(ROW_ERRORS):
                raise RunFailed(f"{self.target} could not be written: {sentence(error)}; nothing was stored.") from error
            self._raw.execute("rollback to savepoint workbench_batch")
            return error
        return None

    def _blame(self, piece: Batch, error: psycopg.Error) -> tuple[np.ndarray, tuple[str | None, str], int]:
        """Which rows of a piece an error is about (none: not known yet), the column and reason, and how many rows to try next."""
        reason = (_column(error), sentence(error))
        line = LINE.search(error.diag.context or "")
        if piece.rows == 1:
            return np.array([0]), reason, FEW
        if line and 0 < int(line[1]) <= piece.rows:
            at = int(line[1]) - 1
            return np.array([at]), reason, at or FEW  # those before it were fine so far
        reference = next((r for r in self.target.references if r.name == error.diag.constraint_name), None)
        lost = np.flatnonzero(self._unresolved(piece, reference)) if reference else np.array([], int)
        if len(lost):
            there = f"{reference.to_schema}.{reference.to_table}"
            missing = f"refers to nothing: there is no such row in {there} ({reference.name})"
            return lost, (reference.columns[0], missing), max(1, piece.rows - len(lost))
        return lost, reason, piece.rows // 2

    def _unresolved(self, batch: Batch, reference: Reference) -> np.ndarray:
        """Which rows hold a reference, without a NULL in it, to a row that is not there."""
        held = {column.name: array for column, array in zip(batch.columns, batch.arrays, strict=True)}
        if not set(reference.columns) <= held.keys():
            return np.zeros(batch.rows, bool)
        keys = list(zip(*(_texts(held[name]) for name in reference.columns), strict=True))
        types = {column.name: column.type for column in batch.columns}
        wanted = [f"cast(w.k{i} as {types[name]})" for i, name in enumerate(reference.columns)]
        joins = " and ".join(f"r.{quote(to)} = {value}" for to, value in zip(reference.to_columns, wanted, strict=True))
        names = ", ".join(f"k{i}" for i in range(len(wanted)))
        arrays = ", ".join(["cast(%s as text[])"] * len(wanted))
        there = f"{quote(reference.to_schema)}.{quote(reference.to_table)}"
        sql = f"select {names} from unnest({arrays}) as w({names}) where not exists (select from {there} as r where {joins})"  # noqa: S608
        distinct = [key for key in dict.fromkeys(keys) if None not in key]
        missing = set(self._raw.execute(sql, [list(part) for part in zip(*distinct, strict=True)]).fetchall()) if distinct else set()
        return np.array([key in missing for key in keys])

    def _copy(self, table: str, batch: Batch) -> None:
        copy_batches(self._raw, table, [batch])

    def _stage(self, batch: Batch) -> None:
        """Have the temporary table for the columns of a batch; made outside of the savepoint, it outlasts a refused batch."""
        if not self._needs_stage(batch) or self._staged == batch.columns:
            return
        self.close()
        columns = ", ".join(f"{quote(c.name)} {c.type if c.encodable else 'text'}" for c in batch.columns)
        self._raw.execute(f"create temporary table {STAGE.removeprefix('pg_temp.')} ({columns})")
        self._staged = batch.columns

    def _write_staged(self, batch: Batch) -> None:
        self._copy(STAGE, batch)
        names = ", ".join(quote(column.name) for column in batch.columns)
        values = ", ".join(f"cast({quote(column.name)} as {column.type})" for column in batch.columns)
        self._raw.execute(f"insert into {self.target.quoted} ({names}) overriding system value select {values} from {STAGE}")  # noqa: S608
        self._raw.execute(f"truncate {STAGE}")


def copy_batches(raw: psycopg.Connection, table: str, rows: Iterable[Batch]) -> None:
    """One binary COPY of batches with the same columns into a table, its name given as SQL."""
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    names = ", ".join(quote(column.name) for column in first.columns)
    with raw.cursor() as cursor, cursor.copy(f"copy {table} ({names}) from stdin (format binary)") as copy:
        copy.write(binary.HEADER)
        for batch in chain([first], rows):
            copy.write(batch.body)
        copy.write(binary.TRAILER)


def batches(target: Target, columns: dict[str, pa.Array]) -> Iterator[Batch]:
    """Rows in slices, each column cast to the type in which it travels."""
    wanted = tuple(target.column(name) for name in columns)
    arrays = [_cast(array, column) for array, column in zip(columns.values(), wanted, strict=True)]
    for start in range(0, len(arrays[0]) if arrays else 0, SLICE):
        yield Batch(wanted, tuple(array.slice(start, SLICE) for array in arrays))


def copy_columns(
    connection: "Connection", target: Target, columns: dict[str, pa.Array], progress: Callable[[int], None] | None = None
) -> int:
    """Store rows that the workbench made itself, in slices; returns how many.

    Args:
        columns: values by column name, of equal length, castable to the column's type.

    Raises:
        RunFailed: the server refused one of them.
    """
    writer, total = Writer(connection, target), 0
    for batch in batches(target, columns):
        if refused := writer.settle(batch, first_only=True):
            raise RunFailed(f"{target} does not take row {total + refused[0].position + 1}: {refused[0].reason}.")
        total += batch.rows
        if progress:
            progress(batch.rows)
    writer.close()
    return total


def _cast(array: pa.Array, column: Column) -> pa.Array:
    return array.cast(binary.arrow_type(kind(column), column.digits or 0, column.scale or 0))


def _column(error: psycopg.Error) -> str | None:
    found = COLUMN.search(error.diag.context or "")
    return error.diag.column_name or (found[1] if found else None)


def sentence(error: psycopg.Error) -> str:
    """The server's own words on one line; the detail where it names a key, not where it repeats the whole row."""
    primary = (error.diag.message_primary or str(error)).splitlines()[0]
    detail = error.diag.message_detail or ""
    return f"{primary}: {detail.rstrip('.')}" if error.sqlstate in ("23505", "23503", "23P01", "22P02") and detail else primary


def _texts(values: pa.Array) -> Sequence[str | None]:
    if pa.types.is_fixed_size_binary(values.type):
        return [None if value is None else str(uuid.UUID(bytes=value)) for value in values.to_pylist()]
    return values.cast(pa.string()).to_pylist()
