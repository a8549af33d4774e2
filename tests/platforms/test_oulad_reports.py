"""The Open University data set through the rollups: what the engagement and the progress report tell of it is what its files say."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db
from workbench.queries import engagement, progress
from workbench.reports.progress import units

pytestmark = pytest.mark.xdist_group("university")

AUTUMN = {"start": "2014-10-01", "end": "2015-01-01", "platform": "learning"}
"""The days for which the rollups are made here."""
FIRST = {"B": "-02-01", "J": "-10-01"}
"""First day of a presentation, by the letter of its name."""


@pytest.fixture(scope="module")
def university(university_database) -> Iterator[Connection]:
    with university_database.connect(db.READER) as reader:
        yield reader


def published(real_data: Path, name: str) -> pd.DataFrame:
    """A file with the column `start`: the first day of the presentation of each row."""
    found = pd.read_csv(real_data / "oulad" / name)
    term = found["code_presentation"]
    return found.assign(start=pd.to_datetime(term.str[:4] + term.str[4].map(FIRST)))


def in_autumn(days: pd.Series) -> pd.Series:
    return (days >= AUTUMN["start"]) & (days < AUTUMN["end"])


def day(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows["start"] + pd.to_timedelta(rows[column], unit="D")


def test_learners_who_clicked_a_day_are_those_of_the_sampled_clicks(university: Connection, real_data: Path) -> None:
    clicks = published(real_data, "studentVle_sample100001.csv")
    clicks = clicks.assign(day=day(clicks, "date"))
    wanted = clicks[in_autumn(clicks["day"])].groupby("day")["id_student"].nunique()
    found = pd.read_sql(
        "select day, count(distinct learner_id) as learners from marts.learner_day"
        " where platform = 'learning' and time_zone = 'UTC' and practised > 0"
        " and day >= '2014-10-01' and day < '2015-01-01' group by day order by day",
        university, parse_dates=["day"],
    ).set_index("day")["learners"]  # fmt: skip
    assert found.index.equals(wanted.index) and found.tolist() == wanted.tolist()


def test_facts_tell_of_every_sampled_click_day_of_all_years(university: Connection, real_data: Path) -> None:
    clicks = published(real_data, "studentVle_sample100001.csv")
    wanted = clicks.assign(day=day(clicks, "date")).groupby("day")["id_student"].agg(["nunique", "size"])
    found = pd.read_sql(
        "select cast(occurred_at at time zone 'UTC' as date) as day, count(distinct learner_id) as learners, count(*) as clicks"
        " from marts.fact_activity where platform = 'learning' and activity = 'practised' group by 1 order by 1",
        university, parse_dates=["day"],
    ).set_index("day")  # fmt: skip
    assert found.index.equals(wanted.index) and found["learners"].tolist() == wanted["nunique"].tolist()
    assert found["clicks"].sum() == wanted["size"].sum()


def test_active_learners_a_day_and_in_28_days_are_those_of_the_files(university: Connection, real_data: Path) -> None:
    """Clicks and submissions; a result carried over from an earlier course stands as a session of its own on the day before the first."""
    clicks = published(real_data, "studentVle_sample100001.csv")
    tests = published_submissions(real_data, carried_over=True)
    both = pd.concat([
        pd.DataFrame({"day": day(clicks, "date"), "student": clicks["id_student"]}),
        pd.DataFrame({"day": day(tests, "date_submitted"), "student": tests["id_student"]}),
    ]).drop_duplicates()  # fmt: skip
    both = both[in_autumn(both["day"])]
    found = engagement.activity(university, **AUTUMN)
    found = found[(found["tenant"] == "*") & (found["device"] == "*")].set_index("day")
    wanted = both.groupby("day")["student"].nunique()
    assert found.loc[found["dau"] > 0, "dau"].to_dict() == wanted.to_dict()
    assert ((found["dau"] <= found["wau"]) & (found["wau"] <= found["mau"])).all()
    for one in (pd.Timestamp("2014-11-30"), pd.Timestamp("2014-12-25"), pd.Timestamp("2014-10-28")):
        window = both[both["day"].between(one - pd.Timedelta(days=27), one)]
        assert found.loc[one, "mau"] == window["student"].nunique()


def published_submissions(real_data: Path, carried_over: bool = False) -> pd.DataFrame:
    """Submissions, those carried over from an earlier course too or not."""
    tests = pd.read_csv(real_data / "oulad" / "studentAssessment.csv").merge(published(real_data, "assessments.csv"), on="id_assessment")
    return tests if carried_over else tests[tests["is_banked"] == 0]


def test_learners_join_on_the_day_of_their_first_registration(university: Connection, real_data: Path) -> None:
    """Registrations up to a year before the beginning of the course have negative days; without any the first day of the course counts."""
    rows = published(real_data, "studentRegistration.csv")
    assert (rows["date_registration"] < 0).mean() > 0.9
    first = day(rows.fillna({"date_registration": 0}), "date_registration").groupby(rows["id_student"]).min()
    found = engagement.joins(university, **{**AUTUMN, "start": "2011-01-01", "end": "2016-01-01"}).set_index("day")["joined"]
    assert found[found > 0].to_dict() == first.groupby(first).size().to_dict()


def test_results_and_completion_of_every_presentation_are_those_of_the_files(university: Connection, real_data: Path) -> None:
    people = published(real_data, "studentInfo.csv")
    until = pd.Timestamp("2016-01-01", tz="UTC").to_pydatetime()
    told = progress.units(university, until=until, platform="learning")
    told = told[told["unit_type"] == "enrolment"]
    assert told.groupby("grade")["assigned"].sum().to_dict() == {"Pass": 12_361, "Withdrawn": 10_156, "Fail": 7_052, "Distinction": 3_024}
    shown = units.completion_frame(told).set_index("unit")
    names = people["code_module"] + " " + people["code_presentation"]
    passed = people["final_result"].isin(["Pass", "Distinction"])
    assert shown["learners"].to_dict() == names.value_counts().to_dict() and len(shown) == 22
    assert shown["completed"].to_dict() == passed.groupby(names).sum().to_dict()
    assert np.allclose(shown["completed_share"], passed.groupby(names).mean()[shown.index])


def test_scores_of_answers_are_those_of_the_files(university: Connection, real_data: Path) -> None:
    tests = published_submissions(real_data)
    scored = tests[tests["score"].notna() & in_autumn(day(tests, "date_submitted"))]
    found = progress.work(university, **AUTUMN)
    assert found["answers"].sum() == len(scored)
    assert found["correct"].sum() == (scored["score"] >= 40).sum()
    assert found["score_sum"].sum() == pytest.approx(scored["score"].sum() / 100, rel=1e-9)
