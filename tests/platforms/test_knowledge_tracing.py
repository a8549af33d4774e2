"""The preset `knowledge-tracing`: every answer comes back, in its order on a clock that is stated, and knowledge follows from it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import presets
from workbench.errors import UsageError
from workbench.metrics import bkt_fit
from workbench.queries import drivemaster as questions

HEADER = "user_id\titem_id\ttimestamp\tcorrect\tskill_id\n"
EVENTS = """
select u.email, c.title, k.key, (e.response_data -> 'isCorrect')::boolean as right, e.timestamp
from drivemaster.learning_events as e
join drivemaster.users as u on u.id = e.user_id
join drivemaster.content as c on c.id = e.content_id
join drivemaster.concepts as k on k.id = e.concept_id
order by u.email, e.timestamp
"""
COUNTS = """
select count(*), count(distinct user_id), count(distinct content_id), count(distinct concept_id),
       avg((response_data -> 'isCorrect')::boolean::integer)
from drivemaster.learning_events
"""


def write(folder: Path, name: str, *rows: str, header: str = HEADER) -> Path:
    path = folder / name
    path.write_text(header + "".join("\t".join(row.split()) + "\n" for row in rows))
    return path


def load(connection: Connection, path: Path, **options: object):
    return presets.load_preset(connection, "drivemaster", "knowledge-tracing", path, **options)


def details(connection: Connection) -> dict[str, object]:
    return connection.exec_driver_sql("select details from marts.load_run where preset = 'knowledge-tracing'").scalar_one()


@pytest.mark.slow
def test_all_answers_of_a_public_data_set_come_back(connection: Connection, real_data: Path) -> None:
    report = load(connection, real_data / "assistments09")
    assert report.rows == 278_336
    *counts, share = connection.exec_driver_sql(COUNTS).one()
    assert counts == [278_336, 3_114, 17_708, 149]
    assert round(float(share), 5) == 0.65857
    tables = {"users": 3_114, "concepts": 149, "content": 17_708, "knowledge_states": 41_212}
    for table, rows in tables.items():
        assert connection.exec_driver_sql(f"select count(*) from drivemaster.{table}").scalar_one() == rows  # noqa: S608
    files = sorted((real_data / "assistments09").glob("*.csv"))
    wanted = pd.concat([pd.read_csv(path, sep="\t") for path in files], ignore_index=True).sort_values("user_id", kind="stable")
    found = pd.read_sql(EVENTS, connection)
    for name, column in (("user_id", "email"), ("item_id", "title"), ("skill_id", "key")):
        found[name] = found[column].map({label: int(re.search(r"\d+", label)[0]) for label in found[column].unique()})
    found = found.sort_values(["user_id", "timestamp"], kind="stable")
    for name, column in (("user_id", "user_id"), ("item_id", "item_id"), ("skill_id", "skill_id"), ("correct", "right")):
        assert np.array_equal(found[column].to_numpy(int), wanted[name].to_numpy()), name
    kept = details(connection)
    assert kept["clock"].startswith("synthetic")
    assert sum(kept["fits"].values()) == 149
    assert connection.exec_driver_sql("select count(*) from drivemaster.learning_events_default").scalar_one() == 0


def test_order_is_kept_on_a_stated_clock(connection: Connection, tmp_path: Path) -> None:
    write(tmp_path, "b.tsv", "8 30 0 1 2", "7 30 0 0 2")
    write(tmp_path, "a.csv", "7 10 0 1 1", "8 10 0 0 1", "7 20 0 0 2", "7 10 0 1 1")
    report = load(connection, tmp_path, start=date(2026, 3, 1))
    assert (report.rows, report.files) == (6, ["a.csv", "b.tsv"])
    found = connection.exec_driver_sql(EVENTS).all()
    minutes = [datetime(2026, 3, 1, 0, minute, tzinfo=UTC) for minute in range(4)]
    assert [(row.title, row.key, row.right, row.timestamp) for row in found[:4]] == [
        ("Item 10", "skill-1", True, minutes[0]), ("Item 20", "skill-2", False, minutes[1]),
        ("Item 10", "skill-1", True, minutes[2]), ("Item 30", "skill-2", False, minutes[3]),
    ]  # fmt: skip
    assert [(row.title, row.right, row.timestamp) for row in found[4:]] == [("Item 10", False, minutes[0]), ("Item 30", True, minutes[1])]
    kept = details(connection)
    assert (kept["start"], kept["learners"], kept["items"], kept["skills"]) == ("2026-03-01", 2, 3, 2)
    assert "one answer a minute" in kept["clock"]


def test_times_of_the_files_are_used_where_there_are_some(connection: Connection, tmp_path: Path) -> None:
    load(connection, write(tmp_path, "a.csv", "1 10 86400 1 1", "1 10 0 0 1", "1 10 3000000 1 1"), start=date(2026, 3, 1))
    times = connection.exec_driver_sql("select timestamp from drivemaster.learning_events order by 1").scalars().all()
    assert times == [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 4, 17, 20, tzinfo=UTC)]
    assert details(connection)["clock"].startswith("timestamps of the files")
    months = (
        connection.exec_driver_sql("select distinct tableoid::regclass::text from drivemaster.learning_events order by 1").scalars().all()
    )
    assert months == ["drivemaster.learning_events_p2026_03", "drivemaster.learning_events_p2026_04"]


def test_knowledge_is_the_replay_with_parameters_fitted_to_the_answers(connection: Connection, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    user, skill = np.repeat(np.arange(40), 10), np.tile(np.arange(2), 200)
    right = rng.random(400) < 0.4 + 0.05 * np.tile(np.arange(10), 40)
    load(connection, write(tmp_path, "a.csv", *(f"{u} {k * 5} 0 {int(r)} {k}" for u, k, r in zip(user, skill, right, strict=True))))
    wanted = bkt_fit.fit(user * 2 + skill, skill, right)
    stored = pd.read_sql(
        """select k.key, s.* from drivemaster.knowledge_states as s join drivemaster.concepts as k on k.id = s.concept_id order by k.key""",
        connection,
    ).drop_duplicates("key")
    for name, column in (
        ("prior", "initial_knowledge"),
        ("learn", "learning_rate"),
        ("guess", "guess_parameter"),
        ("slip", "slip_parameter"),
    ):
        assert np.allclose(stored[column], getattr(wanted.parameters, name), rtol=0, atol=1e-12)
    audit = questions.knowledge_audit(connection)
    assert len(audit) == 80
    assert audit["difference"].abs().max() == 0
    assert (audit["answers"] == audit["counted_answers"]).all()
    counters = "select sum(total_attempts), sum(correct_attempts) from drivemaster.content"
    assert tuple(connection.exec_driver_sql(counters).one()) == (400, int(right.sum()))


def test_it_is_loaded_once(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "1 10 0 1 1")
    load(connection, path)
    with pytest.raises(UsageError, match="was loaded into this database before"):
        load(connection, path)


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (["1 10 0 2 1"], HEADER, "row 1 has correct = 2"),
        (["1 10 0 1 1", "1 10 -5 1 1"], HEADER, "row 2 has correct = 1, timestamp = -5"),
        (["1 x 0 1 1"], HEADER, "not a tab-separated file of answers"),
        (["1 10 0 1"], "user_id\titem_id\ttimestamp\tcorrect\n", "not a tab-separated file of answers"),
        (["1 10 0 1 1", "1 10 0 1 2"], HEADER, "item 10 has answers of several skills"),
        ([], HEADER, "there is no answer in"),
    ],
)
def test_a_file_of_another_shape_is_refused(connection: Connection, tmp_path: Path, rows: list[str], header: str, message: str) -> None:
    path = write(tmp_path, "a.csv", *rows, header=header)
    with pytest.raises(UsageError, match=message):
        load(connection, path)
    assert connection.exec_driver_sql("select count(*) from drivemaster.users").scalar_one() == 0


def test_a_folder_without_files_is_refused(connection: Connection, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(UsageError, match=r"no \.csv or \.tsv files"):
            load(connection, path)
