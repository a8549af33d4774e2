"""Runs over small suites of their own: what passes, what fails with which keys, and what gets no answer, as the reading role."""

# ruff: noqa: S608

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from workbench import check, db, partition
from workbench.checking import asking, catalogue, session
from workbench.checking.asking import WHOLE
from workbench.checking.natives import NATIVES
from workbench.checking.schema import Rule
from workbench.errors import DatabaseUnreachable, Finding, RunFailed, UsageError
from workbench.settings import settings

pytestmark = pytest.mark.xdist_group("great_expectations")

GONE = "-- One row per origin at fault.\n"
CHEAP = {"expect": "expect_column_values_to_not_be_null", "with": {"column": "content_id"}}


def native(kind: str, **given: object) -> dict:
    return {"expect": f"expect_{kind}", "with": given}


def run(database: Any, suites: list, **options: Any) -> check.CheckRun:
    with database.connect() as connection:
        return check.run(connection, suites=suites, **{"record": False, **options})


def states(found: check.CheckRun) -> list[str]:
    return [result.state for result in found.results]


def count(database: Any, query: str) -> int:
    with database.connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def test_rules_of_every_kind_are_answered(seeded_database, made) -> None:
    found = run(
        seeded_database,
        made(
            CHEAP,
            {"holds": "retention_years is null or retention_years > 1"},
            {"sql": "unlicensed"},
            native("column_values_to_be_unique", column="license_type"),
            native("table_row_count_to_be_between", min_value=1),
            native("column_values_to_be_in_set", column="content_type", value_set=["material", "ai_response", "user_generated"]),
            sql={"unlicensed": GONE + "select id, source_uri from mued.provenance where license_type is null -- no licence"},
        ),
    )
    assert states(found) == ["passed", "failed", "failed", "failed", "passed", found.results[5].state], found.text()
    short, unlicensed, twins = found.results[1:4]
    assert short.failed == count(seeded_database, "select count(*) from mued.provenance where retention_years <= 1")
    assert unlicensed.failed == count(seeded_database, "select count(*) from mued.provenance where license_type is null")
    assert twins.failed == count(seeded_database, "select count(license_type) from mued.provenance")
    assert all(key.keys() == {"id"} for result in found.results for key in result.keys) and len(twins.keys) == 20
    with seeded_database.connect() as connection:
        shown = connection.exec_driver_sql(short.see_sql).all()
    assert [str(row.id) for row in shown][:20] == [key["id"] for key in short.keys]


def test_rules_over_rows_share_one_question(seeded_database, made, monkeypatch) -> None:
    asked: list[int] = []
    ask = session.Session.ask
    monkeypatch.setattr(
        session.Session, "ask", lambda self, select, questions: asked.append(len(questions)) or ask(self, select, questions)
    )
    rows = [CHEAP, {"holds": "retention_years >= 0"}, native("column_values_to_be_between", column="retention_years", min_value=0)]
    run(
        seeded_database,
        made(*rows, native("column_values_to_be_unique", column="id"), {"sql": "none"}, sql={"none": GONE + "select null as id limit 0"}),
    )
    assert asked == [3, 2]


ROWS = {
    "column_values_to_not_be_null": {"column": "license_type"},
    "column_values_to_be_null": {"column": "license_type"},
    "column_values_to_be_in_set": {"column": "license_type", "value_set": ["cc_by"]},
    "column_values_to_not_be_in_set": {"column": "content_id", "value_set": ["{content_id}"]},
    "column_values_to_be_between": {"column": "acquired_at", "min_value": "2026-08-10", "strict_min": True},
    "column_values_to_match_regex": {"column": "source_uri", "regex": "^x[[:space:]]:y%"},
    "column_values_to_not_match_regex": {"column": "source_uri", "regex": "[aeiou]"},
    "column_values_to_match_like_pattern": {"column": "source_uri", "like_pattern": "%a%"},
    "column_values_to_not_match_like_pattern": {"column": "source_uri", "like_pattern": "%a%"},
    "column_value_lengths_to_be_between": {"column": "source_uri", "min_value": 3, "max_value": 20, "strict_max": True},
    "column_value_lengths_to_equal": {"column": "source_uri", "value": 20},
    "column_pair_values_a_to_be_greater_than_b": {"column_A": "acquired_at", "column_B": "created_at"},
    "column_pair_values_to_be_equal": {"column_A": "created_at", "column_B": "updated_at"},
}


def test_the_rows_at_fault_are_those_of_great_expectations(seeded_database, made) -> None:
    assert {f"expect_{kind}" for kind in ROWS} == {name for name, native in NATIVES.items() if native.form == "row"}
    with seeded_database.connect() as connection:
        content = str(connection.exec_driver_sql("select min(content_id::text) from mued.provenance").scalar())
    given = {kind: {**named, **({"value_set": [content]} if "{content_id}" in str(named) else {})} for kind, named in ROWS.items()}
    suite = made(*(native(kind, **named) for kind, named in given.items()))[0]
    found = run(seeded_database, [suite])
    theirs = unexpected(seeded_database, suite)
    for result in found.results:
        assert result.state != "error", result.message
        assert (result.failed or 0) == theirs[result.rule.id], result.rule.says


def unexpected(database: Any, suite: check.Suite) -> dict[str, int]:
    """How many rows Great Expectations itself finds at fault."""
    with session.opened(database.url, None, None) as (opened,):
        known = catalogue.columns(opened, [suite.table])[suite.table]
        select, questions = asking.scan(suite, suite.rules, known, WHOLE)
        batch = opened.source.add_query_asset("all", query=f"select {select}").add_batch_definition_whole_table("all").get_batch()
        built = opened.gx.ExpectationSuite("suite", expectations=[session._expectation(question) for question in questions])
        results = batch.validate(built, result_format="SUMMARY").results
        return {result.expectation_config.meta["id"]: result.result["unexpected_count"] for result in results}


@pytest.mark.parametrize(
    ("column", "bound"),
    [("citation_rate", 80), ("citation_rate", 62.5), ("latency_ms", 900), ("latency_ms", 900.5), ("relevance_score", 0.7)],
)
def test_bounds_are_exact_for_every_kind_of_number(seeded_database, made, column: str, bound: float) -> None:
    rule = native("column_values_to_be_between", column=column, min_value=bound)
    exact = native("column_values_to_be_between", column=column, min_value=bound, strict_max=True, max_value=10**7)
    found = run(seeded_database, made(rule, exact, table="mued.ai_dialogue_log", time="created_at"))
    wanted = count(seeded_database, f"select count(*) from mued.ai_dialogue_log where {column} < {bound}")
    assert [result.failed for result in found.results] == [wanted, wanted] and wanted > 0


def test_a_share_may_be_enough(seeded_database, made) -> None:
    loose = native("column_values_to_not_be_null", column="license_type", mostly=0.5)
    strict = native("column_values_to_not_be_null", column="license_type", mostly=1.0)
    assert states(run(seeded_database, made(loose, strict))) == ["passed", "failed"]


def test_since_and_sample_look_at_a_part_of_the_rows(seeded_database, made) -> None:
    rules = (
        {"holds": "id is null"}, native("column_values_to_be_unique", column="license_type"),
        native("table_row_count_to_be_between", min_value=1_000_000),
    )  # fmt: skip
    rows = count(seeded_database, "select count(*) from mued.provenance")
    half = count(seeded_database, "select percentile_disc(0.5) within group (order by acquired_at) from mued.provenance")
    late = count(seeded_database, f"select count(*) from mued.provenance where acquired_at >= '{half}'")
    assert 0 < late < rows
    whole, since = (run(seeded_database, made(*rules), since=cut) for cut in (None, half))
    assert (whole.results[0].failed, since.results[0].failed) == (rows, late)
    assert whole.results[1].failed == since.results[1].failed and states(since) == ["failed"] * 3
    assert f"where \"acquired_at\" >= cast('{half.isoformat()}' as timestamp with time zone)" in since.results[0].see_sql
    sampled = run(seeded_database, made(*rules), sample=50)
    assert 0 <= (sampled.results[0].failed or 0) <= rows and states(sampled)[1:] == ["failed", "failed"]
    assert "a sample of 50 %" in sampled.text() and "uniqueness and SQL rules saw all rows" in sampled.text()


def test_since_steps_over_closed_partitions(connection, made) -> None:
    partition.ensure(connection, "video", start=date(2026, 6, 1), end=date(2026, 9, 1))
    suite = made({"id": "OWN-EVENT-001", "holds": "id is not null"}, table="video.analytics_events", time="occurred_at")[0]
    time = asking.Column("occurred_at", "timestamp with time zone", False, True)
    select, _ = asking.scan(suite, suite.rules, {"occurred_at": time}, asking.Part(datetime(2026, 8, 1, tzinfo=UTC)))
    plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"explain select {select}"))
    assert "p2026_08" in plan and "p2026_07" not in plan


def test_the_instants_of_a_run_reach_every_rule(seeded_database, made) -> None:
    at, since = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC)
    rules = (
        {"holds": "marts.check_as_of() = '2026-08-01Z' and marts.check_since() = '2026-07-20Z'"},
        {"sql": "late"},
    )
    late = GONE + "select id from mued.provenance where marts.check_as_of() <> '2026-08-01 00:00:00+00' limit 1"
    assert states(run(seeded_database, made(*rules, sql={"late": late}), as_of=at, since=since)) == ["passed", "passed"]
    unset = {"holds": "marts.check_since() is null and statement_timestamp() - marts.check_as_of() < interval '1 minute'"}
    assert states(run(seeded_database, made(unset))) == ["passed"]


def test_a_run_works_as_the_reading_role_and_cannot_write(seeded_database, made) -> None:
    role = {"holds": "current_user = 'workbench_reader' and current_setting('transaction_read_only') = 'on'"}
    temporary = {"sql": "writes"}
    text = GONE + "select id from mued.provenance where marts.note_audit('probe') is null"
    found = run(seeded_database, made(role, temporary, sql={"writes": text}))
    assert states(found) == ["passed", "error"] and "read-only transaction" in found.results[1].message


@contextmanager
def hanging_up(database: Any) -> Iterator[None]:
    """Breaks the connection of a check that sleeps."""
    done = threading.Event()
    query = """select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and application_name = 'workbench check' and wait_event = 'PgSleep'"""

    def wait() -> None:
        with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as hand:
            while not done.is_set() and not hand.exec_driver_sql(query).scalar():
                done.wait(0.02)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("rule", "said", "error"),
    [
        ({**CHEAP, "with": {"column": "colour"}}, "mued.provenance has no column colour", UsageError),
        ({"holds": "colour = 'red'"}, 'column "colour" does not exist', UsageError),
        ({"holds": "retention_years / 0 > 1"}, "division by zero", UsageError),
        ({"sql": "wrong"}, 'relation "mued.nothing" does not exist', UsageError),
        ({"sql": "hidden"}, "permission denied for table users", UsageError),
        ({"sql": "slow"}, "canceling statement due to statement timeout", RunFailed),
        ({"sql": "broken"}, "the connection was lost", RunFailed),
    ],
)  # fmt: skip
def test_what_gets_no_answer_is_an_error_that_names_file_and_rule(seeded_database, made, monkeypatch, rule, said, error) -> None:
    texts = {
        "wrong": "select id from mued.nothing",
        "hidden": "select id from mued.users where email is null",
        "slow": "select id from mued.provenance where pg_sleep(5) is null",
        "broken": "select id from mued.provenance where pg_sleep(0.5) is null",
    }
    monkeypatch.setenv("WORKBENCH_STATEMENT_TIMEOUT_S", "1")
    settings.cache_clear()
    try:
        other = made({**CHEAP, "id": "MUED-USERS-001", "with": {"column": "id"}}, table="mued.users")[0]
        (suite,) = [one for one in made(CHEAP, rule, sql={name: GONE + text for name, text in texts.items()}) if one.table != "mued.users"]
        with hanging_up(seeded_database) if "broken" in rule.values() else nullcontext():
            found = run(seeded_database, [suite, other])
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert states(found) == ["passed", "error", "passed"], found.text()
    assert said in found.results[1].message
    with pytest.raises(error) as caught:
        found.raise_for("critical")
    assert str(suite.path) in str(caught.value) and "MUED-PROV-002" in str(caught.value) and caught.value.exit_code >= 2


def test_a_hidden_column_is_named(seeded_database, made) -> None:
    found = run(seeded_database, made({**CHEAP, "with": {"column": "email"}}, table="mued.users"))
    assert "workbench_reader may not read column email of mued.users" in found.results[0].message


def test_a_missing_table_is_an_error_of_each_of_its_rules(seeded_database, made) -> None:
    found = run(seeded_database, made(CHEAP, {"holds": "true"}, table="mued.nothing"))
    assert states(found) == ["error", "error"] and "there is no table mued.nothing" in found.results[0].message


def test_an_expectation_that_great_expectations_drops_is_an_error(seeded_database, made) -> None:
    suite = made(CHEAP, CHEAP)[0]
    odd = Rule(**{**suite.rules[1].__dict__, "arguments": {"column": "content_id", "mostly": "most"}})
    found = run(seeded_database, [type(suite)(**{**suite.__dict__, "rules": (suite.rules[0], odd)})])
    assert states(found) == ["passed", "error"]


def test_a_server_that_goes_away_leaves_errors_and_exit_code_three(database, server, made) -> None:
    sleeps = {"id": "MUED-USERS-001", "sql": "sleeps"}
    made(sleeps, table="mued.users", sql={"sleeps": GONE + "select gen_random_uuid() as id where pg_sleep(60) is null"})
    suites = made(CHEAP)

    def cut(done: int, total: int | None, label: str) -> None:
        if label != "mued.provenance":
            return
        name = sql.Identifier(database.url.database).as_string()
        sleeping = "from pg_stat_activity where datname = %s and wait_event = 'PgSleep'"
        with db.engine(None, server, autocommit=True).connect() as hand:
            while not hand.exec_driver_sql(f"select 1 {sleeping}", (database.url.database,)).scalar():
                time.sleep(0.02)
            hand.exec_driver_sql(f"alter database {name} allow_connections false")
            hand.exec_driver_sql(f"select pg_terminate_backend(pid) {sleeping}", (database.url.database,))

    found = run(database, suites, progress=cut, record=True)
    assert [(result.rule.id, result.state) for result in found.results] == [("MUED-PROV-001", "passed"), ("MUED-USERS-001", "error")]
    with pytest.raises(DatabaseUnreachable, match="MUED-USERS-001: the connection was lost"):
        found.raise_for()


def test_no_server_is_said_at_once(seeded_database, made, tmp_path: Path) -> None:
    nowhere = db.engine(None, seeded_database.url.set(query={"host": str(tmp_path)}, port=1)).connect
    with pytest.raises(DatabaseUnreachable), session.opened(seeded_database.url.set(query={"host": str(tmp_path)}), None, None):
        nowhere()


def test_the_bar_decides_what_is_a_finding(seeded_database, made) -> None:
    found = run(seeded_database, made({"holds": "id is null", "severity": "warning"}, {"holds": "id is null", "severity": "info"}))
    assert [len(found.worst(bar)) for bar in ("critical", "warning", "info")] == [0, 1, 2]
    found.raise_for("critical")
    with pytest.raises(Finding, match="1 rule at or above warning failed: MUED-PROV-001"):
        found.raise_for("warning")
    assert found.counts() == {"rules": 2, "passed": 0, "failed": 2, "error": 0, "critical": 0, "warning": 1, "info": 1}


def test_targets_choose_and_unknown_ones_are_refused(seeded_database, made) -> None:
    suites = made(CHEAP, {"holds": "true", "topic": "retention"})
    chosen = {
        target: [r.rule.id[-3:] for r in run(seeded_database, suites, targets=[target]).results]
        for target in ("mued", "mued.provenance", "retention", "mued-prov-00*", "MUED-PROV-001")
    }
    assert chosen == {
        "mued": ["001", "002"], "mued.provenance": ["001", "002"], "retention": ["002"], "mued-prov-00*": ["001", "002"],
        "MUED-PROV-001": ["001"],
    }  # fmt: skip
    with pytest.raises(UsageError, match=r"'mued\.provenence' to check; did you mean mued\.provenance"):
        run(seeded_database, suites, targets=["mued.provenence"])


def test_platforms_that_are_not_set_up_are_left_out(empty_database, made) -> None:
    from workbench import migrate

    with empty_database.connect() as connection:
        migrate.setup(connection, [])
        connection.commit()
    marts = made({**CHEAP, "id": "MARTS-RUN-001", "with": {"column": "run_id"}}, table="marts.report_run")
    both = [*made(CHEAP), *(one for one in marts if one.table == "marts.report_run")]
    found = run(empty_database, list({one.table: one for one in both}.values()))
    assert found.skipped == ("mued",) and found.platforms == ("marts",) and "Not set up here: mued" in found.text()
    with pytest.raises(UsageError, match="mued is not set up here"):
        run(empty_database, [one for one in both if one.platform == "mued"])
