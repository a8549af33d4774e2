"""What a run leaves: its ledger, the history over runs, JUnit, a page; none of them holds a value of a row that is no key."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from workbench import check, db
from workbench.checking import junit, ledger
from workbench.checking.results import CheckRun, RuleResult
from workbench.queries import checks

pytestmark = pytest.mark.xdist_group("great_expectations")

START = datetime(2026, 8, 1, 6, tzinfo=UTC)
PASSED, FAILED, ERROR = ".", "x", "?"
STATES = {PASSED: "passed", FAILED: "failed", ERROR: "error"}


def run_of(suite: check.Suite, states: str, number: int, **part: Any) -> CheckRun:
    """A run whose rules came to these states, one letter a rule."""
    results = [
        RuleResult(rule, suite, STATES[letter], {PASSED: 0, FAILED: 3}.get(letter), [{"id": 1}] * (letter == FAILED), "said")
        for rule, letter in zip(suite.rules, states, strict=True)
    ]
    begun = START + timedelta(days=number)
    whole = {"as_of": None, "since": None, "sample": None, **part}
    key = f"00000000-0000-4000-8000-{number:012}"
    return CheckRun(key, begun, begun + timedelta(seconds=5), **whole, platforms=("mued",), skipped=(), targets=(), results=results)


def history(database: Any, made: Any, **told: str) -> dict[str, Any]:
    """The history after runs in which each rule, by name, came to its states, oldest first."""
    names = [{"holds": "true", "id": f"OWN-{name.upper()}-001"} for name in told]
    suite = made(*names)[0]
    with database.connect(db.READER) as connection:
        for number, states in enumerate(zip(*told.values(), strict=True)):
            ledger.record(connection, run_of(suite, "".join(states), number))
        found = checks.history(connection)
    return {row["rule"][4:-4].lower(): row for row in found.to_dict("records")}


def test_history_tells_new_from_old_and_fixed_from_flapping(database, made) -> None:
    found = history(
        database, made, calm="......", fresh=".....x", still="..xxxx", fixed="..xxx.", flaps=".x.x.x", always="xxxxxx", silent=".....?"
    )  # fmt: skip
    assert {name: row["status"] for name, row in found.items()} == {
        "calm": "passing", "fresh": "first seen", "still": "still failing", "fixed": "fixed", "flaps": "flapping",
        "always": "still failing", "silent": "passing",
    }  # fmt: skip
    day = [START + timedelta(days=number) for number in range(6)]
    assert found["still"]["since_at"] == found["still"]["first_failed_at"] == day[2] and found["still"]["last_failed_at"] == day[5]
    assert found["fixed"]["since_at"] == day[5] and found["always"]["since_at"] == day[0] and found["calm"]["since_at"] == day[0]
    assert found["flaps"]["changes"] == 5 and found["flaps"]["last_runs"] == ".x.x.x" and found["flaps"]["failed_runs"] == 3
    assert found["silent"]["checked_at"] == day[4], "a run without an answer says nothing"


def test_only_the_last_ten_runs_flap(database, made) -> None:
    found = history(database, made, once="x.x.x." + "." * 10, lately="." * 10 + ".x.x..", twice="." * 13 + ".x.")
    assert [found[name]["status"] for name in ("once", "lately", "twice")] == ["passing", "flapping", "fixed"]


def test_a_pass_on_a_part_of_the_rows_is_no_proof(database, made) -> None:
    suite = made({"holds": "true"})[0]
    with database.connect(db.READER) as connection:
        ledger.record(connection, run_of(suite, FAILED, 0))
        ledger.record(connection, run_of(suite, PASSED, 1, since=START))
        ledger.record(connection, run_of(suite, PASSED, 2, sample=5.0))
        assert checks.history(connection)["status"].tolist() == ["first seen"]
        latest = checks.latest(connection, tables=["mued.provenance"])
        assert latest[["rule", "state", "failed"]].values.tolist() == [["MUED-PROV-001", "failed", 3]] and latest["keys"][0] == [{"id": 1}]
        assert checks.latest(connection, tables=["mued.users"]).empty
        assert checks.history(connection, platform="video").empty and checks.history(connection, until=START).empty


def test_a_run_is_recorded_by_the_reading_role_through_one_function(database, made) -> None:
    with database.connect() as connection:
        found = check.run(connection, suites=made({"holds": "true"}), as_of=START, sample=50)
        row = connection.exec_driver_sql("select run_id::text, as_of, sample, platforms from marts.check_run").one()
        assert tuple(row) == (found.run_id, START, 50.0, ["mued"])
        assert connection.exec_driver_sql("select rule, state, failed from marts.check_result").all() == [("MUED-PROV-001", "passed", 0)]
    with database.connect(db.READER) as reader, pytest.raises(Exception, match=r"permission denied|read-only"):
        reader.exec_driver_sql("set transaction read write")
        reader.exec_driver_sql("delete from marts.check_result")


def test_without_record_nothing_is_written(database, made) -> None:
    with database.connect() as connection:
        check.run(connection, suites=made({"holds": "true"}), record=False)
        assert connection.exec_driver_sql("select count(*) from marts.check_run").scalar() == 0


def test_junit_fails_at_the_bar_and_tells_of_the_rest(made) -> None:
    rules = [{"holds": "true", "severity": severity, "reason": "<5 & \x07 ミュー"} for severity in ("critical", "warning", "info", "info")]
    run = run_of(made(*rules)[0], "xx.?", 0)
    root = junit.document(run, "critical")
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("mued.provenance", "4", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [["failure"], ["system-out"], [], ["error"]]
    assert {case.get("classname") for case in suite} == {"mued.provenance"} and suite[0].get("name") == "MUED-PROV-001 <5 & � ミュー"
    assert suite[0].get("file").endswith("provenance.yml") and "keys: id=1" in suite[0][0].text
    assert [[child.tag for child in case] for case in junit.document(run, "info")[0]] == [["failure"], ["failure"], [], ["error"]]


def test_junit_has_the_usual_shape(made, tmp_path: Path) -> None:
    junit.write(run_of(made({"holds": "true"}, {"holds": "true"})[0], "x.", 0), tmp_path / "deep" / "checks.xml", "info")
    root = ElementTree.parse(tmp_path / "deep" / "checks.xml").getroot()
    allowed = {
        "testsuites": {"name", "tests", "failures", "errors", "time"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        "testcase": {"name", "classname", "file", "time"},
        "failure": {"message", "type"},
    }
    for element in root.iter():
        assert element.attrib.keys() == allowed[element.tag]
        for number in ("tests", "failures", "errors", "skipped", "time"):
            assert float(element.get(number, "0")) >= 0
    assert datetime.fromisoformat(root[0].get("timestamp")).tzinfo is None


SECRET = "hanako.geheim@example.com"


def test_no_output_holds_a_value_of_a_row(database, made, tmp_path: Path, capfd) -> None:
    rules = [
        {"expect": f"expect_{kind}", "with": given}
        for kind, given in {
            "column_values_to_be_in_set": {"column": "source_uri", "value_set": ["x"]},
            "column_values_to_match_regex": {"column": "source_uri", "regex": "^x$"},
            "column_values_to_be_unique": {"column": "source_uri"},
            "column_distinct_values_to_be_in_set": {"column": "source_uri", "value_set": ["x"]},
            "column_unique_value_count_to_be_between": {"column": "source_uri", "max_value": 0},
            "column_value_lengths_to_equal": {"column": "source_uri", "value": 3},
        }.items()
    ]
    rules += [{"holds": "source_uri = 'x'"}, {"holds": "cast(source_uri as integer) > 3"}, {"sql": "leaky"}, {"sql": "cast"}]
    texts = {
        "leaky": "-- One row per origin at fault.\nselect id, source_uri from mued.provenance",
        "cast": "-- One row per origin at fault.\nselect id from mued.provenance where cast(source_uri as date) < marts.check_as_of()",
    }
    with database.connect() as connection:
        connection.exec_driver_sql(
            "insert into mued.provenance (content_id, content_type, source_uri, license_type, acquisition_method, acquired_at, hash_c2pa)"
            " select gen_random_uuid(), 'material', %s, 'cc_by', (enum_range(null::mued.acquisition_method))[1], now(), 'x'"
            " from generate_series(1, 2)", (SECRET,)
        )  # fmt: skip
        connection.commit()
        found = check.run(connection, suites=made(*rules, sql=texts))
        assert [result.state for result in found.results] == ["failed"] * 7 + ["error", "failed", "error"], found.text()
        check.write_junit(found, tmp_path / "run.xml", "info")
        check.write_page(connection, found, tmp_path / "run.html")
        connection.rollback()
        stored = connection.exec_driver_sql("select to_jsonb(r)::text from marts.check_result as r").scalars().all()
        history = checks.history(connection).astype(str).to_json() + checks.latest(connection).astype(str).to_json()
    written = [(tmp_path / name).read_text(encoding="utf-8") for name in ("run.xml", "run.html")]
    captured = capfd.readouterr()
    said = [found.text(), json.dumps(found.as_dict()), *stored, history, *written, captured.out, captured.err]
    with pytest.raises(Exception) as caught:
        found.raise_for("info")
    for text in [*said, str(caught.value)]:
        assert "geheim" not in text and "hanako" not in text
    assert not captured.out and not captured.err, "a run prints nothing by itself"
    assert 'invalid input syntax for type integer: "…"' in found.results[7].message
