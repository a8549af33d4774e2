"""What must be so before a migration runs: a direct connection, a server that is new enough, the four roles, the ledger."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from workbench import db, paths
from workbench.errors import MigrationError, UsageError
from workbench.migrating.files import MARTS, known_platforms
from workbench.migrating.report import Check

if TYPE_CHECKING:
    from sqlalchemy import Connection

OLDEST = 150000
ROLES = (db.OWNER, db.LOADER, db.READER, db.IDENTIFIED)
LOCK = "workbench.migrate"


def direct(connection: "Connection") -> psycopg.Connection:
    """The psycopg connection beneath, outside any transaction: what the caller had open is committed.

    Raises:
        UsageError: the connection runs as another role than its login, the server is older than 15, or a pooler such as
            PgBouncer is in between (it hands out other cancel keys than the server; locks and settings would not stay).
    """
    raw = db.raw(connection)
    connection.commit()
    with raw.transaction():
        pid, current, login = raw.execute("select pg_backend_pid(), current_user, session_user").fetchone()
    if raw.info.backend_pid != pid:
        raise UsageError("This connection goes through a pooler such as PgBouncer; migrations need a direct one, give that address.")
    if raw.info.server_version < OLDEST:
        raise UsageError(f"The server is PostgreSQL {raw.info.server_version // 10000}; the workbench needs 15 or newer.")
    if current != login:
        raise UsageError(f"Migrations run as the login {login}, not as {current}; connect without SET ROLE.")
    return raw


def writable(raw: psycopg.Connection) -> None:
    """Refuse a server that only follows another.

    Raises:
        UsageError: the server is a read replica.
    """
    with raw.transaction():
        if raw.execute("select pg_is_in_recovery()").fetchone()[0]:
            raise UsageError("This server is a read replica; give the address of its primary in WORKBENCH_DATABASE_URL.")


def refuse_foreign(raw: psycopg.Connection, platforms: Iterable[str]) -> None:
    """Refuse to build in a schema that somebody else made.

    Raises:
        MigrationError: a schema of that name has another owner than the workbench.
    """
    with raw.transaction():
        query = "select nspname, pg_get_userbyid(nspowner) from pg_namespace where nspname = any(%s) order by 1"
        for schema, owner in raw.execute(query, [list(platforms)]).fetchall():
            if owner != db.OWNER:
                raise MigrationError(
                    f"There is a schema {schema} of {owner} here, not made by the workbench; rename it or use another database."
                )


def look(raw: psycopg.Connection) -> list[Check]:
    """The pre-flight as it goes into the report: connection, version, privileges, what exists. Changes nothing."""
    with raw.transaction():
        database, login, version, superuser, may_role, may_create = raw.execute(
            "select current_database(), session_user, current_setting('server_version'), rolsuper, rolsuper or rolcreaterole,"
            " has_database_privilege(current_database(), 'CREATE') from pg_roles where rolname = session_user"
        ).fetchone()
        missing = missing_roles(raw)
        found = raw.execute("select nspname from pg_namespace where nspname = any(%s)", [list(known_platforms())]).fetchall()
        exists = [name for name in known_platforms() if (name,) in found]
    rights = (
        "superuser"
        if superuser
        else f"{'may' if may_role else 'may not'} create roles, {'may' if may_create else 'may not'} create schemas"
    )
    return [
        Check("connection", f"database {database} as {login}, direct"),
        Check("version", f"PostgreSQL {version}"),
        Check("privileges", rights),
        Check("roles", f"missing: {', '.join(missing)}" if missing else "all four there"),
        Check("schemas", f"there: {', '.join(exists)}" if exists else "none there yet"),
    ]


def missing_roles(raw: psycopg.Connection) -> list[str]:
    """Roles of the workbench that this server does not have yet."""
    there = {row[0] for row in raw.execute("select rolname from pg_roles where rolname = any(%s)", [list(ROLES)]).fetchall()}
    return [role for role in ROLES if role not in there]


@contextmanager
def locked(raw: psycopg.Connection) -> Iterator[None]:
    """Hold the migration lock of this database; whoever comes second waits, as long as it takes: both time limits would cut the wait."""
    with raw.transaction():
        raw.execute("set local lock_timeout = 0; set local statement_timeout = 0")
        raw.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [LOCK])
    try:
        yield
    finally:
        if not raw.closed:
            with raw.transaction():
                raw.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def make_roles(raw: psycopg.Connection) -> None:
    """Make the four roles and let the login take them; nothing is touched that is in place already.

    Raises:
        MigrationError: the login may not; the sentence holds the statements for an administrator.
    """
    try:
        with raw.transaction():
            raw.execute(_text("roles"))
    except psycopg.errors.InsufficientPrivilege as error:
        with raw.transaction():
            missing = missing_roles(raw)
            database, login = raw.execute("select current_database(), session_user").fetchone()
        made = [f"create role {role} nologin;" for role in missing]
        grants = f'grant {", ".join(ROLES)} to "{login}"; grant create on database "{database}" to {db.OWNER};'
        statements = " ".join([*made, grants])
        reason = error.diag.message_primary
        raise MigrationError(f"{login} may not set up the roles ({reason}); have an administrator run once: {statements}") from error


def make_ledger(raw: psycopg.Connection) -> None:
    """Make the schema marts with the ledger, unless it is there."""
    with raw.transaction():
        if not has_ledger(raw):
            raw.execute(f"set local role {db.OWNER}")
            raw.execute(_text("ledger"))


def has_ledger(raw: psycopg.Connection) -> bool:
    """Whether this database knows the ledger at all."""
    return raw.execute("select to_regclass('marts.fact_source') is not null").fetchone()[0]


def make_schema(raw: psycopg.Connection, platform: str) -> None:
    """Make the platform's schema with its default privileges; marts has been made with the ledger."""
    if platform != MARTS:
        raw.execute(sql.SQL(_text("platform_schema")).format(schema=sql.Identifier(platform)))


def _text(name: str) -> str:
    return (paths.SQL / MARTS / f"{name}.sql").read_text(encoding="utf-8")
