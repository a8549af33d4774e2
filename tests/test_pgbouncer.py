"""Behind a real PgBouncer in transaction mode: roles and read-only hold in every transaction, and what cannot work is refused."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, exc, make_url

from workbench import db, embedded, embedded_process, load, migrate, partition, pgbouncer, rollup
from workbench.errors import UsageError
from workbench.publish import ledger as books
from workbench.publish.data import canonical
from workbench.reports import rag_slo
from workbench.settings import settings

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
needs_pgbouncer = pytest.mark.skipif(PROGRAM is None, reason="there is no pgbouncer here")
pytestmark = pytest.mark.xdist_group("pgbouncer")

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": "mued", "timezone": "UTC", "as_of": "2026-12-01T00:00:00Z"}
READERS_TIMEOUT = "5min"


# The configuration


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def set_variables(**variables: object) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"WORKBENCH_{name}", str(value))
        settings.cache_clear()

    yield set_variables
    monkeypatch.undo()
    settings.cache_clear()


def options(text: str) -> dict[str, str]:
    lines = [line.partition(" = ") for line in text.splitlines() if " = " in line and not line.startswith(";")]
    return {name: value for name, _, value in lines}


def test_the_configuration_has_the_limits_of_the_pool(configure: Callable[..., None]) -> None:
    found = options(pgbouncer.configuration(make_url("postgresql+psycopg://user:s3cret@db.example:5433/data")))
    assert found["pool_mode"] == "transaction" and found['"data"'] == "host='db.example' port='5433' dbname='data'"
    limits = ("default_pool_size", "server_idle_timeout", "server_lifetime", "server_connect_timeout")
    assert [found[name] for name in limits] == ["20", "300", "3600", "10"]
    configure(POOL_SIZE=7, POOL_IDLE_S=8, POOL_LIFETIME_S=9, CONNECT_TIMEOUT_S=4)
    found = options(pgbouncer.configuration(make_url("postgresql+psycopg://user@db.example/data")))
    assert [found[name] for name in limits] == ["7", "8", "9", "4"]


def test_the_configuration_holds_no_password_and_has_an_entry_for_the_replica(configure: Callable[..., None]) -> None:
    configure(REPLICA_URL="postgresql://user:s3cret@standby:5432/data", DATABASE_URL="postgresql://user:s3cret@main/data")
    text = pgbouncer.configuration()
    assert "s3cret" not in text and "user@" not in text
    assert options(text)['"data_replica"'] == "host='standby' port='5432' dbname='data'"


# The pooler


@pytest.fixture(scope="module")
def pooler(server: URL) -> Iterator[Callable[[URL], URL]]:
    """What turns the URL of a database of the test server into one through PgBouncer with a single server connection for each."""
    if PROGRAM is None:
        pytest.skip("there is no pgbouncer here")
    who = embedded_process.account(Path(str(server.query["host"])))
    with embedded.temporary_folder() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        (folder / "userlist.txt").write_text(f'"{server.username}" ""\n"test_pooled" ""\n')
        changed = {"listen_port": port, "auth_type": "trust", "auth_file": f"{folder}/userlist.txt", "default_pool_size": 1}
        text = pgbouncer.configuration(server.set(database="*"))
        lines = [f"{name} = {changed[name]}" if (name := line.partition(" = ")[0]) in changed else line for line in text.splitlines()]
        every = f"* = host='{server.query['host']}' port='{server.query['port']}'"
        lines = [every if line.startswith('"*"') else line for line in lines]
        (folder / "pgbouncer.ini").write_text("\n".join([*lines, "unix_socket_dir =\n"]))
        with started(folder, who.switch) as answers:
            answers(port)
            yield lambda url: URL.create(db.DRIVER, url.username, host="127.0.0.1", port=port, database=url.database)


@contextlib.contextmanager
def started(folder: Path, switch: dict[str, Any]) -> Iterator[Callable[[int], None]]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, folder / "pgbouncer.ini"], stderr=log, stdout=log, cwd="/", **switch)

    def answers(port: int) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        raise AssertionError((folder / "log").read_text())

    try:
        yield answers
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def pooled(cleared_database: Any, pooler: Callable[[URL], URL]) -> Iterator[URL]:
    """A database through PgBouncer: as new, but for what those before have left in the session behind it."""
    url = pooler(cleared_database.url)
    yield url
    for role in (None, db.OWNER, db.LOADER, *db.READERS):
        db.engine(role, url).dispose()


STATE = """select current_user, session_user, current_setting('transaction_read_only'), current_setting('statement_timeout'),
    current_setting('timezone'), pg_backend_pid()"""


def expected(role: str | None, login: str) -> tuple[str, ...]:
    reading = role in db.READERS
    return (role or login, login, "on" if reading else "off", READERS_TIMEOUT if reading else "0", "UTC")


def test_every_transaction_is_in_its_client_s_role_on_one_shared_session(pooled: URL) -> None:
    roles = [db.READER, None, db.IDENTIFIED, db.LOADER, db.OWNER]
    sessions = set()
    with contextlib.ExitStack() as stack:
        clients = {role: stack.enter_context(db.engine(role, pooled).connect()) for role in roles}
        for turn in range(12):
            for role in roles if turn % 2 else reversed(roles):
                *state, session = clients[role].exec_driver_sql(STATE).one()
                assert tuple(state) == expected(role, pooled.username)
                sessions.add(session)
                clients[role].commit() if turn % 3 else clients[role].rollback()
    assert len(sessions) == 1, "all of them on the one session"


def test_clients_at_the_same_time_keep_apart(pooled: URL) -> None:
    wrong: list[Any] = []
    begun = threading.Barrier(4)

    def client(role: str | None) -> None:
        with db.engine(role, pooled).connect() as connection:
            begun.wait(10)
            for turn in range(25):
                state = tuple(connection.exec_driver_sql(STATE).one())[:-1]
                wrong.extend([state] if state != expected(role, pooled.username) else [])
                with contextlib.suppress(exc.DBAPIError):
                    connection.exec_driver_sql("select 1/0" if turn % 5 == 0 else "select 1")
                connection.rollback() if turn % 5 == 0 else connection.commit()

    threads = [threading.Thread(target=client, args=[role]) for role in (db.READER, db.IDENTIFIED, db.LOADER, None)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_a_reader_cannot_write_whoever_came_before(pooled: URL) -> None:
    writing = "insert into mued.users (email, display_name) values ('a@example.org', 'A')"
    with db.engine(db.READER, pooled).connect() as reader, db.engine(db.LOADER, pooled).connect() as loader:
        for _ in range(3):
            loader.exec_driver_sql(writing)
            loader.rollback()
            with pytest.raises(exc.InternalError, match="read-only transaction"):
                reader.exec_driver_sql(writing)
            reader.rollback()
            reader.exec_driver_sql("set transaction read write")
            with pytest.raises(exc.ProgrammingError, match="permission denied for table users"):
                reader.exec_driver_sql(writing)
            reader.rollback()
            driver = db.raw(reader)
            reader.rollback()
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                driver.execute("create table mued.probe (i int)")
            driver.rollback()


def test_a_reader_does_not_see_what_another_role_may(pooled: URL) -> None:
    identity = "select email from mued.users"
    with db.engine(db.READER, pooled).connect() as reader, db.engine(db.IDENTIFIED, pooled).connect() as identified:
        for _ in range(3):
            identified.exec_driver_sql(identity)
            identified.commit()
            with pytest.raises(exc.ProgrammingError, match="permission denied"):
                reader.exec_driver_sql(identity)
            reader.rollback()


def test_what_another_program_leaves_behind_reaches_nobody(pooled: URL) -> None:
    left = "set role workbench_owner; set timezone to 'Asia/Tokyo'; set statement_timeout to '2min'; set search_path to pg_temp"
    for role in (db.READER, None):
        with psycopg.connect(**db.parameters(pooled), autocommit=True) as stranger:
            stranger.execute(f"{left}; set default_transaction_read_only to on")
        with db.engine(role, pooled).connect() as connection:
            *state, _ = connection.exec_driver_sql(STATE).one()
            assert tuple(state) == expected(role, pooled.username)
            assert connection.exec_driver_sql("show search_path").scalar() == '"$user", public'


def test_a_client_that_may_not_take_its_role_any_more_is_cut_off(pooled: URL) -> None:
    with db.engine(None, pooled).connect() as login:
        login.exec_driver_sql("create role test_pooled login; grant workbench_reader to test_pooled")
        login.commit()
        theirs = pooled.set(username="test_pooled")
        try:
            with db.engine(db.READER, theirs).connect() as client:
                assert client.exec_driver_sql("select current_user").scalar() == db.READER
                client.commit()
                login.exec_driver_sql("revoke workbench_reader from test_pooled")
                login.commit()
                with pytest.raises(exc.ProgrammingError, match="permission denied to set role"):
                    client.exec_driver_sql("select 1")
                with pytest.raises(exc.ResourceClosedError):
                    client.exec_driver_sql("select 1")
        finally:
            db.engine(db.READER, theirs).dispose()
            login.exec_driver_sql("drop role test_pooled")
            login.commit()


def test_repeated_statements_are_not_prepared(pooled: URL) -> None:
    with db.engine(db.READER, pooled).connect() as one, db.engine(db.LOADER, pooled).connect() as other:
        for turn in range(15):
            for connection in (one, other):
                assert connection.exec_driver_sql("select cast(%s as int) + 1", (turn,)).scalar() == turn + 1
                connection.commit()
        assert other.exec_driver_sql("select count(*) from pg_prepared_statements").scalar() == 0


# The work


def test_the_ledger_is_written_through_it(pooled: URL, configure: Callable[..., None]) -> None:
    configure(DATABASE_URL=pooled.render_as_string(hide_password=False))
    facts = {"parameters": {}, "parameters_hash": "h", "period_start": "2026-08-01", "period_end": "2026-09-01", "as_of": "2026-09-01"}
    more = {"notebook_hash": None, "sql_hash": None, "schema_version": books.schema_versions(), "package_version": None}
    books.finish(books.begin({"report": "tiny", **facts, **more}), "published", verdict="met", read_from="primary")
    with db.connect() as connection:
        assert connection.exec_driver_sql("select state, read_from from marts.report_run").all() == [("published", "primary")]


def test_a_file_is_loaded_through_it(pooled: URL, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("email,display_name\nhanako@example.org,花子\ntaro@example.org,太郎\n", encoding="utf-8")
    with db.engine(None, pooled).connect() as connection:
        assert load.load_table(connection, "mued.users", [file]).rows == 2
        connection.commit()
        assert connection.exec_driver_sql("select count(*) from mued.users").scalar() == 2


@needs_pgbouncer
@pytest.mark.parametrize("as_of", ["2026-12-01T00:00:00Z", "2026-08-20T00:00:00Z"])
def test_report_frames_are_the_same_through_it(seeded_database: Any, pooler: Callable[[URL], URL], as_of: str) -> None:
    url = pooler(seeded_database.url)
    asked = {**AUGUST, "as_of": as_of}
    try:
        with db.engine(db.READER, url).connect() as connection:
            frames = rag_slo.build(connection, asked)
        with seeded_database.connect(db.READER) as connection:
            assert canonical(rag_slo.build(connection, asked)) == canonical(frames)
        with db.engine(None, url).connect() as connection:
            assert connection.exec_driver_sql("select count(*) from pg_class where relpersistence = 't'").scalar() == 0
    finally:
        db.engine(db.READER, url).dispose()
        db.engine(None, url).dispose()


PAST = r" do not go through a pooler such as PgBouncer; give the server's own address in WORKBENCH_DATABASE_URL\.$"


def test_what_needs_a_session_is_refused_in_a_sentence(pooled: URL) -> None:
    with db.engine(None, pooled).connect() as connection:
        with pytest.raises(UsageError, match="^The lock of rollup and what it guards" + PAST):
            rollup.refresh(connection)
        connection.rollback()
        with pytest.raises(UsageError, match="goes through a pooler such as PgBouncer; migrations need a direct one"):
            migrate.up(connection, "mued")
    with pytest.raises(UsageError, match="^Statements outside transactions" + PAST):
        db.engine(None, pooled, autocommit=True).connect()


def test_months_are_made_through_it(database: Any, pooler: Callable[[URL], URL]) -> None:
    engine = db.engine(None, pooler(database.url))
    with engine.connect() as connection:
        made = partition.ensure(connection, "drivemaster", ahead=1, commit=True)
        assert any(table.created for table in made.tables) and not partition.status(connection, "drivemaster", ahead=1).findings
    engine.dispose()
