"""The rollups as they were at an earlier moment: computed from the facts into temporary tables of the session."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta

import psycopg
from sqlalchemy import Connection, RootTransaction

from workbench import db, sqlfiles
from workbench.errors import NeedsPrimary
from workbench.rollups import batch, parts, plan
from workbench.rollups.batch import Batch
from workbench.rollups.parts import Recipe

Sealed = set[tuple[str, date]]


@contextmanager
def tables(connection: Connection, recipes: Sequence[Recipe], at: datetime | str, start: date, end: date, zone: str) -> Iterator[Sealed]:
    """Temporary tables of the shape and name of the rollups, filled for the local days `[start, end)` of one time zone.

    Only rows that happened and were recorded before `at` count. Also works on a connection that is set to read only: temporary
    tables are no writing in the sense of that setting, so it is lifted for the moment. An open read-only transaction is ended.

    Yields:
        (time zone, day) that could not be computed because raw rows of the day were archived.

    Raises:
        NeedsPrimary: the connection leads to a replica, which makes no tables.
    """
    _refuse_replica(connection)
    sealed: Sealed = set()
    with ExitStack() as ending:
        own = ending.enter_context(_writing(connection))
        for table in parts.TABLES:
            sqlfiles.execute(connection, "marts/rollups/as_of_table", {"{rollup}": table})
        for recipe in recipes:
            wanted = [part for part in recipe.parts if part.key == zone or part.rollup == "slo_slice"]
            computable = [part for part in wanted if part.rollup not in recipe.own_rollups]
            for first, last in plan.months(start - timedelta(days=1), end + timedelta(days=1)):
                due = Batch(recipe, first, last, computable, batch.EARLIER, at)
                batch.compute(connection, due)
                sealed.update((name, day) for name, day in due.sealed if name in (zone, "UTC") and start <= day < end)
        if own and db.is_pgbouncer(connection):  # behind a pooler nothing outlasts the transaction: it stays open, and undoes the tables
            ending.callback(own.rollback)
        else:
            ending.close()
            ending.callback(_drop, connection)
        yield sealed


def _refuse_replica(connection: Connection) -> None:
    begun = connection.in_transaction()
    if connection.exec_driver_sql("select pg_is_in_recovery()").scalar():
        raise NeedsPrimary("Figures of an earlier cut-off are computed in temporary tables, which a replica has not; read the primary.")
    if not begun:
        connection.rollback()


@contextmanager
def _writing(connection: Connection) -> Iterator[RootTransaction | None]:
    """The open transaction if it may write (then nothing is given), else one of its own that sees one moment of the database."""
    if connection.in_transaction() and connection.exec_driver_sql("show transaction_read_only").scalar() == "on":
        connection.rollback()
    if connection.in_transaction():
        yield None
        return
    with connection.begin() as own:
        connection.exec_driver_sql("set transaction isolation level repeatable read, read write")
        connection.exec_driver_sql("set local work_mem = '128MB'")
        yield own


def _drop(connection: Connection) -> None:
    """Drop what is left of the temporary tables: nothing, if the transaction that made them failed."""
    if connection.closed or connection.invalidated:
        return
    if db.raw(connection).info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        connection.rollback()
    with _writing(connection):
        connection.exec_driver_sql(f"drop table if exists {', '.join(batch.EARLIER.values())}")
