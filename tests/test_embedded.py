"""The embedded server: it starts, is shared, and comes back after whatever is done to it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO

import psutil
import psycopg
import pytest

from workbench import db, embedded, embedded_process
from workbench.errors import DatabaseUnreachable, UsageError, WorkbenchError
from workbench.settings import settings

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="only root can become somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account can enter, emptied and its server ended afterwards."""
    with embedded.temporary_folder() as made:
        yield made


def copied(source: Path, target: Path) -> Path:
    subprocess.run(["cp", "-a", source, target], check=True)
    return target


@pytest.fixture
def data(folder: Path, initialised: Path) -> Path:
    """A stopped server's data folder of this test's own."""
    return copied(initialised, folder / "pgdata")


def start(data: Path, **options) -> dict:
    """Start or attach; where to connect, as parameters."""
    return db.parameters(embedded.ensure_server(data, extra=embedded.THROWAWAY, **options))


def tell(where: dict, *statements: str) -> None:
    with psycopg.connect(**where, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def ask(where: dict, query: str) -> Any:
    with psycopg.connect(**where, autocommit=True) as connection:
        return connection.execute(query).fetchone()[0]


def pid_of(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@dataclass(frozen=True)
class Child:
    """Another process; `line` waits for the next thing it says."""

    pid: int
    said: TextIO

    def line(self) -> str:
        return self.said.readline().strip()

    def kill(self) -> None:
        """Kill it, and what it started and did not put into a group of its own."""
        os.killpg(self.pid, signal.SIGKILL)


@contextlib.contextmanager
def child(work: Callable[[], Iterable[object]], uid: int | None = None) -> Iterator[Child]:
    """A process, of another user where `uid` is given, that says what `work` yields, or the sentence it fails with."""
    reading, writing = os.pipe()
    if not (pid := os.fork()):
        _work(work, uid, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        yield Child(pid, said)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _work(work: Callable[[], Iterable[object]], uid: int | None, writing: int) -> NoReturn:
    os.setsid()
    try:
        if uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        for answer in work():
            os.write(writing, f"{answer}\n".encode())
    except WorkbenchError as error:
        os.write(writing, f"{type(error).__name__}: {error}\n".encode())
    except BaseException:
        os.write(writing, traceback.format_exc().encode())
    os._exit(0)


# Starting and sharing


POLLUTED = {
    "PGHOST": "nowhere.invalid", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "nobody-here", "PGDATABASE": "none",
    "PGDATA": "/none",
    "PGOPTIONS": "-c search_path=nowhere", "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German", "PGCLIENTENCODING": "LATIN1",
    "PGTARGETSESSIONATTRS": "read-only", "PGCHANNELBINDING": "require", "LC_ALL": "ja_JP.eucJP", "LANG": "tlh", "TZ": "Asia/Tokyo",
}  # fmt: skip


@pytest.fixture(scope="module")
def new() -> Iterator[tuple[Path, set[str]]]:
    """The data folder of a new server that five started at once in an environment full of traps, and the servers they were told of."""
    with embedded.temporary_folder() as made, pytest.MonkeyPatch.context() as patch:
        data = made / "pgdata"
        for name, value in POLLUTED.items():
            patch.setenv(name, value)

        def work() -> Iterator[int]:
            start(data)
            yield pid_of(data)

        with contextlib.ExitStack() as stack:
            starters = [stack.enter_context(child(work)) for _ in range(5)]
            told = {starter.line() for starter in starters}
        patch.undo()
        yield data, told


def test_five_cold_starts_at_once_make_one_server(new):
    data, told = new
    assert told == {str(pid_of(data))}
    running = [p.pid for p in psutil.process_iter(["cmdline"]) if {"-D", str(data)} <= set(p.info["cmdline"] or ())]
    assert running == [pid_of(data)]


def test_a_new_server_listens_on_no_network_and_speaks_unicode(new):
    data, _ = new
    where = start(data)
    assert ask(where, "show listen_addresses") == ""
    assert ask(where, "show timezone") == "UTC"
    assert ask(where, "show dynamic_shared_memory_type") == "mmap"
    tell(where, "create extension pg_trgm")
    assert len(ask(where, "select show_trgm('東京都')")) == 4
    assert ask(where, "select 'Z' < 'a' and 'データ' ~ '^\\w+$'")
    assert data.stat().st_mode & 0o077 == 0


def test_statement_statistics_are_there_where_they_are_shipped(data):
    where = start(data)
    if "pg_stat_statements" not in ask(where, "show shared_preload_libraries"):
        pytest.skip("these binaries come without pg_stat_statements")
    tell(where, "create extension pg_stat_statements")
    assert ask(where, "select count(*) > 0 from pg_stat_statements")


def test_attaching_leaves_the_running_server_alone_and_makes_a_missing_database(data):
    start(data)
    first = pid_of(data)
    assert ask(start(data, database="another one"), "select current_database()") == "another one"
    assert pid_of(data) == first


def test_own_settings_survive_a_start_by_somebody_else(data):
    tell(start(data), "alter system set work_mem to '7MB'")
    embedded.stop_server(data)
    assert ask(start(data), "show work_mem") == "7MB"
    assert (data / "postgresql.conf").read_text().count("include_if_exists 'workbench.conf'") == 1


def test_status_tells_what_is_known(data):
    before = embedded.server_status(data)
    assert (before.running, before.pid, before.address) == (False, None, None)
    assert "not running" in before.sentence()
    start(data)
    after = embedded.server_status(data)
    assert (after.running, after.pid, after.address) == (True, pid_of(data), str(data))
    assert json.loads(json.dumps(after.as_dict()))["binaries"] == str(after.binaries)
    assert f"PostgreSQL {after.version} is running" in after.sentence()
    assert embedded.stop_server(data) and not embedded.stop_server(data)


# Killing


def test_a_client_killed_in_a_transaction_leaves_nothing(data):
    where = start(data)
    tell(where, "create table kept (id int)")

    def work() -> Iterator[str]:
        with psycopg.connect(**where) as connection:
            connection.execute("insert into kept values (1)")
            yield "inserted"
            time.sleep(60)

    with child(work) as client:
        assert client.line() == "inserted"
        client.kill()
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    deadline = time.monotonic() + 10
    while ask(where, others) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ask(where, others) == 0
    assert ask(where, "select count(*) from kept") == 0


def test_the_server_outlives_its_killed_starter(data):
    def work() -> Iterator[int]:
        start(data)
        yield pid_of(data)
        time.sleep(60)

    with child(work) as starter:
        server = int(starter.line())
        starter.kill()
    assert ask(start(data), "select 1") == 1
    assert pid_of(data) == server


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3])
def test_a_start_killed_half_way_is_taken_up(folder, delay):
    data = folder / "pgdata"

    def work() -> Iterator[str]:
        yield "ready"
        start(data)

    with child(work) as starter:
        assert starter.line() == "ready"
        time.sleep(delay)
        with contextlib.suppress(ProcessLookupError):
            starter.kill()
    assert ask(start(data), "select 1") == 1


def test_what_a_killed_initdb_left_is_made_anew(folder):
    data = folder / "pgdata"
    (data / "base").mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    (folder / "pgdata.initialising").touch()
    assert ask(start(data), "select 1") == 1
    assert not (folder / "pgdata.initialising").exists()


def test_a_killed_server_is_started_again_at_once(data):
    where = start(data)
    tell(where, "create table kept as select 1 as id", "checkpoint")
    for _ in range(2):
        killed = pid_of(data)
        os.kill(killed, signal.SIGKILL)
        assert ask(start(data), "select count(*) from kept") == 1
        assert pid_of(data) != killed


def test_a_process_id_in_use_by_another_program_is_no_server(data):
    with subprocess.Popen(["sleep", "60"]) as other:
        (data / "postmaster.pid").write_text(f"{other.pid}\n{data}\n{int(time.time())}\n5432\n{data}\n\n  1 2\nready   \n")
        assert not embedded.server_status(data).running
        assert ask(start(data), "select 1") == 1
        assert other.poll() is None
        other.kill()


def test_a_server_without_its_socket_is_restarted(data, monkeypatch):
    start(data)
    lost = pid_of(data)
    (data / ".s.PGSQL.5432").unlink()
    now = time.time()
    monkeypatch.setattr(embedded.time, "time", lambda: now + 10)
    assert ask(start(data), "select 1") == 1
    assert pid_of(data) != lost


def test_a_data_folder_removed_under_its_server_is_made_anew(data):
    start(data)
    orphan = psutil.Process(pid_of(data))
    while data.exists():  # the server still makes files in it
        shutil.rmtree(data, ignore_errors=True)
    assert ask(start(data), "select 1") == 1
    assert gone(orphan)


def test_a_server_stopped_between_two_connections_is_started_for_the_second(data, monkeypatch):
    monkeypatch.setenv("WORKBENCH_PGDATA", str(data))
    settings.cache_clear()
    engine = db.engine()
    engine.connect().close()

    def work() -> Iterator[str]:
        for _ in range(4):
            embedded.stop_server(data)
            yield "stopped"
            time.sleep(0.1)

    with child(work) as stopper:
        while stopper.line() == "stopped":
            engine.dispose()
            with engine.connect() as connection:
                assert connection.exec_driver_sql("select 1").scalar() == 1
    engine.dispose()
    settings.cache_clear()


# Places and surroundings


@pytest.mark.parametrize("name", ["so long " * 15, "データ a,b: it's 50% #1?&=+"], ids=["long", "signs"])
def test_the_data_folder_may_have_any_path(folder, initialised, name):
    (folder / name).mkdir(mode=0o711)
    data = copied(initialised, folder / name / "pgdata")
    url = embedded.ensure_server(data)
    try:
        with db.engine(url=url).connect() as connection:
            assert connection.exec_driver_sql("select current_setting('data_directory')").scalar() == str(data)
        command, environment = db.psql_command(url)
        said = subprocess.run([*command, "-Atc", "select 41 + 1"], env=environment, capture_output=True, text=True, check=True).stdout
        assert said == "42\n"
        assert embedded.server_status(data).running
    finally:
        db.engine(url=url).dispose()
        embedded.destroy(data)
    assert not data.exists() and not (url.query["host"].startswith("/tmp/wbpg-") and Path(url.query["host"]).exists())


def test_the_environment_of_the_caller_does_not_reach_it(new, monkeypatch):
    for name, value in POLLUTED.items():
        monkeypatch.setenv(name, value)
    url = embedded.ensure_server(new[0], extra=embedded.THROWAWAY)
    engine = db.engine(url=url)
    with engine.connect() as connection:
        shown = [
            connection.exec_driver_sql(f"show {name}").scalar() for name in ("timezone", "datestyle", "client_encoding", "search_path")
        ]
        assert shown == ["UTC", "ISO, MDY", "UTF8", '"$user", public']
        assert connection.exec_driver_sql("select 'データ'").scalar() == "データ"
        assert connection.exec_driver_sql("select datctype from pg_database where datname = 'workbench'").scalar().endswith("UTF-8")
    engine.dispose()
    command, environment = db.psql_command(url)
    assert subprocess.run([*command, "-Atc", "select 1"], env=environment, capture_output=True, text=True, check=True).stdout == "1\n"


# Users


@needs_root
def test_root_hands_the_server_to_a_service_account(data):
    start(data)
    assert psutil.Process(pid_of(data)).uids().real == data.stat().st_uid != 0


@needs_root
def test_an_ordinary_user_runs_a_server_of_their_own(folder):
    mine = folder / "mine"
    mine.mkdir(mode=0o755)
    os.chown(mine, 65534, 65534)
    with child(lambda: [ask(start(mine / "pgdata"), "select 'served'")], uid=65534) as user:
        assert user.line() == "served"
    assert psutil.Process(pid_of(mine / "pgdata")).uids().real == 65534
    assert ask(start(mine / "pgdata"), "select 1") == 1, "root attaches to it"
    embedded.stop_server(mine / "pgdata")


@needs_root
def test_a_data_folder_of_somebody_else_is_refused_in_a_sentence(data):
    with child(lambda: [start(data)], uid=2) as user:
        said = user.line()
    assert said.startswith("DatabaseUnreachable") and "WORKBENCH_PGDATA" in said


@needs_root
def test_a_user_without_a_name_is_told_so(folder):
    folder.chmod(0o777)
    with child(lambda: [start(folder / "pgdata")], uid=54321) as user:
        said = user.line()
    assert said.startswith("DatabaseUnreachable: User id 54321 has no name")


@needs_root
def test_binaries_that_the_account_cannot_reach_are_copied(folder, data, tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "postgresql").symlink_to(embedded.find_binaries(data).parent)
    monkeypatch.setenv("WORKBENCH_PG_BIN", str(closed / "postgresql" / "bin"))
    monkeypatch.setattr(embedded_process, "cache_folder", lambda: folder / "cache")
    settings.cache_clear()
    assert ask(start(data), "select 1") == 1
    assert psutil.Process(pid_of(data)).exe().startswith(str(folder / "cache"))
    tell(start(data), "create extension pg_trgm")
    settings.cache_clear()


@needs_root
def test_a_data_folder_that_the_account_cannot_enter_is_refused_in_a_sentence(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(DatabaseUnreachable, match=r"cannot enter .*; choose another WORKBENCH_PGDATA"):
        start(tmp_path / "closed" / "pgdata")


# Refusals


def test_a_data_folder_of_another_version_is_refused_in_one_sentence(data):
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(DatabaseUnreachable, match=r"was written by PostgreSQL 9, which is not among .*WORKBENCH_PG_BIN") as caught:
        start(data)
    assert "\n" not in str(caught.value) and caught.value.exit_code == 3
    assert embedded.server_status(data).binaries is None


def test_binaries_that_are_none_are_refused_in_one_sentence(folder, monkeypatch):
    monkeypatch.setenv("WORKBENCH_PG_BIN", "/none")
    settings.cache_clear()
    with pytest.raises(DatabaseUnreachable, match=r"No PostgreSQL 15 or newer .*none in /none"):
        start(folder / "pgdata")
    settings.cache_clear()


def test_a_folder_with_other_things_in_it_is_neither_used_nor_deleted(folder):
    (folder / "pgdata").mkdir(mode=0o755)
    (folder / "pgdata" / "thesis.txt").write_text("important")
    with pytest.raises(DatabaseUnreachable, match="is not empty and holds no PostgreSQL database"):
        start(folder / "pgdata")
    with pytest.raises(UsageError, match="not deleted"):
        embedded.destroy(folder / "pgdata")
    assert (folder / "pgdata" / "thesis.txt").exists()


def test_what_the_server_complains_about_is_in_the_sentence(data):
    with (data / "postgresql.auto.conf").open("a") as settings_file:
        settings_file.write("max_connections = 'many'\n")
    with pytest.raises(DatabaseUnreachable, match=r"could not be started on .*configuration file"):
        start(data)


# Leaving


def test_destroying_ends_the_server_and_deletes_its_folder(data):
    start(data)
    server = psutil.Process(pid_of(data))
    embedded.destroy(data)
    assert not data.exists()
    assert gone(server)
    embedded.destroy(data)


@pytest.mark.parametrize("how", ["left", "killed"])
def test_a_temporary_server_is_gone_afterwards(own_server, how):
    def work() -> Iterator[object]:
        with embedded.temporary_server() if how == "left" else own_server() as url:
            yield url.query["host"]
            yield pid_of(Path(url.query["host"]))
            if how == "killed":
                time.sleep(60)

    with child(work) as owner:
        folder, server = Path(owner.line()).parent, int(owner.line())
        if how == "killed":
            owner.kill()
        deadline = time.monotonic() + 15
        while folder.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert not folder.exists()
    assert not psutil.pid_exists(server) or gone(psutil.Process(server))
