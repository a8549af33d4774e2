"""Connections: which server, as which role, from which pool.

The pool is the learning platform's: 20 connections, none used again after 300 idle seconds or 3600 seconds in all. A connection
works under a role (`SET ROLE`), in UTC; the reading roles cannot write and have a limit on every statement. Behind a pooler such as
PgBouncer, which may put every transaction on another session, all of that is set anew in each transaction.
"""

import contextlib
import functools
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
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
_POOLED = "workbench.pooled"  # in `Connection.info`: a pooler sits between
_PSQL_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def database_url() -> URL:
    """The database in use: `WORKBENCH_DATABASE_URL` or `DATABASE_URL`, else the embedded server, which is started if need be.

    Raises:
        UsageError: the variable holds something else than a PostgreSQL URL.
        DatabaseUnreachable: the embedded server cannot be started.
    """
    given = settings().database_url
    return parse_url(given.get_secret_value()) if given else embedded.ensure_server()


def parse_url(text: str, variable: str = "WORKBENCH_DATABASE_URL") -> URL:
    """A URL (`postgresql://`, `postgres://`, …) from a variable as one for the driver in use.

    Raises:
        UsageError: it is none. The sentence does not repeat it, since it may hold a password.
    """
    hint = "it must look like postgresql://user:password@host:5432/database"
    try:
        url = make_url(text.strip())
    except (exc.ArgumentError, ValueError):
        raise UsageError(f"{variable} cannot be read; {hint}.") from None
    if url.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise UsageError(f"{variable} names no PostgreSQL; {hint}.")
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
        UsageError: the role does not exist yet, or `autocommit` through a pooler.
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
        use_native_hstore=False,  # no column is one; the server would be asked for the type at every start
        connect_args={name: value for name, value in arguments.items() if name not in url.query},
        **options,
    )
    event.listen(made, "do_connect", functools.partial(_connect, url, functools.partial(_prepared, role, autocommit)))
    event.listen(made, "begin", functools.partial(_set_up_transaction, role))
    event.listen(made, "handle_error", functools.partial(_explain, url))
    event.listen(made, "checkin", _note_checkin)
    event.listen(made, "checkout", functools.partial(_refuse_idle, config.pool_idle_s))
    return made


os.register_at_fork(after_in_child=_engine.cache_clear)  # two processes must not speak over one connection


def _connect(url: URL, prepared: Callable[..., Any], dialect: Any, record: Any, args: Any, params: dict[str, Any]) -> psycopg.Connection:
    """Open a session and set it up; with the embedded server a second time when somebody stopped it in between."""
    try:
        return prepared(dialect.connect(*args, **params), record.info)
    except psycopg.OperationalError as error:
        refused = "FATAL" in str(error) and not re.search("shutting down|starting up|terminating connection", str(error))
        if refused or not embedded.is_embedded(url):
            raise
    for pause in (0.1, 0.5):  # one that is just going down still answers
        embedded.ensure_server()
        try:
            return prepared(dialect.connect(*args, **params), record.info)
        except psycopg.OperationalError:
            time.sleep(pause)
    embedded.ensure_server()
    return prepared(dialect.connect(*args, **params), record.info)


def _prepared(role: str | None, autocommit: bool, connection: psycopg.Connection, info: dict[str, Any]) -> psycopg.Connection:
    """Set the session up, or behind a pooler see once that a transaction can be."""
    try:
        info[_POOLED] = connection.execute("select pg_backend_pid()").fetchone() != (connection.info.backend_pid,)
        if info[_POOLED]:
            _make_poolable(role, autocommit, connection)
        connection.execute(_setup(role, "local" if info[_POOLED] else "session"))
        connection.commit()
    except (psycopg.Error, UsageError):
        connection.close()
        raise
    return connection


def prepared(connection: psycopg.Connection, role: str | None) -> psycopg.Connection:
    """Set a new session up for a role, and close it if that fails.

    Raises:
        UsageError: through a pooler, where no session is one's own.
    """
    return _prepared(role, True, connection, {})


def _make_poolable(role: str | None, autocommit: bool, connection: psycopg.Connection) -> None:
    if autocommit:
        raise UsageError(f"Statements outside transactions {_PAST_POOLER}")
    connection.rollback()
    connection.prepare_threshold = None  # a statement prepared on one session is unknown on the next
    connection.read_only = role in READERS  # of every transaction, whoever begins it


_PAST_POOLER = "do not go through a pooler such as PgBouncer; give the server's own address in WORKBENCH_DATABASE_URL."


def _setup(role: str | None, scope: str) -> str:
    """What a connection works under, as statements for its `session`, or for one transaction (`local`).

    Statements, because PGTZ and PGOPTIONS in the environment win over the connection's options.
    """
    values: dict[str, Any] = {"timezone": "UTC", "datestyle": "iso, mdy"}
    if scope == "local":  # somebody else may have left the session in another state
        values |= {"role": "none", "search_path": sql.DEFAULT, "statement_timeout": sql.DEFAULT}
    if role:
        values["role"] = role
    if role in READERS:
        values["statement_timeout"] = f"{settings().statement_timeout_s}s"
        values |= {"default_transaction_read_only": "on"} if scope == "session" else {}
    one = sql.SQL("set {} {} to {}")
    return sql.SQL("; ").join(one.format(sql.SQL(scope), sql.Identifier(name), value) for name, value in values.items()).as_string()


def _set_up_transaction(role: str | None, connection: Connection) -> None:
    """Called when a transaction begins: behind a pooler it may be on a session that knows nothing of us, or of somebody else."""
    if not connection.info.get(_POOLED):
        return
    try:
        connection.exec_driver_sql(_setup(role, "local"))
    except BaseException:
        connection.close()  # it could still be used, without its role
        raise


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
def connect(role: str = READER, url: URL | None = None) -> Iterator[Connection]:
    """A connection to the database in use, for reading unless another role is named. `workbench.replica` chooses between two servers.

    Raises:
        UsageError: the schemas are not set up.
        DatabaseUnreachable: no server answers.
    """
    with engine(role, url).connect() as connection:
        if not connection.exec_driver_sql("select 1 from pg_namespace where nspname = 'marts'").scalar():
            raise UsageError(f"The schemas are not set up at {place(connection.engine.url)}; run `workbench db up`.")
        connection.rollback()
        yield connection


def raw(connection: Connection) -> psycopg.Connection:
    """The driver's connection beneath, in the same transaction, for COPY and the like. Ask anew after the transaction's end: behind a
    pooler only a transaction that begins here is in the connection's role."""
    connection.exec_driver_sql("select 1")  # begins the transaction that SQLAlchemy believes in
    return connection.connection.driver_connection  # type: ignore[return-value]


@contextlib.contextmanager
def advisory_lock(connection: Connection, name: str) -> Iterator[None]:
    """Hold the session's lock of this name, waiting for it; transactions may begin and end meanwhile.

    Names are per database. If the work fails inside a broken transaction, that is rolled back so that the lock can be given back.

    Raises:
        UsageError: a pooler sits between; the lock would stay with a session that serves somebody else next.
    """
    refuse_pooler(connection, f"The lock of {name} and what it guards")
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


def one_at_a_time(connection: Connection, work: str) -> None:
    """Wait until no other transaction does this work; they will wait until this one ends."""
    connection.exec_driver_sql("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"workbench {work}",))


def is_pgbouncer(connection: Connection) -> bool:
    """Whether a pooler such as PgBouncer sits between: the process id it announced is not that of the server process."""
    driver = raw(connection)
    return connection.exec_driver_sql("select pg_backend_pid()").scalar() != driver.info.backend_pid


def refuse_pooler(connection: Connection, work: str) -> None:
    """See that the connection is a direct one.

    Args:
        work: what needs one session for longer than a transaction; a plural that begins the sentence.

    Raises:
        UsageError: a pooler sits between.
    """
    if is_pgbouncer(connection):
        raise UsageError(f"{work} {_PAST_POOLER}")


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
