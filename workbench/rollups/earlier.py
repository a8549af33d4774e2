"""The rollups as they were at an earlier moment: computed from the facts into temporary tables of the session."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise

import psycopg
from sqlalchemy import Connection, RootTransaction

from workbench import db, sqlfiles
from workbench.errors import NeedsPrimary
from workbench.rollups import batch, compute, derived, learners, plan
from workbench.rollups.batch import Batch
from workbench.rollups.derived import Derivation
from workbench.rollups.families import ACTIVITY, ATTEMPTS, Family
from workbench.rollups.parts import Part, Recipe

Sealed = set[tuple[str, date]]
_DAY = timedelta(days=1)


@contextmanager
def tables(
    connection: Connection, recipes: Sequence[Recipe], at: datetime | str, start: date, end: date, zone: str,
    families: Sequence[Family] = (),
) -> Iterator[Sealed]:  # fmt: skip
    """Temporary tables of the shape and name of the rollups, filled for the local days `[start, end)` of one time zone.

    Only rows that happened and were recorded before `at` count. Rollups that are derived from stored ones need all days before: what
    was archived of these, or belongs to people who were erased, is taken from the stored rollups. Also works on a connection that is
    set to read only: temporary tables are no writing in the sense of that setting, so it is lifted for the moment. An open read-only
    transaction is ended.

    Args:
        families: those whose tables are wanted though no recipe fills them.

    Yields:
        (time zone, day) that could not be computed because raw rows of the day were archived.

    Raises:
        NeedsPrimary: the connection leads to a replica, which makes no tables.
    """
    _refuse_replica(connection)
    sealed: Sealed = set()
    names = batch.earlier(dict.fromkeys([*families, *(recipe.family for recipe in recipes)]))
    with ExitStack() as ending:
        own = ending.enter_context(_writing(connection))
        for table in names:
            sqlfiles.execute(connection, "marts/rollups/as_of_table", {"{rollup}": table.removeprefix("marts.")})
        for recipe in recipes:
            left_alone = _fill(connection, recipe, at, start, end, zone, names)
            sealed.update((name, day) for name, day in left_alone if name in (zone, "UTC") and start <= day < end)
        connection.exec_driver_sql(f"analyze {', '.join(names.values())}")  # the planner knows nothing of temporary tables by itself
        if own and db.is_pgbouncer(connection):  # behind a pooler nothing outlasts the transaction: it stays open, and undoes the tables
            ending.callback(own.rollback)
        else:
            ending.close()
            ending.callback(_drop, connection, list(names.values()))
        yield sealed


def _fill(
    connection: Connection, recipe: Recipe, at: datetime | str, start: date, end: date, zone: str, names: Mapping[str, str]
) -> list[tuple[str, date]]:
    """Compute one platform's rollups into the temporary tables; returns what could not be."""
    days = [part for part in plan.day_parts(recipe) if (part.key == zone or part.rollup == "slo_slice") and _is_shared(recipe, part)]
    firsts = [first for first, _ in plan.months(start, end)]
    ranges = [(days, first, last) for first, last in pairwise([start - _DAY, *firsts[1:], end + _DAY])]
    if recipe.family == ACTIVITY:  # all that was before, too
        source = [part for part in days if part.rollup == derived.SOURCE]
        known = [(first, min(last, start - _DAY)) for first, last in plan.known_days(connection, recipe)]
        ranges = [(source, first, last) for first, last in known if first < last] + ranges
    sealed: list[tuple[str, date]] = []
    for wanted, first, last in ranges:
        due = Batch(recipe, first, last, wanted, names, at)
        compute.days(connection, due)
        sealed += due.sealed
    if recipe.family == ATTEMPTS:
        learners.compute_as_of(connection, recipe.platform, names, at, zone, start, end)
    if recipe.family == ACTIVITY:
        kept = [day for name, day in sealed if name == zone]
        where = {"platform": recipe.platform, "zone": zone, "as_of": at}
        sqlfiles.execute(connection, "marts/rollups/as_of_kept", days=kept, **where)
        derived.compute(connection, Derivation(recipe, [], [(name, zone) for name in recipe.family.derived], [zone], names, at))
    return sealed


def _is_shared(recipe: Recipe, part: Part) -> bool:
    return part.rollup not in recipe.own_rollups


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


def _drop(connection: Connection, tables: Sequence[str]) -> None:
    """Drop what is left of the temporary tables: nothing, if the transaction that made them failed."""
    if connection.closed or connection.invalidated:
        return
    driver: psycopg.Connection = connection.connection.driver_connection  # as it is: a failed transaction answers nothing any more
    if driver.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
        connection.rollback()
    with _writing(connection):
        connection.exec_driver_sql(f"drop table if exists {', '.join(tables)}")
