"""A real streaming replica: reports and notebooks read there, writes go to the primary, and what is unfit is passed over or refused."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from sqlalchemy import URL, exc
from typer.testing import CliRunner

import workbench
from workbench import db, embedded, embedded_process, migrate, paths, queries, replica, report, rollup, seed, sqlfiles
from workbench.cli import app
from workbench.errors import DatabaseUnreachable, NeedsPrimary, RunFailed, UsageError
from workbench.publish.data import canonical
from workbench.reports import rag_slo
from workbench.settings import SOURCES_FILE, settings

pytestmark = pytest.mark.xdist_group("replica")

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": "mued", "as_of": "2026-12-01T00:00:00Z"}
LOGGED = {"log_statement": "all"}
UNREACHABLE = "postgresql://nobody:s3cret@127.0.0.1:1/postgres"


@dataclass(frozen=True)
class Pair:
    """A primary with a month of simulated answers, and the data folder of its replica."""

    primary: URL
    folder: Path

    def start(self) -> URL:
        """The replica's URL. It waits for nobody: a query in the way of its replay is ended at once."""
        own = LOGGED | {"max_standby_streaming_delay": "0"}
        return embedded.ensure_server(self.folder, "postgres", extra=embedded.THROWAWAY | own)

    def stop(self) -> None:
        embedded.stop_server(self.folder)

    def said(self, server: str) -> str:
        """The statements that a server was given."""
        folder = self.folder if server == "replica" else Path(str(self.primary.query["host"]))
        return (folder / "server.log").read_text(errors="replace")


def base_backup(primary: URL, folder: Path) -> None:
    who, _ = embedded._prepare(folder)
    program = embedded_process.reachable_binaries(who, folder) / "pg_basebackup"
    if not program.is_file():
        pytest.skip("there is no pg_basebackup beside the server")
    where = ("-h", primary.query["host"], "-p", primary.query["port"], "-U", primary.username)
    embedded_process.run(who, program, "-D", folder, "-R", *where, "-X", "stream", "--checkpoint=fast", "--no-sync", cwd=folder.parent)


@pytest.fixture(scope="module")
def pair(own_server: Any, in_utc: None) -> Iterator[Pair]:
    with own_server(**LOGGED, synchronous_commit="on") as primary, embedded.temporary_folder() as folder:
        with db.engine(url=primary).connect() as connection:
            migrate.setup(connection, ["mued"])
            connection.commit()
            seed.seed(connection, "mued", learners=40, days=40, seed=7, end=date(2026, 9, 1))
            connection.commit()
            rollup.refresh(connection)
            connection.commit()
        base_backup(primary, folder / "pgdata")
        made = Pair(primary, folder / "pgdata")
        made.start()
        yield made
        made.stop()


def text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set the two servers and other settings; nothing is remembered of what was met before."""

    def forget() -> None:
        settings.cache_clear()
        replica._avoided.clear()
        replica._said.clear()

    def set_servers(primary: URL, second: URL | str | None, **variables: object) -> None:
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", text(primary))
        if second is not None:
            monkeypatch.setenv("WORKBENCH_REPLICA_URL", second if isinstance(second, str) else text(second))
        for name, value in variables.items():
            monkeypatch.setenv(f"WORKBENCH_{name}", str(value))
        forget()

    yield set_servers
    monkeypatch.undo()
    forget()


@pytest.fixture
def both(pair: Pair, configure: Callable[..., None]) -> Pair:
    """The pair is in use, the replica runs and is level."""
    configure(pair.primary, pair.start())
    level(pair)
    return pair


def level(pair: Pair) -> None:
    replica._avoided.clear()
    deadline = time.monotonic() + 20
    while (found := replica.choose()).lag_s is None or found.lag_s > replica.PATIENCE_S:
        assert time.monotonic() < deadline, found
        replica._avoided.clear()


def ask(url: URL, query: str) -> Any:
    with db.engine(url=url, autocommit=True).connect() as connection:
        return connection.exec_driver_sql(query).scalar()


def tell(url: URL, *statements: str) -> None:
    with db.engine(url=url, autocommit=True).connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextlib.contextmanager
def paused(pair: Pair) -> Iterator[None]:
    """The replica receives the log and does not replay it."""
    follower = pair.start()
    tell(follower, "select pg_wal_replay_pause()")
    while ask(follower, "select pg_get_wal_replay_pause_state()") != "paused":
        time.sleep(0.01)
    tell(pair.primary, "comment on database postgres is 'something new'")
    try:
        yield
    finally:
        tell(follower, "select pg_wal_replay_resume()")


def where() -> str:
    with workbench.connect() as connection:
        return "replica" if connection.exec_driver_sql("select pg_is_in_recovery()").scalar() else "primary"


def plain(words: str) -> str:
    return " ".join(words.split())


def row_of(result: report.RunResult) -> str:
    return f"from marts.report_run where run_id = '{result.run_id}'"


# Reading and writing


def test_notebooks_read_the_replica_and_cannot_write_there(both: Pair) -> None:
    with workbench.connect() as connection:
        assert connection.exec_driver_sql("select pg_is_in_recovery(), current_user").one() == (True, db.READER)
        connection.rollback()
        with pytest.raises(exc.InternalError, match="read-only transaction"):
            connection.exec_driver_sql("select marts.note_audit('probe')")
        connection.rollback()
        with pytest.raises(exc.DBAPIError, match="during recovery"):
            connection.exec_driver_sql("set transaction read write")


def test_only_reading_roles_go_to_the_replica(both: Pair) -> None:
    with workbench.connect(db.LOADER) as connection:
        assert connection.exec_driver_sql("select pg_is_in_recovery(), current_user").one() == (False, db.LOADER)
    with db.connect() as connection:
        assert not connection.exec_driver_sql("select pg_is_in_recovery()").scalar()


def test_a_report_reads_the_replica_and_its_ledger_is_on_the_primary(both: Pair, tmp_path: Path) -> None:
    before = {server: len(both.said(server)) for server in ("primary", "replica")}
    result = report.run("rag_slo", dict(AUGUST), out=tmp_path)
    said = {server: plain(both.said(server)[length:]) for server, length in before.items()}
    words = result.read_from
    told = r"replica, \d+\.\d s behind the primary; primary for the comparison of rollups with raw rows"
    assert words and re.fullmatch(told, words)
    for name in ("ai_answer_daily", "ai_learner_day", "slo_slices", "ai_latency_period", "ai_latency_exact", "rollup_freshness"):
        question = plain(sqlfiles.load(f"marts/queries/{name}")[0].split("%")[0])
        assert question in said["replica"] and question not in said["primary"], name
    assert "begin_report_run" in said["primary"] and "finish_report_run" in said["primary"]
    assert "begin_report_run" not in said["replica"] and "finish_report_run" not in said["replica"]
    assert ask(both.primary, f"select read_from {row_of(result)}") == words
    assert f"<dt>Read from</dt><dd>{words}</dd>" in result.html.read_text(encoding="utf-8")
    assert json.loads((result.folder / "run.json").read_text())["read_from"] == words
    data = result.data.read_text(encoding="utf-8")
    with db.connect() as connection:
        assert json.loads(data)["frames"] == json.loads(canonical(rag_slo.build(connection, {**AUGUST, "timezone": "UTC"})))
    assert "read_from" not in data and "behind" not in data


def test_an_earlier_cut_off_is_computed_on_the_primary(both: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {**AUGUST, "timezone": "UTC", "as_of": "2026-08-20T00:00:00Z", "start": "2026-08-10", "end": "2026-08-20"}
    monkeypatch.setenv(SOURCES_FILE, str(tmp_path / "sources"))
    with workbench.connect() as connection:
        frames = rag_slo.build(connection, asked)
    assert [source.part for source in replica.noted(tmp_path / "sources")] == [None, "figures of an earlier cut-off"]
    with db.connect() as connection:
        assert canonical(rag_slo.build(connection, asked)) == canonical(frames)
    with db.connect(url=both.start()) as connection, pytest.raises(NeedsPrimary, match="temporary tables, which a replica has not"):
        rag_slo.read(connection, rag_slo.Scope.of(asked))


def test_freshness_is_that_of_the_replica(both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "PATIENCE_S", 0.1)
    tell(both.primary, "comment on database postgres is 'not long ago'")
    level(both)
    with paused(both):
        tell(both.primary, "update marts.rollup_state set refreshed_at = refreshed_at + interval '1 hour'")
        with workbench.connect() as connection, db.connect() as on_primary:
            here = queries.marts.rollup_freshness(connection, platform="mued")
            there = queries.marts.rollup_freshness(on_primary, platform="mued")
        assert set(there["refreshed_at"] - here["refreshed_at"]) == {timedelta(hours=1)}
    tell(both.primary, "update marts.rollup_state set refreshed_at = refreshed_at - interval '1 hour'")


def test_an_identified_read_is_noted_on_the_primary(both: Pair) -> None:
    before = ask(both.primary, "select count(*) from marts.audit")
    with workbench.connect(db.IDENTIFIED) as connection:
        assert connection.exec_driver_sql("select pg_is_in_recovery()").scalar()
        assert len(queries.mued.slow_answers(connection, start="2026-08-01", end="2026-09-01", rows=3)) == 3
    assert ask(both.primary, "select count(*) from marts.audit") == before + 1


# How far behind


def test_an_idle_primary_is_no_lag(both: Pair, configure: Callable[..., None]) -> None:
    configure(both.primary, both.start(), REPLICA_MAX_LAG=0)
    level(both)
    time.sleep(0.3)
    assert ask(both.start(), "select now() - pg_last_xact_replay_timestamp() > interval '0.3 s'")
    assert any(replica.choose() == replica.Source(lag_s=0.0) for _ in range(3)), "the server itself writes a little now and then"


def test_a_replica_that_comes_level_in_a_moment_is_waited_for(both: Pair) -> None:
    tell(both.primary, "comment on database postgres is 'before a pause'")
    with paused(both):
        resume = threading.Timer(0.3, tell, [both.start(), "select pg_wal_replay_resume()"])
        resume.start()
        source = replica.choose()
        resume.join()
    assert source.is_replica and 0.1 < source.lag_s < 30


def test_lag_within_the_limit_is_told_and_beyond_it_the_primary_is_read(
    both: Pair, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replica, "PATIENCE_S", 0.1)
    tell(both.primary, "comment on database postgres is 'before the pause'")
    level(both)
    with paused(both):
        source = replica.choose()
        assert source.is_replica and 0.1 < source.lag_s < 60 and source.words() == f"replica, {source.lag_s:.1f} s behind the primary"
        assert where() == "replica" and capsys.readouterr().err == ""
        configure(both.primary, both.start(), REPLICA_MAX_LAG=0)
        assert where() == "primary"
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and said.endswith(" s behind, WORKBENCH_REPLICA_MAX_LAG is 0 s; the primary is read.\n")
    level(both)
    assert where() == "replica"


# Passed over and refused


def write_tiny(root: Path) -> None:
    """A report whose only cell reads the database."""
    cell = """\
from workbench import connect
from workbench.publish.data import write_data
with connect() as connection:
    rows = connection.exec_driver_sql("select 1").all()
write_data({"rows": [list(row) for row in rows]}, {"verdict": {"state": "met", "sentence": "Read."}, "rows_read": 1})"""
    names = "\n".join(f"{name} = None" for name in ("platform", "tenant", "timezone", "start", "end", "as_of"))
    (root / "reports").mkdir()
    (root / "notebooks" / "reports").mkdir(parents=True)
    (root / "reports" / "tiny.toml").write_text('title = "Tiny"\ndescription = "Reads."\nplatforms = ["mued"]\nfreshness_hours = 36\n')
    cells = [new_code_cell(names, metadata={"tags": ["parameters"]}), new_code_cell(cell)]
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / "reports" / "tiny.ipynb")


def test_a_stopped_replica_is_passed_over(
    both: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert where() == "replica"
    both.stop()
    try:
        assert [where(), where()] == ["primary", "primary"]
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and str(both.folder) in said and said.endswith("; the primary is read.\n")
        write_tiny(tmp_path)
        monkeypatch.setattr(paths, "REPORTS", tmp_path / "reports")
        monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
        result = report.run("tiny", {"start": "2026-08-01", "end": "2026-09-01"}, out=tmp_path / "out")
        assert result.read_from.startswith("primary (No PostgreSQL answers at ")
        assert ask(both.primary, f"select read_from {row_of(result)}") == result.read_from
        assert capsys.readouterr().err.count("; the primary is read.\n") == 1
        assert "Messages of the run" not in result.html.read_text(encoding="utf-8")
    finally:
        both.start()
    level(both)


def test_an_unreachable_replica_is_named_without_its_password(
    pair: Pair, configure: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    configure(pair.primary, UNREACHABLE)
    assert where() == "primary"
    said = capsys.readouterr().err
    assert said.startswith("workbench: No PostgreSQL answers at 127.0.0.1:1, database postgres (") and "s3cret" not in said


def test_a_replica_that_did_not_answer_is_asked_again_after_a_minute(
    both: Pair, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = time.monotonic()
    replica._avoid(replica.replica_url(), "it was away")
    assert where() == "primary"
    monkeypatch.setattr(replica.time, "monotonic", lambda: clock + replica.AVOIDED_S + 1)
    assert where() == "replica"


@pytest.mark.parametrize("idle", [False, True], ids=["a running query", "an open transaction"])
def test_what_is_in_the_way_of_the_replay_ends_with_a_sentence(both: Pair, capsys: pytest.CaptureFixture[str], idle: bool) -> None:
    tell(both.primary, "create table public.short_lived as select 1 as i", "grant select on public.short_lived to workbench_reader")
    level(both)
    dropping = threading.Timer(0.3, tell, [both.primary, "drop table public.short_lived"])
    with workbench.connect() as connection, pytest.raises(RunFailed, match=r"replica at .* ended a query .*; run it again") as caught:
        connection.exec_driver_sql("select i from public.short_lived")
        dropping.start()
        if idle:
            time.sleep(0.6)
        connection.exec_driver_sql("select pg_sleep(20)")
    dropping.join()
    assert caught.value.exit_code == 4
    assert where() == "primary", "the next query does not meet the same"
    assert "ended a query" in capsys.readouterr().err


def test_what_is_no_replica_is_refused(pair: Pair, configure: Callable[..., None]) -> None:
    configure(pair.primary, pair.primary)
    with pytest.raises(UsageError, match=r"is no replica, it takes writes of its own; correct WORKBENCH_REPLICA_URL"), workbench.connect():
        pass
    assert "no replica" in replica.status()["problem"]
    configure(pair.primary, "mysql://u:s3cret@h/d")
    with pytest.raises(UsageError, match=r"^WORKBENCH_REPLICA_URL names no PostgreSQL"), workbench.connect():
        pass


def test_a_replica_of_another_database_or_system_is_refused(pair: Pair, configure: Callable[..., None]) -> None:
    tell(pair.primary, "create database another")
    configure(pair.primary.set(database="another"), pair.start())
    with pytest.raises(UsageError, match="follows another database than the one in use"), workbench.connect():
        pass
    db.engine(db.READER).dispose()
    follower = SimpleNamespace(in_recovery=True, system_identifier=1, database="postgres")
    with pytest.raises(UsageError, match="follows another database than the one in use; correct WORKBENCH_REPLICA_URL"):
        replica._refuse_stranger(follower, SimpleNamespace(system_identifier=2, database="postgres"), "host")


def test_a_replica_is_no_primary(both: Pair, configure: Callable[..., None]) -> None:
    configure(both.start(), both.start())
    with pytest.raises(UsageError, match="WORKBENCH_DATABASE_URL is a replica itself"), workbench.connect():
        pass


def test_without_the_primary_nothing_is_read(pair: Pair, configure: Callable[..., None]) -> None:
    configure(db.parse_url(UNREACHABLE), pair.start())
    with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1"), workbench.connect():
        pass


# What is said of it


def test_status_shows_the_replica(both: Pair, configure: Callable[..., None]) -> None:
    shown = json.loads(CliRunner().invoke(app, ["db", "status", "--json"]).stdout)["replica"]
    assert shown["address"] == db.place(both.start()) and shown["lag_s"] < 5 and shown["problem"] is None
    configure(both.primary, UNREACHABLE)
    said = CliRunner().invoke(app, ["db", "status"]).stdout
    assert "Replica" in said and "No PostgreSQL answers at 127.0.0.1:1" in said


def test_without_a_replica_nothing_is_said(pair: Pair, configure: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    configure(pair.primary, None)
    assert where() == "primary" and replica.status() is None and capsys.readouterr().err == ""
