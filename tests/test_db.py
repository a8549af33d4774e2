"""Connections: which server, the pool, roles, locks, and what is said when something is missing."""

import contextlib
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL, exc, make_url

import workbench
from workbench import db, embedded
from workbench.errors import DatabaseUnreachable, UsageError
from workbench.settings import settings

PASSWORD = "s3cret:/@ 秘密"


@pytest.fixture
def configure(monkeypatch) -> Iterator:
    """Set settings by their variables; what was cached is forgotten before and after."""

    def forget() -> None:
        settings.cache_clear()
        db._engine.cache_clear()

    def set_variables(**variables: object) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        forget()

    yield set_variables
    monkeypatch.undo()
    forget()


def text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


# Which server


def test_a_given_url_wins_over_the_embedded_server(configure, monkeypatch):
    monkeypatch.setattr(embedded, "ensure_server", lambda *_: pytest.fail("the embedded server was started"))
    configure(DATABASE_URL="postgres://one@elsewhere/theirs")
    assert text(db.database_url()) == "postgresql+psycopg://one@elsewhere/theirs"
    configure(WORKBENCH_DATABASE_URL="postgresql://two@elsewhere:6432/ours?sslmode=require")
    assert text(db.database_url()) == "postgresql+psycopg://two@elsewhere:6432/ours?sslmode=require"


def test_without_a_url_the_embedded_server_is_used(server):
    with db.engine().connect() as connection:
        said = db.describe(connection)
    assert said["server"] == "embedded" and said["database"] == "workbench"
    assert said["address"] == f"{server.query['host']}, database workbench"
    assert said["version"].startswith("PostgreSQL 1")
    json.dumps(said)


@pytest.mark.parametrize(
    "given", ["mysql://u:s3cret@h/d", "not a url s3cret", "postgresql://u:s3cret@h:s3cret/d", "postgresql://u:p@h:12s3cret"]
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(configure, given):
    configure(WORKBENCH_DATABASE_URL=given)
    with pytest.raises(UsageError, match=r"WORKBENCH_DATABASE_URL .* must look like postgresql://") as caught:
        db.database_url()
    assert "s3cret" not in str(caught.value)


@given(
    host=st.sampled_from(["/with a space/and %/+", "/データ", "db.example", "::1"]),
    password=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    database=st.text("ab c'\"\\é=&?", min_size=1),
)
def test_a_url_reaches_the_driver_letter_by_letter(host, password, database):
    url = URL.create(db.DRIVER, "user", password, database=database, query={"host": host, "port": "5432"})
    expected = {"host": host, "port": "5432", "user": "user", "password": password, "dbname": database}
    assert db.parameters(url) == expected
    assert psycopg.conninfo.conninfo_to_dict(db.conninfo(url)) == expected
    assert db.place(url) == f"{host}{'' if host.startswith('/') else ':5432'}, database {database}"


def test_psql_gets_the_password_by_its_environment():
    url = make_url("postgresql+psycopg://user@host:5433/data?sslmode=require").set(password=PASSWORD)
    command, environment = db.psql_command(url)
    assert Path(command[0]).name == "psql" and command[1:] == ["sslmode=require"]
    assert {key: environment[key] for key in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE")} == {
        "PGHOST": "host", "PGPORT": "5433", "PGUSER": "user", "PGPASSWORD": PASSWORD, "PGDATABASE": "data",
    }  # fmt: skip


def test_psql_opens_the_database(empty_database):
    command, environment = db.psql_command(empty_database.url)
    said = subprocess.run([*command, "-Atc", "select current_database()"], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == empty_database.url.database


# Sessions and roles


def test_a_session_is_in_utc_and_engines_are_kept(empty_database):
    engine = empty_database.engine()
    assert engine is db.engine(None, empty_database.url)
    assert engine is not db.engine(None, empty_database.url, autocommit=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select current_setting('timezone')").scalar() == "UTC"
        assert db.raw(connection).info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def test_autocommit_needs_no_transaction(empty_database):
    with db.engine(url=empty_database.url, autocommit=True).connect() as connection:
        connection.exec_driver_sql("vacuum pg_class")
        assert db.raw(connection).info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    db.engine(url=empty_database.url, autocommit=True).dispose()


@pytest.mark.parametrize("role", db.READERS)
def test_a_reading_role_cannot_write_and_is_limited(database, configure, role):
    configure(WORKBENCH_STATEMENT_TIMEOUT_S=1)
    with database.connect(role) as connection:
        assert connection.exec_driver_sql("select current_user").scalar() == role
        with pytest.raises(exc.InternalError, match="read-only transaction"):
            connection.exec_driver_sql("create temporary table t (i int)")
        connection.rollback()
        with pytest.raises(exc.OperationalError, match="statement timeout"):
            connection.exec_driver_sql("select pg_sleep(5)")
        connection.rollback()
        assert connection.exec_driver_sql("select current_user").scalar() == role, "still so after a rollback"


def test_a_writing_role_has_no_limit(database):
    with database.connect(db.LOADER) as connection:
        assert connection.exec_driver_sql("select current_user, current_setting('statement_timeout')").one() == (db.LOADER, "0")


def test_connect_reads_the_database_in_use(database, configure):
    configure(WORKBENCH_DATABASE_URL=text(database.url))
    with workbench.connect() as connection:
        assert not connection.in_transaction()
        assert connection.exec_driver_sql("select current_user, current_database()").one() == (db.READER, database.url.database)
    with workbench.connect(db.IDENTIFIED) as connection:
        assert connection.exec_driver_sql("select current_user").scalar() == db.IDENTIFIED
    db.engine(db.READER).dispose()
    db.engine(db.IDENTIFIED).dispose()


def test_connect_says_that_the_schemas_are_missing(empty_database, template_database, configure):
    configure(WORKBENCH_DATABASE_URL=text(empty_database.url))
    with pytest.raises(UsageError, match=r"not set up at .*; run `workbench db up`"), workbench.connect():
        pass
    db.engine(db.READER).dispose()


def test_a_role_that_does_not_exist_is_a_sentence(empty_database):
    with pytest.raises(UsageError, match=r"roles are not set up .* run `workbench db up`"):
        empty_database.connect("workbench_nobody")


def test_a_role_that_the_user_may_not_take_is_a_sentence(empty_database):
    with empty_database.connect() as connection:
        connection.exec_driver_sql("create role test_plain login")
        connection.commit()
        with pytest.raises(DatabaseUnreachable, match="may not work as the role"):
            db.engine("postgres", empty_database.url.set(username="test_plain")).connect()
        connection.exec_driver_sql("drop role test_plain")
        connection.commit()


# The pool


def test_the_pool_is_that_of_the_document_and_can_be_changed(empty_database, configure):
    pool = empty_database.engine().pool
    assert (pool.size(), pool._recycle, pool._max_overflow) == (20, 3600, 0)
    configure(WORKBENCH_POOL_SIZE=3, WORKBENCH_POOL_LIFETIME_S=60)
    pool = empty_database.engine().pool
    assert (pool.size(), pool._recycle) == (3, 60)


def backend(engine) -> int:
    with engine.connect() as connection:
        return connection.exec_driver_sql("select pg_backend_pid()").scalar()


def test_a_connection_idle_for_too_long_is_not_used_again(empty_database, configure, monkeypatch):
    configure(WORKBENCH_POOL_IDLE_S=300)
    engine, clock = empty_database.engine(), time.monotonic()
    monkeypatch.setattr(db.time, "monotonic", lambda: clock)
    first = backend(engine)
    clock += 299
    assert backend(engine) == first
    clock += 301
    assert backend(engine) != first
    assert engine.pool.checkedin() == 1


def test_a_session_ended_by_the_server_is_a_sentence(empty_database):
    engine = empty_database.engine()
    with pytest.raises(DatabaseUnreachable, match=r"was lost .*; run it again"), engine.connect() as connection:
        connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")
    assert backend(engine)


# No server


@pytest.mark.parametrize("address", ["127.0.0.1:1", "host-that-is-not.invalid:5432"])
def test_no_server_is_one_sentence_without_the_password(configure, address):
    configure(WORKBENCH_DATABASE_URL=text(make_url(f"postgresql://user@{address}/data").set(password=PASSWORD)))
    with pytest.raises(DatabaseUnreachable) as caught:
        db.engine().connect()
    said = str(caught.value)
    assert said.startswith(f"No PostgreSQL answers at {address}, database data (") and "check WORKBENCH_DATABASE_URL" in said
    assert "\n" not in said and "s3cret" not in said and "秘密" not in said
    assert caught.value.exit_code == 3


def test_a_server_that_says_nothing_is_given_up_after_the_time_set(configure):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(WORKBENCH_DATABASE_URL=f"postgresql://user@127.0.0.1:{silent.getsockname()[1]}/data", WORKBENCH_CONNECT_TIMEOUT_S=2)
        begun = time.monotonic()
        with pytest.raises(DatabaseUnreachable, match="timeout"):
            db.engine().connect()
        assert time.monotonic() - begun < 10


def test_a_database_that_does_not_exist_is_a_sentence_and_is_not_made(server):
    with pytest.raises(DatabaseUnreachable, match='database "not there" does not exist'):
        db.engine(url=server.set(database="not there")).connect()


# Locks and poolers


def test_a_lock_is_waited_for_and_given_back(empty_database):
    order = []

    def second() -> None:
        with empty_database.connect() as connection, db.advisory_lock(connection, "migrate"):
            order.append("second")

    with empty_database.connect() as connection, empty_database.connect() as other:
        with db.advisory_lock(connection, "migrate"):
            with db.advisory_lock(other, "another name"):
                order.append("other")
            waiting = threading.Thread(target=second)
            waiting.start()
            time.sleep(0.2)
            connection.commit()
            order.append("first")
        waiting.join(10)
    assert order == ["other", "first", "second"]


def test_a_lock_is_given_back_when_the_work_fails(empty_database):
    with empty_database.connect() as connection:
        with pytest.raises(exc.ProgrammingError), db.advisory_lock(connection, "rollup"):
            connection.exec_driver_sql("select * from nowhere")
        here = "database = (select oid from pg_database where datname = current_database())"
        assert connection.exec_driver_sql(f"select count(*) from pg_locks where locktype = 'advisory' and {here}").scalar() == 0  # noqa: S608


@contextlib.contextmanager
def pooler(target: str) -> Iterator[int]:
    """A stand-in for PgBouncer: hands everything on and announces a key of its own, as every pooler must."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as client, socket.socket(socket.AF_UNIX) as server:
                server.connect(target)
                server.sendall(client.recv(4096))
                greeting = b""
                while b"Z\0\0\0\5" not in greeting:
                    greeting += server.recv(4096)
                at = greeting.index(b"K\0\0\0") + 5
                client.sendall(greeting[:at] + (987654321).to_bytes(4) + greeting[at + 4 :])
                while asked := client.recv(4096):
                    server.sendall(asked)
                    client.sendall(server.recv(65536))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def test_a_pooler_between_is_noticed(server):
    with pooler(f"{server.query['host']}/.s.PGSQL.5432") as port:
        url = URL.create(db.DRIVER, server.username, host="127.0.0.1", port=port, database="postgres", query={"sslmode": "disable"})
        with db.engine(url=url).connect() as connection:
            assert db.is_pgbouncer(connection)
            with pytest.raises(UsageError, match=r"The lock of rollup .* PgBouncer"), db.advisory_lock(connection, "rollup"):
                pass
        db.engine(url=url).dispose()
    with db.engine(url=server).connect() as connection:
        assert not db.is_pgbouncer(connection)


def test_a_forked_process_opens_connections_of_its_own(empty_database):
    parent = backend(empty_database.engine())
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, str(backend(empty_database.engine())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 100)) != parent
    assert backend(empty_database.engine()) == parent
    os.close(reading)
    os.close(writing)
