"""The preset `llm-requests`: daily percentiles equal the published ones, errors count against availability only."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from workbench import presets
from workbench.errors import UsageError

# Figures of the data set, computed independently (linear interpolation, errors left out), to a tenth of a millisecond.
PUBLISHED = {
    "anyscale_70b": (150, 0, 2259.5, 3125.6, 3705.7),
    "bedrock_70b": (101, 49, 6989.2, 7833.5, 8093.4),
    "groq_70b": (150, 0, 805.2, 941.5, 992.3),
    "together_13b": (149, 1, 1586.5, 1910.3, 54314.4),
}
DAILY = """
select model, occurred_at::date, count(*) filter (where not is_error), count(*) filter (where is_error), count(latency_ms),
       count(distinct learner_id), percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms)
from mued.fact_ai_answer group by 1, 2 order by 2
"""


def request(latency: float | None, error: object = None) -> dict:
    return {"error_code": error, "end_to_end_latency_s": latency, "number_input_tokens": 550, "number_output_tokens": 150}


def write(folder: Path, name: str, content: object) -> Path:
    (folder / name).write_text(json.dumps(content))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "b.json", [request(0.8051836), request(0, 429), request(None, -1)])
    return write(tmp_path, "a.json", [request(1 + n / 1000) for n in range(48)])


def test_published_percentiles_come_out_exactly(connection: Connection, real_data: Path) -> None:
    report = presets.load_preset(connection, "mued", "llm-requests", real_data / "llmperf" / "individual")
    days = {row[0]: row for row in connection.exec_driver_sql(DAILY)}
    assert (report.rows, len(days)) == (2845, 19)
    assert sum(row[3] for row in days.values()) == 539
    for model, (fine, errors, *percentiles) in PUBLISHED.items():
        assert days[model][2:4] == (fine, errors)
        assert [round(value, 1) for value in days[model][6]] == percentiles
    assert min(row[5] for row in days.values()) >= 10
    assert [row[1] for row in days.values()] == [date(2026, 1, day) for day in range(1, 20)]


def test_a_file_is_a_day_and_its_requests_are_spread_over_it(connection: Connection, folder: Path) -> None:
    report = presets.load_preset(connection, "mued", "llm-requests", folder, start=date(2026, 3, 1))
    assert (report.rows, report.files) == (51, ["a.json", "b.json"])
    times = connection.exec_driver_sql("select created_at from mued.ai_dialogue_log where model = 'a' order by 1").scalars().all()
    assert times[:3] == [datetime(2026, 3, 1, 0, minute, tzinfo=UTC) for minute in (0, 30)] + [datetime(2026, 3, 1, 1, tzinfo=UTC)]
    assert connection.exec_driver_sql(DAILY).all()[1][:6] == ("b", date(2026, 3, 2), 1, 2, 1, 3)
    answers = "select latency_ms, error_code, token_cost_jpy, citations, source, recorded_at = created_at from mued.ai_dialogue_log"
    assert connection.exec_driver_sql(f"{answers} where model = 'b' order by created_at").all() == [
        (805.1836, None, None, [], None, True), (None, "429", None, [], None, True), (None, "-1", None, [], None, True),
    ]  # fmt: skip
    note = "select platform, target, rows, rejected, preset, details ->> 'start' from marts.load_run"
    assert connection.exec_driver_sql(note).all() == [("mued", "mued.ai_dialogue_log", 51, 0, "llm-requests", "2026-03-01")]


def test_every_answer_lies_in_a_session_of_its_learner(connection: Connection, folder: Path) -> None:
    presets.load_preset(connection, "mued", "llm-requests", folder)
    outside = """select count(*) from mued.ai_dialogue_log as a left join mued.sessions as s
                 on s.id = a.session_id and s.user_id = a.user_id and a.created_at between s.started_at and s.ended_at where s.id is null"""
    assert connection.exec_driver_sql(outside).scalar_one() == 0


def test_loading_twice_is_refused(connection: Connection, folder: Path) -> None:
    presets.load_preset(connection, "mued", "llm-requests", folder)
    with pytest.raises(UsageError, match="was loaded into this database before"):
        presets.load_preset(connection, "mued", "llm-requests", folder)
    assert connection.exec_driver_sql("select count(*) from mued.ai_dialogue_log").scalar_one() == 51


def test_the_same_files_give_the_same_keys(connection: Connection, folder: Path) -> None:
    def keys() -> list:
        with connection.begin_nested() as attempt:
            presets.load_preset(connection, "mued", "llm-requests", folder)
            found = connection.exec_driver_sql(
                "select id from mued.ai_dialogue_log union all select id from mued.sessions order by 1"
            ).all()
            attempt.rollback()
        return found

    assert keys() == keys()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"error_code": None}, "must hold one JSON array"),
        ([{"latency": 1}], "element 1 has no error_code"),
        ([request(1.0), request(None)], "element 2 is no error and has no end_to_end_latency_s"),
        ([request(-1.0)], "element 1 is no error"),
    ],
)
def test_a_file_of_another_shape_is_refused(connection: Connection, tmp_path: Path, content: object, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        presets.load_preset(connection, "mued", "llm-requests", write(tmp_path, "a.json", content))


def test_an_unknown_preset_or_an_empty_folder_is_refused(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is llm-requests"):
        presets.load_preset(connection, "mued", "llm", tmp_path)
    with pytest.raises(UsageError, match=r"no \.json files of requests"):
        presets.load_preset(connection, "mued", "llm-requests", tmp_path)
