"""One migration step: its statements, run with their place known, and what it destroys, measured by running it.

A step runs inside the transaction of its caller. What it destroys is found by comparing tables, columns and row counts before
and after; a step that destroys something is undone to a savepoint, so that the rows can be counted, and then run for good.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from workbench import db, sqlfiles
from workbench.errors import RunFailed, UsageError
from workbench.migrating.files import Statement, known_platforms, read_statements
from workbench.migrating.report import Loss
from workbench.settings import settings


def run(raw: psycopg.Connection, path: Path, statements: Iterable[Statement]) -> None:
    """Execute statements of a file in their order, without parameters; none is waited for before the next is sent.

    Raises:
        RunFailed: one failed; the sentence names file, line, the statement's number and what the server said.
    """
    sent: list[tuple[Statement, psycopg.Cursor]] = []
    try:
        with raw.pipeline():
            for statement in statements:
                sent.append((statement, raw.cursor()))
                sent[-1][1].execute(statement.text, prepare=False)
    except psycopg.Error as error:
        failed = next((statement for statement, cursor in sent if cursor.statusmessage is None), None)
        if failed is None:  # not by a statement: the connection was lost
            raise
        raise RunFailed(_sentence(path, failed, error)) from error


def _sentence(path: Path, statement: Statement, error: psycopg.Error) -> str:
    position = int(error.diag.statement_position or 0)
    line = statement.line + statement.text.count("\n", 0, max(position - 1, 0))
    place = f"{path}, line {line} (statement {statement.number}{f', character {position}' if position else ''})"
    said = [error.diag.message_primary or str(error), error.diag.message_detail, error.diag.message_hint, _inner(error)]
    sentence = f"{place}: {' — '.join(part for part in said if part)}. The step was rolled back, earlier ones stand"
    return f"{sentence}; {_held() if isinstance(error, _CONTENTION) else 'correct the file and run again'}."


_CONTENTION = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


def _held() -> str:
    return (
        f"another session was in the way (waited up to {settings().lock_timeout_s} s, WORKBENCH_LOCK_TIMEOUT_S), run again when it is done"
    )


@contextmanager
def patience(what: object) -> Iterator[None]:
    """Say which step could not have a lock in time.

    Raises:
        RunFailed: another session held a table longer than the lock timeout, or waited for one of ours.
    """
    try:
        yield
    except _CONTENTION as error:
        raise RunFailed(f"{what}: {error.diag.message_primary}. The step was rolled back, earlier ones stand; {_held()}.") from error


def _inner(error: psycopg.Error) -> str | None:
    """Where inside a function or DO block it failed: the innermost line of the server's context."""
    lines = (error.diag.context or "").splitlines()
    return next((line for line in lines if line.startswith("PL/pgSQL")), None)


@dataclass(frozen=True)
class _Snapshot:
    """Tables (oid → name, file number, rows deleted so far in this transaction), columns that are gone from them (oid, number), and rows
    inserted lately by table: the counters may begin before the transaction, so that two snapshots tell what came between."""

    tables: dict[int, tuple[str, int, int]]
    gone: set[tuple[int, int]]
    inserted: dict[str, int]


def apply(raw: psycopg.Connection, path: Path, yes: bool) -> tuple[list[Loss], dict[str, int]]:
    """Run a migration file inside the caller's transaction, and measure what it destroys in any schema of the workbench.

    Returns:
        One entry a dropped table or column and a table that loses rows, with the rows counted; without those that hold none.
        A dropped column counts the rows that have a value in it. Generated columns and views can be made again and do not count.
        And the rows it inserted, by table.

    Raises:
        UsageError: the step destroys data and `yes` is not given; the sentence names tables and row counts.
        RunFailed: a statement failed.
    """
    statements, before = read_statements(path), _snapshot(raw)
    after, left = before, {}
    with raw.transaction():
        run(raw, path, statements)
        after = _snapshot(raw)
        thinned = _thinned(before, after)
        if not thinned and before.tables.keys() <= after.tables.keys() and not _dropped(before, after):
            return [], _seeded(before, after)
        left = {oid: _count(raw, after.tables[oid][0]) for oid in thinned}
        raise psycopg.Rollback
    losses = _losses(raw, before, after, left)
    if losses and not yes:
        raise UsageError(f"{path.name} destroys {listed(losses)}; nothing was changed, add --yes if that is meant.")
    run(raw, path, statements)
    return losses, _seeded(before, after)


def _seeded(before: _Snapshot, after: _Snapshot) -> dict[str, int]:
    more = {table: rows - before.inserted.get(table, 0) for table, rows in after.inserted.items()}
    return {table: rows for table, rows in more.items() if rows > 0}


def listed(losses: Iterable[Loss]) -> str:
    """Losses in one line."""
    return ", ".join(str(loss) for loss in losses)


def _losses(raw: psycopg.Connection, before: _Snapshot, after: _Snapshot, left: dict[int, int]) -> list[Loss]:
    found = []
    for oid, (table, *_) in before.tables.items():
        if oid not in after.tables:
            found.append(Loss(f"table {table}", _count(raw, table), "dropped"))
        if oid in left:
            found.append(Loss(f"table {table}", _count(raw, table) - left[oid], "deleted"))
    for oid, number in _dropped(before, after):
        table = before.tables[oid][0]
        (stored,) = raw.execute("select attname, attgenerated = '' from pg_attribute where attrelid = %s and attnum = %s", [oid, number])
        if stored[1]:
            found.append(Loss(f"column {table}.{stored[0]}", _count(raw, table, stored[0]), "dropped"))
    return sorted((loss for loss in found if loss.rows > 0), key=lambda loss: loss.object)


def _snapshot(raw: psycopg.Connection) -> _Snapshot:
    named = {"schemas": list(known_platforms())}
    queries = (("stored_tables", named), ("dropped_columns", {}), ("inserted_rows", named))
    tables, gone, inserted = sqlfiles.several(raw, *((f"marts/catalogue/{name}", parameters) for name, parameters in queries))
    return _Snapshot({oid: (name, file, deleted) for oid, name, file, deleted in tables}, set(gone), dict(inserted))


def _dropped(before: _Snapshot, after: _Snapshot) -> list[tuple[int, int]]:
    """Columns that went from tables that stay."""
    return sorted(column for column in after.gone - before.gone if column[0] in before.tables and column[0] in after.tables)


def _thinned(before: _Snapshot, after: _Snapshot) -> list[int]:
    """Tables that stay and had rows deleted, or were truncated or rewritten (another file)."""
    return [oid for oid in before.tables.keys() & after.tables.keys() if before.tables[oid][1:] != after.tables[oid][1:]]


def _count(raw: psycopg.Connection, table: str, column: str | None = None) -> int:
    """Rows of a table, or those with a value in a column. `table` is quoted by the server already."""
    counted = sql.SQL("count({})").format(sql.Identifier(column)) if column else sql.SQL("count(*)")
    superuser = raw.execute("select rolsuper from pg_roles where rolname = session_user").fetchone()[0]
    with raw.transaction(force_rollback=True):
        # A superuser sees all rows whatever the policies; the owner is let through by the policies made for it.
        raw.execute("set local role none" if superuser else f"set local role {db.OWNER}")
        return raw.execute(sql.SQL("select {} from {}").format(counted, sql.SQL(table))).fetchone()[0]
