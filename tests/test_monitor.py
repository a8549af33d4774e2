"""A look at running databases: every section says what is so, what may not be seen is said, and nothing is changed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection

from workbench import db, embedded, embedded_process, indexes, monitor, partition, upkeep
from workbench.errors import UsageError
from workbench.monitoring import findings, sections

pytestmark = pytest.mark.xdist_group("monitor")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def login(cleared_database: Any) -> Iterator[Connection]:
    """A connection of the login role, for a test that leaves nothing but rows."""
    with cleared_database.connect() as connection:
        yield connection


@pytest.fixture
def alone(database: Any) -> Iterator[Connection]:
    """A connection of the login role to a database of its own."""
    with database.connect() as connection:
        yield connection


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


def rows(snapshot: monitor.Snapshot, name: str) -> list[dict[str, Any]]:
    section = snapshot.sections[name]
    assert section.note is None, section.note
    return section.rows


def row(snapshot: monitor.Snapshot, section: str, **key: Any) -> dict[str, Any]:
    (found,) = [one for one in rows(snapshot, section) if key.items() <= one.items()]
    return found


def test_every_section_is_there_and_becomes_json(login: Connection) -> None:
    snapshot = monitor.look(login)
    assert list(snapshot.sections) == [name for name in monitor.TITLES if name != "standby"]
    plain = json.loads(json.dumps(snapshot.as_dict(), default=str))
    assert plain["sections"]["server"]["rows"][0]["database"] == login.engine.url.database
    assert [section.note for section in snapshot.sections.values() if section.note] == [monitor.NO_STATEMENTS]
    for title in set(monitor.TITLES.values()) - {"What this replica follows"}:
        assert title in snapshot.text()


def test_looking_changes_nothing_and_leaves_the_session_as_it_was(login: Connection) -> None:
    before = login.exec_driver_sql("show all").all()
    login.commit()
    monitor.look(login)
    assert not login.in_transaction()
    assert login.exec_driver_sql("show all").all() == before


def test_sizes_and_dead_rows_count_partitions_with_their_table(alone: Connection) -> None:
    partition.ensure(alone, "drivemaster")
    run(
        alone,
        "insert into drivemaster.users (email, password_hash) select 'u' || n || '@example.org', 'x' from generate_series(1, 12000) as n",
        "set session_replication_role = replica",  # nothing refers to them: thousands of times that need not be found out
        "delete from drivemaster.users where email < 'u5'",
        "set session_replication_role = origin",
        "analyze drivemaster.users",
        "set enable_indexscan = off",
        "select count(*) from drivemaster.users where display_name = 'nobody'",
        "set enable_indexscan = on",
        "select pg_stat_force_next_flush()",
    )
    snapshot = monitor.look(alone)
    users = row(snapshot, "tables", table="drivemaster.users")
    assert users["dead_rows"] == 12000 - users["live_rows"] > 3000 and users["dead_ratio"] == users["dead_rows"] / 12000
    assert users["added"] == 12000 and users["removed"] == users["dead_rows"]
    assert users["total_bytes"] == users["table_bytes"] + users["index_bytes"] > 1_000_000 and users["partitions"] == 0
    assert users["analyzed_at"] is not None and users["vacuumed_at"] is None
    assert row(snapshot, "tables", table="drivemaster.knowledge_states")["partitions"] == 8
    assert "drivemaster.knowledge_states_0" not in {one["table"] for one in rows(snapshot, "tables")}
    events = row(snapshot, "indexes", index="drivemaster.idx_learning_events_context")
    assert events["bytes"] > 8192 * 4 and events["scans"] == 0
    assert rows(snapshot, "tables")[0]["table"] == "drivemaster.users", "the largest comes first"


def test_large_tables_read_from_end_to_end_are_named(alone: Connection) -> None:
    run(
        alone,
        "insert into drivemaster.users (email, password_hash) select 'u' || n || '@example.org', 'x' from generate_series(1, 12000) as n",
        *["select count(*) from drivemaster.users where display_name = 'nobody'"] * 12,
        "select pg_stat_force_next_flush()",
    )
    snapshot = monitor.look(alone)
    scans = row(snapshot, "scans", table="drivemaster.users")
    assert scans["sequential_scans"] >= 12 and scans["rows_read"] >= 12 * 12000 and scans["sequential_ratio"] > 0.5
    assert any("drivemaster.users was read from end to end" in sentence for sentence in snapshot.findings)


def test_transactions_and_who_waits_for_whom(login: Connection, cleared_database: Any) -> None:
    with cleared_database.connect() as holder, cleared_database.connect() as waiter:
        holder.exec_driver_sql("lock table mued.users in access exclusive mode")
        pid = db.raw(waiter).info.backend_pid
        waiting = threading.Thread(target=lambda: waiter.exec_driver_sql("select 'secret word' from mued.users limit 1").all())
        waiting.start()
        time.sleep(1.2)
        began = time.monotonic()
        snapshot = monitor.look(login)
        assert time.monotonic() - began < 5, "a table that somebody holds alone does not stop the look"
        holder.rollback()
        waiting.join(10)
    wait = row(snapshot, "waits", pid=pid)
    assert wait["what"] == "mued.users" and wait["waiting_s"] >= 1 and len(wait["blocked_by"]) == 1
    assert wait["blocker_state"] == "idle in transaction"
    assert wait["query"] == "select '…' from mued.users limit 1", "quoted values are not shown"
    assert {one["pid"] for one in rows(snapshot, "transactions")} == {pid, *wait["blocked_by"]}
    assert row(snapshot, "transactions", pid=pid)["waits_for"] == "Lock: relation"
    states = {one["state"]: one for one in rows(snapshot, "connections")}
    assert states["idle in transaction"]["in_this_database"] == 1
    assert states["active"]["of_max_ratio"] == states["active"]["connections"] / states["active"]["max_connections"]


def test_slow_statements_need_the_extension_and_can_be_searched(alone: Connection) -> None:
    assert "create extension pg_stat_statements" in monitor.look(alone).text()
    run(alone, "create extension pg_stat_statements", "select pg_stat_statements_reset()", "select count(*) from mued.sessions")
    run(alone, *["select count(*) from mued.users where email = 'x@example.org'"] * 3)
    snapshot = monitor.look(alone, containing="MUED.Users")
    (statement,) = rows(snapshot, "statements")
    assert statement["calls"] == 3 and statement["mean_ms"] > 0 and statement["total_ms"] >= 3 * statement["mean_ms"] * 0.99
    assert "example.org" not in statement["query"]
    assert len(rows(monitor.look(alone), "statements")) > 1


def test_ages_of_rollup_report_and_load(seeded_database: Any, login: Connection) -> None:
    with seeded_database.connect() as seeded:
        snapshot = monitor.look(seeded)
    rollup = row(snapshot, "freshness", what="rollup", name="mued")
    assert 0 <= rollup["age_s"] < 86_400 and rollup["note"] == "0 days changed since"
    assert row(snapshot, "freshness", what="load", name=None)["note"] == "never"
    assert row(monitor.look(login), "freshness", what="rollup", name=None)["note"] == "never"
    run(
        login,
        "insert into marts.rollup_state values ('ai_answer_day', 'UTC', 'mued', 'x', now() - interval '3 days')",
        "insert into marts.touched_day (platform, fact, day) values ('mued', 'fact_ai_answer', '2026-01-01')",
        "insert into marts.load_run (platform, target, source, rows, finished_at) values ('mued', 'mued.users', 'a.csv', 7, now())",
        "insert into marts.report_run (report, parameters, parameters_hash, state, finished_at) "
        "values ('rag_slo', '{}', 'x', 'failed', now())",
    )
    snapshot = monitor.look(login)
    assert row(snapshot, "freshness", what="rollup")["note"] == "1 days changed since"
    assert row(snapshot, "freshness", what="load")["note"] == "7 rows in 1 loads"
    assert row(snapshot, "freshness", what="report") | {"last_at": None, "age_s": None} == row(snapshot, "freshness", what="report")
    assert any("The rollups of mued are 3 d" in sentence for sentence in snapshot.findings)
    assert any("Report rag_slo: 1 failed in 7 days" in sentence for sentence in snapshot.findings)


def test_months_that_are_missing_and_rows_in_default(alone: Connection) -> None:
    run(alone, "insert into video.tenants (slug, name) values ('t', 'T')")
    snapshot = monitor.look(alone)
    audit = row(snapshot, "partitions", table="video.audit_logs")
    assert audit["default_rows"] == 1 and audit["missing"].startswith(f"{datetime.now(UTC):%Y-%m}")
    assert any("video.audit_logs has 1 rows in DEFAULT" in sentence for sentence in snapshot.findings)
    partition.ensure(alone)
    alone.commit()
    snapshot = monitor.look(alone)
    assert {one["missing"] for one in rows(snapshot, "partitions")} == {""}
    assert row(snapshot, "partitions", table="learning.interactions")["default_rows"] is None


def test_an_empty_database_shows_its_server_and_says_what_is_missing(empty_database: Any) -> None:
    with empty_database.connect() as connection:
        snapshot = monitor.look(connection)
        with pytest.raises(UsageError, match=r"mued is not set up .*workbench db up mued"):
            monitor.plugins(connection)
    assert snapshot.sections["freshness"].note == snapshot.sections["partitions"].note == monitor.NOT_SET_UP
    assert rows(snapshot, "server") and rows(snapshot, "tables") == []
    assert "Tables: none" in snapshot.text()


def test_a_login_without_privileges_sees_less_and_is_told_so(database: Any, alone: Connection) -> None:
    run(alone, "drop role if exists test_watcher", "create role test_watcher login", "create extension pg_stat_statements")
    url = database.url.set(username="test_watcher")
    try:
        with db.engine(url=url).connect() as connection:
            snapshot = monitor.look(connection)
    finally:
        db.engine(url=url).dispose()
        run(alone, "drop role test_watcher")
    assert "not to be seen (permission denied" in snapshot.sections["freshness"].note
    assert "may not act as it" in snapshot.sections["partitions"].note
    assert {"server", "connections", "tables", "indexes"} <= {name for name, one in snapshot.sections.items() if one.rows}
    assert "not shown to this login" in {one["state"] for one in rows(snapshot, "connections")}


class TestPlugins:
    NOW = datetime.now(UTC)

    @pytest.fixture
    def used(self, alone: Connection) -> Connection:
        answers = [
            *[("note", timedelta(hours=hour), 1000.0 + hour, None) for hour in range(1, 21)],
            *[("note", timedelta(hours=2), None, "timeout")] * 3,
            ("note", timedelta(days=3), 9000.0, None),
            ("local", timedelta(days=6), 500.0, None),
            ("local", timedelta(days=8), 1.0, None),
            ("rogue", timedelta(hours=1), 700.0, None),
            (None, timedelta(hours=1), 600.0, None),
        ]
        for source, ago, latency, error in answers:
            alone.exec_driver_sql(
                "insert into mued.ai_dialogue_log (source, created_at, latency_ms, error_code) values (%s, %s, %s, %s)",
                (source, self.NOW - ago, latency, error),
            )
        run(alone, "update mued.plugin_registry set enabled = false, health_status = 'degraded' where source = 'note'")
        return alone

    def test_answers_errors_and_latency_of_the_last_day_and_week(self, used: Connection) -> None:
        found = {plugin.source: plugin for plugin in monitor.plugins(used).plugins}
        note, local = found["note"], found["local"]
        assert (note.enabled, note.health) == (False, "degraded")
        assert (note.answers_24h, note.errors_24h, note.answers_7d, note.errors_7d) == (23, 3, 24, 3)
        assert note.p50_24h_ms == pytest.approx(1010.5) and note.p95_24h_ms == pytest.approx(1019.05)
        assert note.p50_7d_ms == pytest.approx(1011)
        assert note.error_24h_ratio == pytest.approx(3 / 23)
        assert (local.answers_24h, local.error_24h_ratio, local.p50_24h_ms, local.answers_7d) == (0, None, None, 1)
        assert local.last_day_of_use == f"{self.NOW - timedelta(days=6):%Y-%m-%d}"
        assert (found["rogue"].enabled, found["rogue"].health, found["unknown"].health) == (None, "not registered", "no source")
        assert list(found) == ["local", "note", "rogue", "unknown"], "registered ones first"

    def test_what_deserves_a_look_is_said(self, used: Connection) -> None:
        report = monitor.plugins(used)
        assert report.findings == [
            "note is degraded.",
            "note is disabled, yet answered 23 times in 24 hours.",
            "note failed 3 of 23 answers in 24 hours.",
            "rogue is not registered.",
        ]
        assert "note" in report.text() and json.dumps(report.as_dict(), default=str)

    def test_before_the_last_week_the_rollup_knows_the_last_use(self, seeded_database: Any) -> None:
        with seeded_database.connect() as connection:
            found = {plugin.source: plugin for plugin in monitor.plugins(connection).plugins}
        assert found["note"].answers_7d == 0 and found["note"].last_answer_at is None
        assert found["note"].last_day_of_use <= "2026-09-01"


@pytest.fixture(scope="module")
def pair(own_server: Any) -> Iterator[tuple[URL, URL]]:
    """A primary without schemas and a real replica that streams from it."""
    with own_server() as primary, embedded.temporary_folder() as folder:
        data = folder / "pgdata"
        who, _ = embedded._prepare(data)
        program = embedded_process.reachable_binaries(who, data) / "pg_basebackup"
        if not program.is_file():
            pytest.skip("there is no pg_basebackup beside the server")
        where = ("-h", primary.query["host"], "-p", primary.query["port"], "-U", primary.username)
        embedded_process.run(who, program, "-D", data, "-R", *where, "-X", "stream", "--checkpoint=fast", "--no-sync", cwd=folder)
        yield primary, embedded.ensure_server(data, "postgres", extra=embedded.THROWAWAY)
        embedded.stop_server(data)


class TestReplication:
    def test_lag_is_seen_from_both_sides(self, pair: tuple[URL, URL]) -> None:
        primary, follower = pair
        with db.engine(url=primary).connect() as first, db.engine(url=follower).connect() as second:
            self.wait(first, "select count(*) from pg_stat_replication where state = 'streaming' and replay_lsn = pg_current_wal_lsn()")
            (level,) = rows(monitor.look(first), "replicas")
            assert level["state"] == "streaming" and level["behind_bytes"] == 0
            standby = monitor.look(second)
            assert row(standby, "server")["is_replica"] and "standby" not in monitor.look(first).sections
            assert row(standby, "standby") | {"status": "streaming", "behind_s": 0, "not_replayed_bytes": 0} == row(standby, "standby")
            run(second, "select pg_wal_replay_pause()")
            self.wait(second, "select (pg_get_wal_replay_pause_state() = 'paused')::int")
            run(first, "create table grown as select generate_series(1, 50000) as n")
            self.wait(first, "select count(*) from pg_stat_replication where flush_lsn = pg_current_wal_lsn()")
            assert row(monitor.look(first), "replicas")["behind_bytes"] > 1_000_000
            assert row(monitor.look(second), "standby")["not_replayed_bytes"] > 1_000_000
            run(second, "select pg_wal_replay_resume()")

    @pytest.mark.parametrize("verb", [upkeep.optimize, upkeep.maintenance, indexes.look])
    def test_a_replica_is_not_kept_up_but_its_primary(self, pair: tuple[URL, URL], verb: Any) -> None:
        with (
            db.engine(url=pair[1]).connect() as connection,
            pytest.raises(UsageError, match="read replica; give the address of its primary"),
        ):
            verb(connection)

    def wait(self, connection: Connection, query: str) -> None:
        deadline = time.monotonic() + 20
        while not connection.exec_driver_sql(query).scalar():
            connection.commit()
            assert time.monotonic() < deadline, query
            time.sleep(0.02)
        connection.commit()


class TestFindings:
    def test_nothing_stands_out_of_nothing(self) -> None:
        assert findings.found({}) == []

    @pytest.mark.parametrize(
        ("section", "found", "words"),
        [
            ("server", {"oldest_transaction_id_age": 600_000_000}, "600,000,000 transactions old"),
            ("server", {"disk_bytes": 100, "disk_free_bytes": 5}, "5 B left of 100 B"),
            ("connections", {"connections": 80, "max_connections": 100}, "80 of 100 connections"),
            ("transactions", {"pid": 7, "login": "me", "state": "idle in transaction", "open_s": 301}, "open for 5 min 1 s"),
            ("waits", {"pid": 7, "what": "mued.users", "waiting_s": 11, "blocked_by": [8], "blocker_state": "idle"}, "held by 8"),
            ("cache", {"schema": "mued", "table_hit_ratio": 0.5, "index_hit_ratio": None, "blocks_read": 200_000}, "Only 50% of the table"),
            ("tables", {"table": "mued.users", "dead_rows": 20_000, "dead_ratio": 0.5}, "20,000 dead rows (50%)"),
            ("replicas", {"replica": "r1", "behind_s": 61.0, "behind_bytes": 5}, "Replica r1 is 1 min 1 s and 5 B behind"),
            ("replicas", {"replica": "r1", "behind_s": None, "behind_bytes": 200 * 1024**2}, "200 MB behind"),
            ("standby", {"status": None, "behind_s": None, "last_replayed_at": None}, "receives nothing"),
            ("standby", {"status": "streaming", "behind_s": 90.0, "last_replayed_at": None}, "1 min 30 s behind"),
        ],
    )
    def test_limits(self, section: str, found: dict[str, Any], words: str) -> None:
        (sentence,) = findings.found({section: [found]})
        assert words in sentence and sentence.endswith(".")

    def test_quoted_values_are_not_shown(self) -> None:
        assert sections.masked("select $a$x$a$,\n 'it''s', $$y$$, $1, 7") == "select '…', '…', '…', $1, 7"


class TestCommandLine:
    def test_watching_prints_a_document_a_line_until_it_is_interrupted(self, cleared_database: Any) -> None:
        given = os.environ | {"WORKBENCH_DATABASE_URL": cleared_database.url.render_as_string(hide_password=False)}
        command = [sys.executable, "-m", "workbench", "monitor", "plugins", "--watch", "0.1", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given) as process:
            lines = [process.stdout.readline() for _ in range(2)]
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
        assert [len(json.loads(line)["plugins"]) for line in lines] == [2, 2]
        assert process.returncode == 0, said

    def test_an_unreachable_server_is_exit_3(self, in_process: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", "postgresql://me:s3cret@127.0.0.1:1/none")
        done = in_process("monitor")
        assert done.returncode == 3 and "127.0.0.1" in done.stderr and "s3cret" not in done.stdout + done.stderr

    def test_start_stop_and_status_speak_of_the_server_in_use(
        self, database: Any, in_process: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The test server named by a URL is somebody's own: no embedded one may be started, and it may not be stopped."""
        url = database.url.render_as_string(hide_password=False)
        elsewhere = f"{embedded.default_data_dir()}_unused"
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", url)
        monkeypatch.setenv("WORKBENCH_PGDATA", elsewhere)
        said = {}
        for verb in ("start", "stop", "status"):
            done = in_process("db", verb)
            assert done.returncode == 0, done.stderr
            said[verb] = done.stdout
        assert "answers at" in said["start"] and "as WORKBENCH_DATABASE_URL says" in said["start"]
        assert "is left alone" in said["stop"] and "embedded server is stopped" not in said["stop"]
        assert "given by WORKBENCH_DATABASE_URL" in said["status"]
        assert not Path(elsewhere).exists()
        with database.connect() as connection:
            assert connection.exec_driver_sql("select 1").scalar() == 1

    def test_stop_says_when_nothing_was_running(self, tmp_path: Any, in_process: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("WORKBENCH_PGDATA", str(tmp_path / "none"))
        assert f"No embedded server was running on {tmp_path / 'none'}." in in_process("db", "stop").stdout
