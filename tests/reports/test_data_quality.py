"""The data quality report over a history made by hand: what it says of each course a rule can take."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import check, present
from workbench.publish.data import canonical
from workbench.reports import data_quality
from workbench.reports.data_quality import views

Frames = dict[str, pd.DataFrame]
AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": ["mued", "video"], "timezone": "UTC", "as_of": "2026-09-01T00:00:00Z"}
COURSES = {
    "MUED-MATERIALS-001": ("critical", "...xx"), "MUED-MATERIALS-002": ("warning", "xxx.."), "MUED-MATERIALS-003": ("info", "x.x.x"),
    "MUED-USERS-001": ("warning", "....!"), "MUED-USERS-002": ("critical", "....."), "VIDEO-LESSONS-001": ("info", "....."),
}  # fmt: skip
STATES = {".": "passed", "x": "failed", "!": "error"}


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tables of two platforms; of `mued.sessions` no rule was ever asked."""
    for table in ("mued.materials", "mued.users", "mued.sessions", "video.lessons"):
        platform, name = table.split(".")
        ids = [(rule, severity) for rule, (severity, _) in COURSES.items() if rule.startswith(f"{platform}-{name}-".upper())]
        rules = [
            {
                "id": rule, "severity": severity, "reason": f"Because of {rule}.", "source": "design", "holds": "id is not null",
                "break": "select 1",
            }
            for rule, severity in ids or [("MUED-SESSIONS-001", "info")]
        ]  # fmt: skip
        folder = tmp_path / platform
        folder.mkdir(exist_ok=True)
        suite = {"table": table, "title": f"Rows of {table}", "owner": "data operations <us>", "key": ["id"], "rules": rules}
        (folder / f"{name}.yml").write_text(json.dumps(suite), encoding="utf-8")
    found = check.load_suites(tmp_path, extra=[])
    monkeypatch.setattr(check, "load_suites", lambda: found)


def record(connection: Connection, number: int, results: dict[str, str], **more: object) -> None:
    at = datetime(2026, 8, 3, 5, tzinfo=UTC) + timedelta(days=5 * number)
    rows = [
        {
            "rule": rule, "table": "mued.materials" if "MATERIALS" in rule else "mued.users" if "USERS" in rule else "video.lessons",
            "platform": rule.split("-")[0].lower(), "severity": COURSES[rule][0], "topic": "integrity", "state": state,
            "failed": 3 if state == "failed" else None, "keys": [{"id": "KEY-OF-A-ROW"}], "message": f"3 rows <b>of {rule}</b>",
            "duration_ms": 10 * (1 + len(rule) % 7),
        }
        for rule, state in results.items()
    ]  # fmt: skip
    document = {
        "run_id": str(UUID(int=number + 1)), "started_at": at.isoformat(), "finished_at": (at + timedelta(seconds=9)).isoformat(),
        "platforms": ["mued", "video"], "results": rows, **more,
    }  # fmt: skip
    connection.exec_driver_sql("select marts.record_check_run(%s)", (json.dumps(document),))


@pytest.fixture
def history(connection: Connection, suites: None) -> Iterator[Connection]:
    """Five runs, on 3, 8, 13, 18 and 23 August."""
    for number in range(5):
        record(connection, number, {rule: STATES[course[number]] for rule, (_, course) in COURSES.items()})
    return connection


@pytest.fixture
def frames(history: Connection) -> Frames:
    return data_quality.build(history, AUGUST)


def test_a_failing_critical_rule_is_the_verdict_with_its_age(frames: Frames) -> None:
    verdict = frames["verdict"].iloc[0]
    assert verdict["state"] == "breached"
    assert verdict["sentence"].startswith("1 critical rule fails (MUED-MATERIALS-001), the oldest since 18 August.")


def test_what_fails_is_listed_worst_first_with_reason_and_owner(frames: Frames) -> None:
    found = frames["failing"]
    assert list(found["rule"]) == ["MUED-MATERIALS-001", "MUED-MATERIALS-003"]
    assert list(found["status"]) == ["still failing", "flapping"]
    assert list(found["last_runs"]) == ["...xx", "x.x.x"] and list(found["failed"]) == [3, 3]
    assert found["reason"].iloc[0] == "Because of MUED-MATERIALS-001." and found["owner"].iloc[0] == "data operations <us>"


def test_changes_of_the_period_are_told_once_each(frames: Frames) -> None:
    told = {(row.rule, row.change, row.at.day) for row in frames["changes"].itertuples()}
    assert told == {
        ("MUED-MATERIALS-001", "began to fail", 18), ("MUED-MATERIALS-002", "began to fail", 3), ("MUED-MATERIALS-002", "fixed", 18),
        ("MUED-MATERIALS-003", "began to fail", 3), ("MUED-MATERIALS-003", "fixed", 8), ("MUED-MATERIALS-003", "began to fail", 13),
        ("MUED-MATERIALS-003", "fixed", 18), ("MUED-MATERIALS-003", "began to fail", 23),
    }  # fmt: skip


def test_a_failure_older_than_the_period_is_no_change_in_it(history: Connection) -> None:
    frames = data_quality.build(history, {**AUGUST, "start": "2026-08-20"})
    assert set(frames["changes"]["rule"]) == {"MUED-MATERIALS-003"}
    assert frames["verdict"]["state"].iloc[0] == "breached"


def test_flapping_rules_stand_apart(frames: Frames) -> None:
    assert list(frames["flapping"]["rule"]) == ["MUED-MATERIALS-003"]


def test_platforms_are_counted_with_what_got_no_answer(frames: Frames) -> None:
    found = frames["platforms"].set_index("platform")
    assert found.loc["mued", ["rules", "answered", "critical", "warning", "info", "unanswered"]].to_list() == [6, 5, 1, 0, 1, 1]
    assert found.loc["video", ["rules", "answered", "passed"]].to_list() == [1, 1, 1]


def test_the_trend_has_a_row_for_each_day_with_a_run(frames: Frames) -> None:
    found = frames["trend"]
    assert list(found["day"].dt.day) == [3, 8, 13, 18, 23]
    assert list(found["critical"]) == [0, 0, 0, 1, 1] and list(found["warning"]) == [1, 1, 1, 0, 0]
    assert list(found["unanswered"]) == [0, 0, 0, 0, 1] and set(found["answered"]) == {6}


def test_tables_that_nobody_looks_at_are_named(frames: Frames) -> None:
    assert list(frames["unchecked"]["table_name"]) == ["mued.sessions"]
    assert "1 table with rules was not checked" in frames["verdict"]["sentence"].iloc[0]


def test_a_run_over_some_of_the_rows_fixes_nothing(history: Connection) -> None:
    record(history, 5, {"MUED-MATERIALS-001": "passed"}, sample=10)
    frames = data_quality.build(history, AUGUST)
    assert frames["verdict"]["state"].iloc[0] == "breached" and bool(frames["runs"]["is_partial"].iloc[0])
    assert "MUED-MATERIALS-001" in set(frames["failing"]["rule"])


def test_only_warnings_or_a_lost_answer_are_at_risk(history: Connection) -> None:
    record(history, 5, {"MUED-MATERIALS-001": "passed", "MUED-USERS-001": "failed"})
    verdict = data_quality.build(history, AUGUST)["verdict"].iloc[0]
    assert verdict["state"] == "at_risk" and verdict["sentence"].startswith("No critical rule fails; 1 rule of severity warning fails.")


def test_all_passing_is_met(history: Connection) -> None:
    record(history, 5, dict.fromkeys(COURSES, "passed"))
    verdict = data_quality.build(history, AUGUST)["verdict"].iloc[0]
    assert verdict["state"] == "met" and verdict["sentence"].startswith("All 6 rules that were asked pass.")


@pytest.mark.parametrize("more", [{"start": "2026-07-01", "end": "2026-08-01"}, {"as_of": "2026-08-02T00:00:00Z"}])
def test_a_period_without_a_run_says_that_nobody_knows(history: Connection, more: dict[str, str]) -> None:
    frames = data_quality.build(history, {**AUGUST, **more})
    assert frames["verdict"]["state"].iloc[0] == "no_data"
    for part in (views.opening, views.failing, views.course, views.watch, views.provenance):
        assert present.outputs(*part(frames))


def test_days_are_those_of_the_time_zone(history: Connection) -> None:
    record(history, 5, {"VIDEO-LESSONS-001": "failed"}, started_at="2026-08-29T23:30:00Z", finished_at="2026-08-29T23:31:00Z")
    frames = data_quality.build(history, {**AUGUST, "timezone": "Asia/Tokyo"})
    assert frames["trend"]["day"].iloc[-1] == pd.Timestamp("2026-08-30")


def test_no_key_of_a_row_is_shown_and_markup_is_text(frames: Frames) -> None:
    shown = canonical(frames) + "".join(
        str(part) for view in (views.opening, views.failing, views.course, views.watch, views.provenance) for part in view(frames)
    )
    assert "KEY-OF-A-ROW" not in shown
    page = "".join(str(part) for part in views.failing(frames))
    assert "<b>of" not in page and "&lt;b&gt;of" in page and "&lt;us&gt;" in page


def test_same_inputs_give_the_same_bytes(history: Connection) -> None:
    first, second = (canonical(data_quality.build(history, AUGUST)) for _ in range(2))
    assert first == second
