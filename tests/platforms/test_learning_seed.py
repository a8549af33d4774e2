"""The learning platform's simulated users: the same every time, believable, and with the planted findings really in them."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import partition, queries, seed
from workbench.seeds import Spec, learning

END = date(2026, 9, 1)
AUGUST = {"start": "2026-08-01", "end": "2026-09-01"}


@pytest.fixture(scope="module")
def seeded(engaged_database) -> Iterator[Connection]:
    """200 learners over 90 days."""
    with engaged_database.connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def planted(seeded: Connection) -> dict[str, dict]:
    rows = seeded.exec_driver_sql(
        "select fact, started_at, ended_at, details from marts.seed_fact where kind = 'planted' and platform = 'learning'"
    ).all()
    return {row.fact: {"start": row.started_at, "end": row.ended_at} | row.details for row in rows}


@pytest.fixture(scope="module")
def sessions(seeded: Connection) -> pd.DataFrame:
    return pd.read_sql("select *, session_data ->> 'device' as device from learning.learning_sessions", seeded)


def inside(frame: pd.DataFrame, fact: dict, column: str) -> pd.Series:
    return (frame[column] >= fact["start"]) & (frame[column] < fact["end"])


def test_equal_specs_give_equal_rows_and_others_do_not() -> None:
    first, again, other = (learning.make(Spec("learning", 20, 40, number, END)).tables for number in (7, 7, 8))
    assert first == again
    assert not [table for table in learning.TABLES if first[table] == other[table]]


def test_the_smallest_seeding_works() -> None:
    assert dict(learning.make(Spec("learning", 1, 40, 7, END)).counts())["users"] == 3


def test_every_row_has_its_month_and_default_stays_empty(seeded: Connection) -> None:
    report = partition.status(seeded, "learning")
    assert {table.default_rows for table in report.tables} == {None, 0}


def test_a_wrong_key_is_the_first_question_to_look_at(seeded: Connection, planted: dict) -> None:
    found = queries.learning.item_quality(seeded, **AUGUST)
    fact = planted["wrong_key"]
    worst = found.iloc[0]
    assert (worst["asset_id"], worst["answers"]) == (fact["asset_id"], fact["answers"])
    assert worst["correct_rate"] == pytest.approx(fact["correct_rate"], abs=1e-4)
    assert worst["point_biserial"] < -0.15 and worst["reports"] == found["reports"].max()
    assert (found["point_biserial"] > 0).mean() > 0.9
    assert (found["answers"] >= 30).all()


def test_a_release_drops_the_completion_of_one_device(seeded: Connection, planted: dict, sessions: pd.DataFrame) -> None:
    fact = planted["release_drop"]
    mine = sessions[sessions["device"] == fact["device"]]
    done, after = mine["completion_percentage"] >= 100, inside(mine, fact, "started_at")
    assert done[after].mean() == pytest.approx(fact["completed_after"], abs=1e-4) and fact["completed_after"] < 0.42
    assert done[~after].mean() == pytest.approx(fact["completed_before"], abs=1e-4) and fact["completed_before"] > 0.62
    outcomes = queries.learning.session_outcomes(seeded, **AUGUST).set_index(["week", "device"])
    last = outcomes.loc[pd.Timestamp("2026-08-24")]
    others = last.drop(fact["device"])
    assert last.loc[fact["device"], "completed_rate_high"] < others["completed"].sum() / others["sessions"].sum()


def test_one_model_annoys_its_users_since_its_update(seeded: Connection, planted: dict) -> None:
    fact = planted["worse_model"]
    since = {"start": fact["start"].date(), "end": END}
    found = queries.learning.asset_quality(seeded, **since).groupby("generation_model")
    rating = found.apply(lambda rows: (rows["mean_rating"] * rows["ratings"]).sum() / rows["ratings"].sum())
    assert rating[fact["model"]] < 2.8 < 3.6 < rating.drop(fact["model"]).min()


def test_a_holiday_is_empty_in_both_zones(planted: dict, sessions: pd.DataFrame) -> None:
    assert not inside(sessions, planted["idle_day"], "started_at").any()
    day = pd.Timestamp(planted["idle_day"]["day"])
    for zone in ("UTC", "Asia/Tokyo"):
        assert not (sessions["started_at"].dt.tz_convert(zone).dt.normalize().dt.tz_localize(None) == day).any()


def test_a_cohort_leaves_within_days(seeded: Connection, planted: dict, sessions: pd.DataFrame) -> None:
    fact = planted["leaving_cohort"]
    joined = pd.read_sql("select id as user_id, created_at from learning.users where preferences ->> 'role' = 'learner'", seeded)
    cohort = joined[inside(joined, fact, "created_at")]
    stay = sessions.merge(joined, on="user_id").assign(age=lambda rows: rows["started_at"] - rows["created_at"])
    late = stay["age"] > pd.Timedelta(days=fact["stay_days"])
    mine = stay["user_id"].isin(cohort["user_id"])
    assert len(cohort) >= fact["learners"] == 16
    assert stay[mine & late]["user_id"].nunique() <= len(cohort) - fact["learners"]
    assert late[~mine].mean() > 0.6


def test_rapid_guessing_stands_out(seeded: Connection, planted: dict) -> None:
    fact = planted["rapid_guessing"]
    answers = pd.read_sql(
        "select user_id, created_at, is_correct, response_time_ms from learning.interactions where is_correct is not null", seeded
    )
    mine = answers[inside(answers, fact, "created_at") & (answers["user_id"].astype(str) == fact["learner_id"])]
    assert (len(mine), mine["is_correct"].sum()) == (fact["answers"], fact["correct"]) == (400, fact["correct"])
    assert mine["response_time_ms"].max() < 1000 < answers.drop(mine.index)["response_time_ms"].quantile(0.001)
    assert fact["correct"] / 400 < 0.35


def test_all_findings_lie_in_the_last_31_days(planted: dict) -> None:
    first = pd.Timestamp(END, tz="UTC") - pd.Timedelta(days=31)
    assert len(planted) == 6
    assert all(first <= fact["start"] < fact["end"] <= pd.Timestamp(END, tz="UTC") for fact in planted.values())


def test_rows_hang_together(seeded: Connection) -> None:
    wrong = {
        "an interaction outside of its session": """select count(*) from learning.interactions i join learning.learning_sessions s
            on s.id = learning_session_id where i.created_at < started_at or i.created_at > ended_at or i.user_id <> s.user_id""",
        "a session with a wrong count": """select count(*) from learning.learning_sessions s where total_interactions <>
            (select count(*) from learning.interactions i where i.learning_session_id = s.id)""",
        "an attempt that is not the next": """select count(*) from (select attempt_no, row_number() over
            (partition by learner_id, item_id order by occurred_at) as wanted from learning.fact_attempt) a where attempt_no <> wanted""",
        "an action before its account": """select count(*) from learning.fact_activity a join learning.dim_learner using (learner_id)
            where occurred_at < joined_at""",
        "a deleted material in use": """select count(*) from learning.learning_sessions s join learning.study_materials m
            on m.id = study_material_id where m.deleted_at is not null""",
        "an answer on nothing that can be answered": """select count(*) from learning.interactions i join learning.generated_assets a
            on a.id = generated_asset_id where interaction_type = 'answer' and asset_type = 'summary'""",
    }
    for what, query in wrong.items():
        assert seeded.exec_driver_sql(query).scalar_one() == 0, what


def test_the_metrics_are_those_of_the_answers(seeded: Connection) -> None:
    found = seeded.exec_driver_sql(
        """select max(abs(metric_value - actual)) from learning.progress_metrics m cross join lateral (
               select avg(is_correct::int) as actual from learning.interactions i
               where i.user_id = m.user_id and is_correct is not null
                   and date_trunc('week', i.created_at at time zone 'Asia/Tokyo')
                       = date_trunc('week', m.recorded_at at time zone 'Asia/Tokyo') - interval '1 week'
           ) a where metric_type = 'accuracy'"""
    ).scalar_one()
    assert found < 1e-4


def test_seeding_is_taken_away_again_and_can_begin_anew(connection: Connection) -> None:
    small = {"learners": 20, "days": 40, "end": END}
    report = seed.seed(connection, "learning", **small)
    removed = seed.reset(connection, "learning")
    left = sum(connection.exec_driver_sql(f"select count(*) from learning.{table}").scalar_one() for table in learning.TABLES)  # noqa: S608
    assert (removed, left) == (sum(report.rows.values()), 0) and removed > 2_000
    assert seed.seed(connection, "learning", **small).rows["users"] == 22
