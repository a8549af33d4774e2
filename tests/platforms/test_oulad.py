"""The preset `oulad`: every published figure comes back from a query exactly, and nothing is dropped."""

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, partition, presets, queries
from workbench.errors import UsageError
from workbench.presets import oulad_rows

pytestmark = pytest.mark.xdist_group("university")

learning = queries.learning
HEADS = {
    "courses": "code_module,code_presentation,module_presentation_length\nAAA,2013J,268",
    "assessments": "code_module,code_presentation,id_assessment,assessment_type,date,weight\n"
    "AAA,2013J,1,TMA,19,10.0\nAAA,2013J,2,Exam,,100",
    "vle": "id_site,code_module,code_presentation,activity_type,week_from,week_to\n7,AAA,2013J,resource,,\n8,AAA,2013J,quiz,1,2",
    "studentInfo": "code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,num_of_prev_attempts,"
    "studied_credits,disability,final_result\nAAA,2013J,11,F,Wales,HE,10-20,0-35,0,60,False,Pass\n"
    "AAA,2013J,12,M,Wales,HE,,0-35,0,60,False,Withdrawn",
    "studentRegistration": "code_module,code_presentation,id_student,date_registration,date_unregistration\n"
    "AAA,2013J,11,-20,5\nAAA,2013J,12,,",
    "studentAssessment": "id_assessment,id_student,date_submitted,is_banked,score\n1,11,18,False,39\n1,12,-1,True,\n2,11,90,False,40",
    "studentVle": "code_module,code_presentation,id_student,id_site,date,sum_click\n"
    "AAA,2013J,11,7,18,3\nAAA,2013J,11,7,18,3\nAAA,2013J,12,8,-3,1",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set of one course, two students, and one of each defect."""
    for name, text in HEADS.items():
        (tmp_path / f"{name}.csv").write_text(text + "\n")
    (tmp_path / "daily_clicks").mkdir()
    (tmp_path / "daily_clicks" / "AAA_2013J.csv").write_text("date,total_clicks\n-1,5\n18,40\n-2,7\n")
    return tmp_path


@pytest.fixture(scope="module")
def university(university_database) -> Iterator[Connection]:
    """The whole data set, seen by an analyst."""
    with university_database.connect(db.READER) as reader:
        yield reader


def published(real_data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(real_data / "oulad" / name)


# The whole data set


def test_every_enrolment_comes_back_with_its_result(university: Connection, real_data: Path) -> None:
    found = learning.enrolment_results(university)
    assert found.groupby("final_result")["enrolments"].sum().to_dict() == {
        "Pass": 12_361, "Withdrawn": 10_156, "Fail": 7_052, "Distinction": 3_024,
    }  # fmt: skip
    wanted = published(real_data, "studentInfo.csv").groupby(["code_module", "code_presentation", "final_result"]).size()
    assert found["enrolments"].tolist() == wanted.tolist()
    assert found["title"].nunique() == 22
    assert found["share"].between(found["share_low"], found["share_high"]).all()


def test_scores_are_spread_as_published(university: Connection, real_data: Path) -> None:
    found = learning.score_distribution(university)
    whole = found.iloc[0]
    assert whole["title"] is None
    counts = whole[["submissions", "scores", "missing", "carried_over"]].tolist()
    assert counts == [173_912, 173_739, 173, 1_909]
    assert whole["mean"] == pytest.approx(75.79957, abs=5e-6)
    assert whole[["p05", "p25", "p50", "p75", "p95"]].tolist() == [40, 65, 80, 90, 100]
    scores = published(real_data, "studentAssessment.csv").merge(published(real_data, "assessments.csv"), on="id_assessment")
    wanted = scores.groupby(["code_module", "code_presentation"])["score"].agg(["size", "count", "mean"])
    assert found["submissions"].tolist()[1:] == wanted["size"].tolist()
    assert found["mean"].tolist()[1:] == pytest.approx(wanted["mean"].tolist())


def test_daily_totals_come_back_day_by_day(university: Connection, real_data: Path) -> None:
    found = learning.daily_clicks(university)
    assert found["clicks"].sum() == 39_605_099
    for title, days in found.groupby("title"):
        wanted = published(real_data, f"daily_clicks/{title.replace(' ', '_')}.csv").sort_values("date")
        assert days["day"].tolist() == wanted["date"].tolist()
        assert days["clicks"].tolist() == wanted["total_clicks"].tolist()
    first = found[(found["title"] == "FFF 2014J") & (found["day"] == 0)].iloc[0]
    assert first["date"] == pd.Timestamp("2014-10-01")
    totals = learning.click_totals(university).set_index("title")
    assert totals.loc["FFF 2014J", ["clicks", "peak_clicks", "peak_day"]].tolist() == [5_281_809, 73_321, 240]
    assert totals["clicks"].sum() == 39_605_099


def test_the_sampled_clicks_are_all_there_and_none_is_taken_for_another(university: Connection, real_data: Path) -> None:
    totals, clicks = learning.click_totals(university), published(real_data, "studentVle_sample100001.csv")
    wanted = clicks.groupby(["code_module", "code_presentation"])["sum_click"].agg(["size", "sum"])
    assert totals["sampled_rows"].sum() == 100_000
    assert totals[totals["sampled_rows"] > 0]["sampled_rows"].tolist() == wanted["size"].tolist()
    assert totals["sampled_clicks"].sum() == clicks["sum_click"].sum()
    equal = """select cast(sum(twins - 1) as bigint) from (
                   select count(*) as twins from learning.interactions where interaction_type = 'view'
                   group by user_id, generated_asset_id, created_at, interaction_data
               ) as alike"""
    assert university.exec_driver_sql(equal).scalar_one() == clicks.duplicated().sum() == 87


def test_weeks_before_the_beginning_are_negative(university: Connection, real_data: Path) -> None:
    found = learning.enrolment_weeks(university).set_index("week")
    dates = published(real_data, "studentRegistration.csv")
    for column, name in (("registrations", "date_registration"), ("unregistrations", "date_unregistration")):
        wanted = (dates[name].dropna() // 7).astype(int).value_counts()
        assert found.loc[found[column] > 0, column].to_dict() == wanted.to_dict()
    assert found["registrations"].sum() == 32_593 - 45
    assert found["unregistrations"].sum() == 10_072
    assert found.index.min() == -53
    one = learning.enrolment_weeks(university, title="AAA 2013J")
    assert one["registrations"].sum() == 383


def test_rows_that_break_a_rule_are_kept_and_named(university: Connection) -> None:
    wanted = {
        "withdrawn_without_date": 93, "date_without_withdrawal": 9, "band_without_percent": 3_516, "no_imd_band": 1_111,
        "no_registration_date": 45, "no_date": 11, "no_score": 173,
    }  # fmt: skip
    found = learning.kept_defects(university).set_index("flag")
    assert found["row_count"].to_dict() == wanted
    assert found.loc["no_score", "held_in"] == "interactions"
    noted, rejected = university.exec_driver_sql("select details -> 'kept', rejected from marts.load_run").one()
    assert (noted, rejected) == (wanted | {"equal_click_rows": 87}, 0)


def test_the_facts_are_those_of_the_data_set(university: Connection, real_data: Path) -> None:
    def counts(text: str) -> list:
        return [tuple(row) for row in university.exec_driver_sql(text)]

    assert counts("select role, count(*) from learning.dim_learner group by 1 order by 1") == [("author", 1), ("learner", 28_785)]
    activities = dict(counts("select activity, count(*) from learning.fact_activity group by 1"))
    assert activities == {"answered": 173_912 - 1_909, "practised": 100_000, "started": 249_774}
    taken = published(real_data, "studentAssessment.csv").query("not is_banked")["score"]
    right = "select count(*), count(is_correct), count(*) filter (where is_correct), sum(score_ratio) from learning.fact_attempt"
    assert counts(right) == [(172_003, taken.count(), (taken >= 40).sum(), pytest.approx(taken.sum() / 100))]
    completed = counts("select unit_type, sum(completed_ratio), count(*), count(completed_at) from learning.fact_completion group by 1")
    assert completed == [("enrolment", 15_385.0, 32_593, 15_385)]
    orphans = "select count(*) from learning.fact_activity a where not exists (select from learning.dim_learner d using (learner_id))"
    assert counts(orphans.replace("using (learner_id)", "where d.learner_id = a.learner_id")) == [(0,)]


def test_every_day_and_month_has_its_place(university_database) -> None:
    with university_database.connect() as connection:
        report = partition.status(connection, "learning")
    months = {table.table: table for table in report.tables}
    assert months["learning.progress_metrics"].months[0] == "2012-03"
    assert {table.default_rows for table in report.tables} == {None, 0}
    assert not [month for table in report.tables for month in table.gaps if month < "2016"]


# One of each


def test_defects_of_a_small_data_set_are_marked_row_by_row(connection: Connection, folder: Path) -> None:
    report = presets.load_preset(connection, "learning", "oulad", folder)
    assert (report.rows, report.rejected) == (3 + 1 + 2 + 2 + 2 + 4 + 3 + 3 + 2 + 1, 0)
    flags = dict(connection.exec_driver_sql(
        "select metric_data ->> 'id_student', metric_data -> 'flags' from learning.progress_metrics where metric_type = 'enrolment'"
    ).all())  # fmt: skip
    assert flags == {
        "11": ["date_without_withdrawal", "band_without_percent"],
        "12": ["withdrawn_without_date", "no_imd_band", "no_registration_date"],
    }
    answers = connection.exec_driver_sql(
        "select created_at::date, is_correct, interaction_data from learning.interactions where interaction_type = 'answer' order by 1"
    ).all()
    assert answers == [
        (date(2013, 9, 30), None, {"flags": ["no_score"], "carried_over": True}),
        (date(2013, 10, 19), False, {"score": 39, "score_ratio": 0.39}),
        (date(2013, 12, 30), True, {"score": 40, "score_ratio": 0.4}),
    ]
    scores = connection.exec_driver_sql("select metric_value, metric_data from learning.progress_metrics where metric_type = 'score'").all()
    assert scores == [(39.5, {"scores": 2})]
    held = "select started_at::date, session_type, total_interactions from learning.learning_sessions order by 1"
    days = connection.exec_driver_sql(held)
    assert [tuple(row) for row in days] == [
        (date(2013, 9, 28), "study", 1), (date(2013, 9, 30), "quiz", 1), (date(2013, 10, 19), "quiz", 3), (date(2013, 12, 30), "quiz", 1),
    ]  # fmt: skip


def test_keys_are_those_of_version_5_and_the_same_every_time(connection: Connection, folder: Path) -> None:
    presets.load_preset(connection, "learning", "oulad", folder)
    wanted = uuid.uuid5(oulad_rows.NAMESPACE, "student/11")
    found = connection.exec_driver_sql("select id from learning.users where username = 'oulad-11'").scalar_one()
    assert found == wanted == uuid.UUID(bytes=oulad_rows.keys("student", [11])[0].tobytes())


def test_loading_twice_or_with_a_first_day_is_refused(connection: Connection, folder: Path) -> None:
    presets.load_preset(connection, "learning", "oulad", folder)
    with pytest.raises(UsageError, match="was loaded into this database before"):
        presets.load_preset(connection, "learning", "oulad", folder)
    with pytest.raises(UsageError, match="takes no first day"):
        presets.load_preset(connection, "learning", "oulad", folder, start=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("courses.csv", "code_module,code_presentation\nAAA,2013J", "has no column 'module_presentation_length'"),
        ("courses.csv", HEADS["courses"].replace("2013J", "2013X"), "presentation '2013X' is no year"),
        ("studentVle.csv", HEADS["studentVle"].replace("AAA,2013J,12", "AAA,2013J,99"), "1 rows refer to nothing .*id_student 99"),
        ("studentAssessment.csv", HEADS["studentAssessment"].replace("2,11", "9,11"), "studentAssessment.csv: 1 rows refer to nothing"),
    ],
)
def test_files_of_another_shape_are_refused(connection: Connection, folder: Path, file: str, text: str, reason: str) -> None:
    (folder / file).write_text(text + "\n")
    with pytest.raises(UsageError, match=reason):
        presets.load_preset(connection, "learning", "oulad", folder)


def test_a_missing_file_is_named(connection: Connection, folder: Path) -> None:
    (folder / "vle.csv").unlink()
    with pytest.raises(UsageError, match=r"holds no vle\.csv"):
        presets.load_preset(connection, "learning", "oulad", folder)
