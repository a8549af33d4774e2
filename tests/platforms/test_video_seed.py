"""Video's simulated tenants: the same every time, at one with themselves, and with the planted findings really in them."""
# ruff: noqa: S608 — table names are the seeder's own

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import partition, paths, queries, seed
from workbench.db import raw
from workbench.seeds import Spec, video, video_texts

pytestmark = pytest.mark.xdist_group("video_seed")

FACTS = sorted(path.stem for path in (paths.SQL / "video" / "facts").glob("*.sql"))
END = date(2026, 9, 1)
SMALL = {"learners": 12, "days": 40, "end": END}
PERIOD = {"start": END - timedelta(days=100), "end": END}
STORED = [table for table in video.TABLES if table != "audit_logs"]


def hashes(connection: Connection) -> dict[str, int]:
    """A number over all rows of each table, whatever their order."""
    return {
        table: connection.exec_driver_sql(f"select sum(hashtextextended(t::text, 0)) from video.{table} as t").scalar_one()
        for table in STORED
    }


def test_equal_arguments_give_equal_rows_and_others_do_not(connection: Connection) -> None:
    def stored() -> dict[str, int]:
        with connection.begin_nested() as attempt:
            seed.seed(connection, "video", seed=7, **SMALL)
            found = hashes(connection)
            attempt.rollback()
        return found

    assert stored() == stored()
    mine, other = (video.make(Spec("video", 12, 40, number, END)).tables for number in (7, 8))
    assert not [table for table in STORED if mine[table] == other[table]]


def test_reset_removes_what_was_seeded_with_its_trail_and_nothing_else(connection: Connection) -> None:
    connection.exec_driver_sql("select video.note_event('start', 'system')")
    with pytest.raises(seed.UsageError, match="audit_logs holds rows"):
        seed.seed(connection, "video", **SMALL)
    connection.exec_driver_sql("delete from video.audit_logs")
    seed.seed(connection, "video", **SMALL)
    connection.exec_driver_sql("insert into video.tenants (slug, name) values ('real', 'Real')")
    assert seed.reset(connection, "video") > 5_000
    left = {table: connection.exec_driver_sql(f"select count(*) from video.{table}").scalar_one() for table in video.TABLES}
    assert {table: rows for table, rows in left.items() if rows} == {"tenants": 1, "audit_logs": 1}


def test_thousands_of_rows_changed_after_a_single_one_are_noted_without_pairing_each_with_all(connection: Connection) -> None:
    """The plan of the audit trigger is made once a session, for as few rows as were changed then."""
    add = "insert into video.tenants (slug, name) select 'tenant-' || n, 'T' from generate_series(%s::integer, %s) as n"
    connection.exec_driver_sql(add, (1, 1))
    connection.exec_driver_sql("update video.tenants set name = 'one'")
    connection.exec_driver_sql(add, (2, 4000))
    connection.exec_driver_sql("set local statement_timeout = '30s'")  # pairing them took minutes; noting them takes a fraction of a second
    connection.exec_driver_sql("update video.tenants set name = 'all of ' || slug")
    noted = """select count(*) from video.audit_logs where action = 'update' and old_values ->> 'id' = new_values ->> 'id'
               and new_values ->> 'name' = 'all of ' || (old_values ->> 'slug')"""
    assert connection.exec_driver_sql(noted).scalar_one() == 4000


@pytest.fixture(scope="module")
def seeded(engaged_database) -> Iterator[Connection]:
    """200 learners over 90 days, seen as a reader."""
    with engaged_database.connect() as opened:
        opened.exec_driver_sql("set local role workbench_reader")
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def planted(seeded: Connection) -> dict[str, dict]:
    """Each planted finding with its period."""
    rows = seeded.exec_driver_sql(
        "select fact, started_at, ended_at, details from marts.seed_fact where kind = 'planted' and platform = 'video'"
    ).all()
    return {row.fact: {"start": row.started_at, "end": row.ended_at} | row.details for row in rows}


def one(seeded: Connection, text: str, *values: object) -> object:
    return raw(seeded).execute(text, values or None).fetchone()[0]


# At one with themselves


def test_the_trail_has_a_row_for_every_row_stored(seeded: Connection) -> None:
    rows = seed.seeded_run(seeded, "video").rows
    noted = dict(raw(seeded).execute("select entity_type, count(*) from video.audit_logs where action = 'insert' group by 1").fetchall())
    assert noted == {table: count for table, count in rows.items() if table != "analytics_events"}


def test_events_lie_in_their_months(seeded: Connection) -> None:
    assert one(seeded, "select count(*) from video.analytics_events where occurred_at >= '2026-09-01'") == 0
    seeded.exec_driver_sql("set local role none")
    (events,) = [table for table in partition.status(seeded, "video").tables if table.table == "video.analytics_events"]
    seeded.exec_driver_sql("set local role workbench_reader")
    assert events.default_rows == 0
    assert {"2026-07", "2026-08"} <= set(events.months)


def test_everything_happens_before_the_end(seeded: Connection) -> None:
    columns = seeded.exec_driver_sql(
        """select table_name, column_name from information_schema.columns where table_schema = 'video' and data_type like 'timestamp%%'
           and table_name = any(%s) and column_name <> 'due_at'""",
        (STORED,),
    ).all()
    assert len(columns) > 30
    late = [(table, name) for table, name in columns if one(seeded, f"select count(*) from video.{table} where {name} >= '2026-09-01'")]
    assert not late


def test_questions_went_through_review(seeded: Connection) -> None:
    states = dict(raw(seeded).execute("select status, count(*) from video.questions group by 1").fetchall())
    assert set(states) == {"published", "in_review", "rejected", "draft"}
    assert states["published"] > 0.75 * sum(states.values())
    unreviewed = """select count(*) from video.questions as q where status = 'published' and not exists (
        select from video.question_reviews as r where r.question_id = q.id and r.decision = 'approved' and r.reviewed_at <= q.updated_at)"""
    assert one(seeded, unreviewed) == 0
    assert one(seeded, "select count(distinct question_type) from video.questions where status = 'published'") == 6
    early = """select count(*) from video.question_attempts as a join video.questions as q on q.id = a.question_id
        where a.answered_at < q.updated_at"""
    assert one(seeded, early) == 0


def test_positions_progress_and_grades_agree_with_events_and_answers(seeded: Connection) -> None:
    beyond = "select count(*) from video.student_sessions as s join video.videos as v on v.id = s.video_id where position_seconds > duration_seconds"
    assert one(seeded, beyond) == 0
    completed = """select count(distinct (user_id, video_id)) from video.analytics_events where event_type = 'video_completed'"""
    assert one(seeded, completed) == one(seeded, "select count(*) from video.student_sessions where completed_at is not null")
    finished = "select count(*) from video.student_progress where completed_at is not null"
    assert one(seeded, finished) > 50
    assert one(seeded, "select count(*) from video.analytics_events where event_type = 'lesson_completed'") <= one(seeded, finished)
    answered = "select count(*) from video.analytics_events where event_type = 'question_attempt'"
    assert one(seeded, answered) == one(seeded, "select count(*) from video.question_attempts")
    points = (
        """select sum(best) from (select max(points_earned) as best from video.question_attempts group by student_id, question_id) as b"""
    )
    assert one(seeded, points) == one(seeded, "select sum(earned_points) from video.grades")
    assert one(seeded, "select count(distinct letter) from video.grades") >= 4
    wrong = """select count(*) from video.grades as g where letter is distinct from (select letter from video.grade_scales as s
        where s.tenant_id = g.tenant_id and lowest_percentage <= percentage order by lowest_percentage desc limit 1)"""
    assert one(seeded, wrong) == 0


def test_events_of_every_category_and_kind_are_there(seeded: Connection) -> None:
    found = raw(seeded).execute("select category, count(distinct event_type) from video.analytics_events group by 1").fetchall()
    assert dict(found) == {"learning": 6, "navigation": 2, "performance": 2, "system": 3}
    assert one(seeded, "select count(distinct device_type) from video.analytics_events") == 4


def test_the_audience_drops_off_along_a_video(seeded: Connection) -> None:
    video_id = one(seeded, "select video_id from video.student_sessions group by 1 order by count(*) desc limit 1")
    curve = queries.video.watch_curve(seeded, video_id=str(video_id), **PERIOD, slices=20)
    assert curve["audience_share"].iloc[0] > 0.98
    assert curve["audience_share"].is_monotonic_decreasing
    assert 0.6 < curve["audience_share"].iloc[-1] < 0.95


def test_facts_are_filled_and_speak_of_tenants(seeded: Connection) -> None:
    slugs = {entry[0] for entry in video_texts.TENANTS}
    for fact in FACTS:
        columns = {row[0] for row in raw(seeded).execute(f"select * from marts.{fact} where platform = 'video' limit 1").description}
        assert one(seeded, f"select count(*) from marts.{fact} where platform = 'video'") >= (40 if fact == "dim_unit" else 101), fact
        if "tenant" in columns:
            found = {row[0] for row in raw(seeded).execute(f"select distinct tenant from marts.{fact} where platform = 'video'").fetchall()}
            assert found == slugs, fact
    joined = one(
        seeded, "select count(*) from marts.fact_attempt as a join marts.dim_item as i using (platform, item_id) where platform = 'video'"
    )
    assert joined == one(seeded, "select count(*) from video.question_attempts")


def test_a_sitting_ends_after_half_an_hour_of_silence(seeded: Connection) -> None:
    frame = pd.read_sql("select user_id, occurred_at from video.analytics_events where user_id is not null", seeded)
    frame = frame.sort_values(["user_id", "occurred_at"])
    begins = (frame["user_id"] != frame["user_id"].shift()) | (frame["occurred_at"].diff() > pd.Timedelta(minutes=30))
    assert one(seeded, "select count(*) from marts.fact_session where platform = 'video'") == begins.sum()


# Findings


def test_a_tenant_leaves(seeded: Connection, planted: dict) -> None:
    fact = planted["tenant_left"]
    after = queries.video.engagement_rate(seeded, start=fact["start"].date(), end=END).set_index("tenant")["engaged"]
    assert after[fact["tenant"]] == 0 < after.drop(fact["tenant"]).min()
    before = queries.video.engagement_rate(seeded, start=fact["start"].date() - timedelta(days=14), end=fact["start"].date())
    assert before.set_index("tenant")["engaged"][fact["tenant"]] > 0 < fact["views_the_week_before"]
    assert one(seeded, "select status from video.tenants where slug = %s", fact["tenant"]) == "closed"
    assert "engagement_drop" in set(queries.video.open_notifications(seeded, as_of="2026-09-01T00:00Z")["kind"]) or one(
        seeded, "select count(*) from video.notifications where kind = 'engagement_drop'"
    )


def test_a_holiday_is_empty(seeded: Connection, planted: dict) -> None:
    fact = planted["holiday"]
    assert (
        one(seeded, "select count(*) from video.analytics_events where occurred_at >= %s and occurred_at < %s", fact["start"], fact["end"])
        == 0
    )
    for zone in ("UTC", "Asia/Tokyo"):
        days = queries.video.engagement_daily(seeded, **PERIOD, timezone=zone).groupby("day")["active_students"].sum()
        assert (days["2026-08-06":"2026-08-07"] == 0).all()
        assert (days["2026-08-10":"2026-08-14"] > 0).all()


def test_a_release_breaks_one_device(seeded: Connection, planted: dict) -> None:
    fact = planted["release_drop"]
    found = queries.video.error_rate(seeded, **PERIOD)
    found = found.assign(
        after=found["week"] >= pd.Timestamp(fact["start"].date() + timedelta(days=6)), before=found["week"] < pd.Timestamp("2026-08-10")
    )
    shares = {
        (device == fact["device"], when): rows["completed"].sum() / rows["views"].sum()
        for when in ("before", "after") for device, rows in found[found[when]].groupby(found["device"] == fact["device"])
        for device in ([fact["device"]] if device else ["others"])
    }  # fmt: skip
    assert shares[True, "after"] < 0.45 < 0.7 < min(shares[True, "before"], shares[False, "after"], shares[False, "before"])
    spoilt = found[found["after"]].groupby("device")[["views_with_errors", "views"]].sum().eval("views_with_errors / views")
    assert spoilt.idxmax() == fact["device"] and spoilt[fact["device"]] > 0.2 > spoilt.drop(fact["device"]).max()
    assert fact["completed_after"] < 0.4 < 0.75 < fact["completed_before"]


def test_a_wrong_key_shows_in_what_the_able_answer(seeded: Connection, planted: dict) -> None:
    fact = planted["wrong_key"]
    found = queries.video.question_quality(seeded, **PERIOD)
    asked = found[found["first_attempts"] >= 40]
    worst = asked.iloc[0]
    assert (worst["question_id"], worst["first_attempts"], worst["correct"]) == (
        fact["question_id"],
        fact["first_attempts"],
        fact["correct"],
    )
    assert worst["discrimination"] < -0.1 < asked["discrimination"].iloc[1:].median()
    chosen = """select answer ->> 'choice', count(*) from video.question_attempts where question_id = %s and attempt_no = 1 group by 1"""
    answers = dict(raw(seeded).execute(chosen, [fact["question_id"]]).fetchall())
    assert max(answers, key=answers.get) == fact["right"] != fact["stored_key"]
    assert answers[fact["right"]] == fact["chose_right"]


def test_a_confusing_passage_is_watched_again(seeded: Connection, planted: dict) -> None:
    fact = planted["confusing_passage"]
    curve = queries.video.watch_curve(seeded, video_id=fact["video_id"], **PERIOD, slices=25)
    peak = curve.loc[curve["watched_again"].idxmax()]
    assert fact["from_second"] - 30 < peak["from_second"] < fact["to_second"]
    assert peak["watched_again"] > 4 * curve["watched_again"].median()
    assert fact["watched_again"] > 0.6 * fact["views"]


def test_a_month_meets_every_finding(planted: dict) -> None:
    first = pd.Timestamp(END, tz="UTC") - pd.Timedelta(days=31)
    assert set(planted) == {"wrong_key", "confusing_passage", "holiday", "tenant_left", "release_drop"}
    assert all(fact["end"] > first and fact["end"] <= pd.Timestamp(END, tz="UTC") for fact in planted.values())


@pytest.mark.parametrize(("learners", "days", "number"), [(1, 40, 1), (3, 41, 2), (40, 200, 3)])
def test_small_and_long_seedings_are_made_too(learners: int, days: int, number: int) -> None:
    made = video.make(Spec("video", learners, days, number, END))
    assert {"tenants", "questions", "lesson_assignments"} <= {table for table, rows in made.counts() if rows}
