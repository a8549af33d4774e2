"""Connections: which server, as which role, from which pool.

The pool is the learning platform's: 20 connections, none used again after 300 idle seconds or 3600 seconds in all. A connection
works under a role (`SET ROLE`), in UTC; the reading roles cannot write and have a limit on every statement.
"""

import contextlib
import functools
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo
from psycopg import sql
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from workbench import embedded
from workbench.errors import DatabaseUnreachable, UsageError
from workbench.settings import settings

OWNER = "workbench_owner"
LOADER = "workbench_loader"
READER = "workbench_reader"
IDENTIFIED = "workbench_identified"
READERS = (READER, IDENTIFIED)

DRIVER = "postgresql+psycopg"
_PSQL_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def database_url() -> URL:
    """The database in use: `WORKBENCH_DATABASE_URL` or `DATABASE_URL`, else the embedded server, which is started if need be.

    Raises:
        UsageError: the variable holds something else than a PostgreSQL URL.
        DatabaseUnreachable: the embedded server cannot be started.
    """
    given = settings().database_url
    return parse_url(given.get_secret_value()) if given else embedded.ensure_server()


def parse_url(text: str) -> URL:
    """A URL (`postgresql://`, `postgres://`, …) as one for the driver in use.

    Raises:
        UsageError: it is none. The sentence does not repeat it, since it may hold a password.
    """
    hint = "it must look like postgresql://user:password@host:5432/database"
    try:
        url = make_url(text.strip())
    except (exc.ArgumentError, ValueError):
        raise UsageError(f"WORKBENCH_DATABASE_URL cannot be read; {hint}.") from None
    if url.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise UsageError(f"WORKBENCH_DATABASE_URL names no PostgreSQL; {hint}.")
    return url.set(drivername=DRIVER)


def place(url: URL) -> str:
    """Where a URL leads, for messages: `host:port/database` or `socket folder/database`, never user or password."""
    host = url.host or url.query.get("host") or os.environ.get("PGHOST") or "the local socket"
    host = host if isinstance(host, str) else ",".join(host)
    port = url.port or url.query.get("port")
    return f"{host}{f':{port}' if port and not host.startswith('/') else ''}, database {url.database or '(default)'}"


def parameters(url: URL) -> dict[str, Any]:
    """The libpq parameters of a URL, one by one. A rendered URL would turn spaces into plus signs, which libpq does not undo."""
    query = {key: value if isinstance(value, str) else ",".join(value) for key, value in url.query.items()}
    named = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database}
    return query | {key: value for key, value in named.items() if value is not None}


def conninfo(url: URL) -> str:
    """The URL as a libpq connection string, for drivers that take no parameters one by one. It may hold a password: never print it."""
    return psycopg.conninfo.make_conninfo("", **parameters(url))


def engine(role: str | None = None, url: URL | None = None, *, autocommit: bool = False) -> Engine:
    """The engine for a role; one for each database, role and mode in a process.

    Args:
        role: every connection works as this role; without one as the user of the URL.
        url: another database than the one in use.
        autocommit: each statement is its own transaction.

    Raises (here or when connecting):
        DatabaseUnreachable: no server answers, or it refuses us.
        UsageError: the role does not exist yet.
    """
    return _engine(url or database_url(), role, autocommit)


@functools.cache
def _engine(url: URL, role: str | None, autocommit: bool) -> Engine:
    config = settings()
    options = {"isolation_level": "AUTOCOMMIT"} if autocommit else {}
    arguments = {"connect_timeout": config.connect_timeout_s, "client_encoding": "utf8", "application_name": "workbench"}
    made = create_engine(
        url.set(drivername=DRIVER),
        pool_size=config.pool_size,
        max_overflow=0,
        pool_recycle=config.pool_lifetime_s,
        connect_args={name: value for name, value in arguments.items() if name not in url.query},
        **options,
    )
    event.listen(made, "do_connect", functools.partial(_connect, url, role))
    event.listen(made, "handle_error", functools.partial(_explain, url))
    event.listen(made, "checkin", _note_checkin)
    event.listen(made, "checkout", functools.partial(_refuse_idle, config.pool_idle_s))
    return made


os.register_at_fork(after_in_child=_engine.cache_clear)  # two processes must not speak over one connection


def _connect(url: URL, role: str | None, dialect: Any, _record: Any, args: Any, params: dict[str, Any]) -> psycopg.Connection:
    """Open a session and set it up; with the embedded server a second time when somebody stopped it in between."""
    try:
        return prepared(dialect.connect(*args, **params), role)
    except psycopg.OperationalError as error:
        refused = "FATAL" in str(error) and not re.search("shutting down|starting up|terminating connection", str(error))
        if refused or not embedded.is_embedded(url):
            raise
    embedded.ensure_server()
    return prepared(dialect.connect(*args, **params), role)


def prepared(connection: psycopg.Connection, role: str | None) -> psycopg.Connection:
    """Set a new session up for a role, and close it if that fails.

    By statements, because PGTZ and PGOPTIONS in the environment win over the connection's options.
    """
    statements = [sql.SQL("set time zone 'UTC'; set datestyle to iso, mdy")]
    if role:
        statements.append(sql.SQL("set role {}").format(sql.Identifier(role)))
    if role in READERS:
        statements.append(sql.SQL("set default_transaction_read_only to on"))
        statements.append(sql.SQL("set statement_timeout to {}").format(sql.Literal(f"{settings().statement_timeout_s}s")))
    try:
        connection.execute(sql.SQL("; ").join(statements))
        connection.commit()
    except psycopg.Error:
        connection.close()
        raise
    return connection


def _explain(url: URL, context: Any) -> Exception | None:
    """A sentence in place of a driver's error when there is no connection; other errors stay as they are."""
    error = context.original_exception
    if isinstance(error, psycopg.errors.InvalidParameterValue) and "role" in str(error) and context.connection is None:
        return UsageError(f"The roles are not set up at {place(url)}; run `workbench db up`.")
    if isinstance(error, psycopg.errors.InsufficientPrivilege) and context.connection is None:
        return DatabaseUnreachable(f"The database user at {place(url)} may not work as the role asked for ({_first_line(error)}).")
    if context.connection is None and isinstance(error, psycopg.OperationalError):
        return DatabaseUnreachable(f"No PostgreSQL answers at {place(url)} ({_first_line(error)}); {_advice()}.")
    if context.is_disconnect and not context.is_pre_ping:
        return DatabaseUnreachable(f"The connection to {place(url)} was lost ({_first_line(error)}); run it again.")
    return None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"^connection (failed|is bad): ", "", lines[0]).rstrip(".")


def _advice() -> str:
    return "check WORKBENCH_DATABASE_URL, or unset it for the embedded server" if settings().database_url else "run `workbench db start`"


def _note_checkin(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def _refuse_idle(limit: float, _connection: Any, record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection that lay idle too long: firewalls and servers drop such ones silently."""
    if time.monotonic() - record.info.pop("idle_since", time.monotonic()) > limit:
        raise exc.DisconnectionError("idle for too long")


@contextlib.contextmanager
def connect(role: str = READER) -> Iterator[Connection]:
    """A connection to the database in use, for reading unless another role is named.

        with workbench.connect() as connection:
            queries.marts.ai_answer_daily(connection, start=…, end=…)

    Raises:
        UsageError: the schemas are not set up.
        DatabaseUnreachable: no server answers.
    """
    with engine(role).connect() as connection:
        if not connection.exec_driver_sql("select 1 from pg_namespace where nspname = 'marts'").scalar():
            raise UsageError(f"The schemas are not set up at {place(connection.engine.url)}; run `workbench db up`.")
        connection.rollback()
        yield connection


def raw(connection: Connection) -> psycopg.Connection:
    """The driver's connection beneath, in the same transaction, for COPY and the like."""
    connection.exec_driver_sql("select 1")  # begins the transaction that SQLAlchemy believes in
    return connection.connection.driver_connection  # type: ignore[return-value]


@contextlib.contextmanager
def advisory_lock(connection: Connection, name: str) -> Iterator[None]:
    """Hold the session's lock of this name, waiting for it; transactions may begin and end meanwhile.

    Names are per database. If the work fails inside a broken transaction, that is rolled back so that the lock can be given back.
    """
    key = int.from_bytes(hashlib.sha256(f"workbench {name}".encode()).digest()[:8], signed=True)
    driver = raw(connection)
    driver.execute("select pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        if driver.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            connection.rollback()
        if not driver.closed:
            was_idle = driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            driver.execute("select pg_advisory_unlock(%s)", [key])
            if was_idle:  # the statement began a transaction that SQLAlchemy does not know of
                driver.commit()


def is_pgbouncer(connection: Connection) -> bool:
    """Whether a pooler such as PgBouncer sits between: the process id it announced is not that of the server process."""
    driver = raw(connection)
    return connection.exec_driver_sql("select pg_backend_pid()").scalar() != driver.info.backend_pid


def describe(connection: Connection) -> dict[str, str]:
    """Version, address, database and user of a connection, for people: no password."""
    version = connection.exec_driver_sql("select current_setting('server_version')").scalar()
    user, database = connection.exec_driver_sql("select session_user, current_database()").one()
    kind = "embedded" if embedded.is_embedded(connection.engine.url) else "given"
    return {"version": f"PostgreSQL {version}", "address": place(connection.engine.url), "database": database, "user": user, "server": kind}


def psql_command(url: URL) -> tuple[list[str], dict[str, str]]:
    """The psql to run for a URL and its environment, where the password is: process lists show arguments.

    Raises:
        UsageError: there is no psql.
    """
    folders = [settings().pg_bin, Path(shutil.which("psql") or "/none").parent, embedded.wheel_binaries()]
    found = next((folder / "psql" for folder in folders if folder and (folder / "psql").is_file()), None)
    if not found:
        raise UsageError("There is no psql here; install PostgreSQL's client or set WORKBENCH_PG_BIN.")
    given = parameters(url)
    rest = {key: value for key, value in given.items() if key not in _PSQL_VARIABLES and not embedded.is_embedded(url)}
    variables = {variable: str(given[key]) for key, variable in _PSQL_VARIABLES.items() if key in given}
    clean = {key: value for key, value in os.environ.items() if not (key.startswith("PG") and embedded.is_embedded(url))}
    return [str(found), *([psycopg.conninfo.make_conninfo("", **rest)] if rest else [])], clean | variables
