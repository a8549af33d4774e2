"""What only video can be asked, on rows written by hand."""

import inspect
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, queries
from workbench.errors import UsageError

FILL = Path(__file__).with_name("video_school.sql").read_text(encoding="utf-8")
AUGUST = {"start": "2026-08-01", "end": "2026-09-01"}
ROWS = """
update video.users set created_at = '2026-01-01';
update video.users set deleted_at = '2026-08-04 12:00Z' where id = md5('south/student')::uuid;
delete from video.analytics_events;
insert into video.analytics_events
    (tenant_id, user_id, session_id, lesson_id, video_id, event_type, category, event_data, device_type, occurred_at)
select md5(t)::uuid, md5(t || '/' || who)::uuid, md5(t || who)::uuid, md5(t || '/lesson')::uuid, md5(t || '/video')::uuid, kind,
    case kind when 'error_occurred' then 'performance' when 'page_view' then 'navigation' else 'learning' end, data::jsonb, device, at::timestamptz
from (values
    ('north', 'student', 'video_start', '{}', 'mobile', '2026-08-03 10:00Z'),
    ('north', 'student', 'video_watch', '{"fromSecond": 0, "toSecond": 600}', 'mobile', '2026-08-03 10:00Z'),
    ('north', 'student', 'video_watch', '{"fromSecond": 240, "toSecond": 300}', 'mobile', '2026-08-03 10:11Z'),
    ('north', 'student', 'video_completed', '{}', 'mobile', '2026-08-03 10:10Z'),
    ('north', 'other', 'video_start', '{}', 'desktop', '2026-08-04 10:00Z'),
    ('north', 'other', 'video_watch', '{"fromSecond": 0, "toSecond": 300}', 'desktop', '2026-08-04 10:00Z'),
    ('north', 'other', 'error_occurred', '{}', 'desktop', '2026-08-04 10:05Z'),
    ('north', 'other', 'error_occurred', '{}', 'desktop', '2026-08-04 10:06Z'),
    ('north', 'teacher', 'video_start', '{}', 'tv', '2026-08-20 10:00Z'),
    ('south', 'other', 'video_start', '{}', null, '2026-08-31 23:30Z'),
    ('south', 'student', 'page_view', '{}', 'mobile', '2026-08-02 10:00Z'),
    ('south', 'student', 'video_start', '{}', 'mobile', '2026-09-01 00:00Z')
) as happened (t, who, kind, data, device, at);
update video.question_attempts set answered_at = case when tenant_id = md5('north')::uuid then '2026-08-03 10:05Z' else '2026-10-01' end::timestamptz;
update video.question_attempts set is_correct = false, points_earned = 0.5 where student_id = md5('north/other')::uuid;
update video.lesson_assignments set assigned_at = '2026-08-01', due_at = '2026-08-15';
update video.student_progress set started_at = '2026-08-03';
update video.student_progress set completion_percentage = 100, completed_at = '2026-08-05' where student_id = md5('north/student')::uuid;
update video.student_progress set completion_percentage = 100, completed_at = '2026-08-20' where student_id = md5('south/student')::uuid;
update video.generation_jobs set status = 'succeeded', generated_count = 1, requested_at = '2026-08-10', finished_at = '2026-08-10 00:01Z';
insert into video.generation_jobs (tenant_id, video_id, configuration_id, requested_by, status, requested_at, finished_at)
select tenant_id, video_id, configuration_id, requested_by, became, at::timestamptz, at::timestamptz + interval '1 minute'
from video.generation_jobs
cross join (values ('failed', '2026-08-11'), ('cancelled', '2026-08-12'), ('failed', '2026-09-01')) as more (became, at)
where tenant_id = md5('north')::uuid;
update video.ai_usage set occurred_at = '2026-08-10';
insert into video.ai_usage (tenant_id, configuration_id, error_code, latency_ms, cost_jpy, occurred_at)
select md5('north')::uuid, md5('north/configuration')::uuid, code, ms::float, cost::numeric, '2026-08-11'
from (values ('timeout', null, null), (null, '800', null), (null, '900', '1.25')) as more (code, ms, cost);
update video.student_sessions set started_at = '2026-08-01', last_seen_at = '2026-08-03';
insert into video.student_sessions (tenant_id, student_id, video_id, position_seconds, started_at, last_seen_at, completed_milestones, device_info)
values (md5('north')::uuid, md5('north/student')::uuid, md5('north/raw')::uuid, 7, '2026-08-01', '2026-08-04', '["x"]', '{"type": "tv"}');
update video.notifications set created_at = '2026-08-10';
update video.notifications set acknowledged_at = '2026-08-11' where tenant_id = md5('south')::uuid;
insert into video.notifications (kind, severity, title, created_at) values ('disk_space', 'critical', 'full', '2026-08-12');
"""


def key(thing: str) -> str:
    return str(UUID(md5(thing.encode(), usedforsecurity=False).hexdigest()))


@pytest.fixture
def school(connection: Connection) -> Iterator[Connection]:
    """Seen as analysts see it."""
    db.raw(connection).execute(FILL + ROWS)
    connection.exec_driver_sql("set local role workbench_reader")
    yield connection
    connection.rollback()


def records(found: pd.DataFrame, *columns: str) -> list[tuple]:
    cleaned = found[list(columns)].astype(object).where(found[list(columns)].notna(), None)
    return list(cleaned.itertuples(index=False, name=None))


def test_engagement_is_learning_of_students_not_looking(school: Connection) -> None:
    found = queries.video.engagement_rate(school, **AUGUST)
    assert records(found, "tenant", "students", "engaged", "engagement_rate") == [("north", 2, 2, 1.0), ("south", 2, 1, 0.5)]
    assert found["engagement_rate_low"].round(4).tolist() == [0.3424, 0.0945]
    tokyo = queries.video.engagement_rate(school, **AUGUST, tenant="south", timezone="Asia/Tokyo")
    assert records(tokyo, "tenant", "students", "engaged") == [("south", 2, 0)]
    september = queries.video.engagement_rate(school, start="2026-09-01", end="2026-09-02", tenant="south")
    assert records(september, "students", "engaged") == [(1, 0)]  # one account was closed in August


def test_engagement_by_day_has_the_empty_days_too(school: Connection) -> None:
    found = queries.video.engagement_daily(school, **AUGUST, tenant="north")
    assert len(found) == 31
    busy = found[found["active_students"] > 0]
    assert records(busy, "day", "students", "active_students", "minutes_watched") == [
        (pd.Timestamp("2026-08-03"), 2, 2, 11.0), (pd.Timestamp("2026-08-04"), 2, 1, 5.0),
    ]  # fmt: skip
    south = queries.video.engagement_daily(school, **AUGUST, tenant="south").set_index("day")["students"]
    assert (south["2026-08-04"], south["2026-08-05"]) == (2, 1)


def test_completion_is_of_what_was_assigned(school: Connection) -> None:
    found = queries.video.completion_rate(school, until="2026-09-01")
    columns = ("tenant", "lesson", "assigned", "begun", "completed", "due", "on_time", "median_days", "completion_rate")
    assert records(found, *columns) == [
        ("north", "lesson", 2, 2, 1, 2, 1, 4.0, 0.5), ("south", "lesson", 2, 2, 1, 2, 0, 19.0, 0.5),
    ]  # fmt: skip
    early = queries.video.completion_rate(school, until="2026-08-03", tenant="north")
    assert records(early, "assigned", "begun", "completed", "due", "median_days", "completion_rate") == [(2, 0, 0, 0, None, 0.0)]
    assert queries.video.completion_rate(school, until="2026-08-01").empty


def test_generation_succeeds_or_fails_and_costs(school: Connection) -> None:
    found = queries.video.ai_generation_success(school, **AUGUST)
    assert records(found, "tenant", "model", "jobs", "succeeded", "failed", "cancelled", "success_rate") == [
        ("north", "model-1", 3, 1, 1, 1, 0.5), ("south", "model-1", 1, 1, 0, 0, 1.0),
    ]  # fmt: skip
    assert records(found, "questions", "approved", "rejected", "waiting", "approval_rate") == [(1, 1, 0, 0, 1.0)] * 2
    assert records(found, "calls", "failed_calls", "cost_jpy", "unpriced_calls") == [(4, 1, 1.75, 1), (1, 0, 0.5, 0)]
    none = queries.video.ai_generation_success(school, start="2025-01-01", end="2025-02-01", tenant="north")
    assert records(none, "jobs", "success_rate", "success_rate_low", "cost_jpy") == [(0, None, None, 0.0)]


def test_errors_are_counted_by_the_views_they_spoil(school: Connection) -> None:
    found = queries.video.error_rate(school, **AUGUST)
    columns = ("tenant", "device", "week", "views", "completed", "errors", "views_with_errors", "error_rate")
    monday, later, last = (pd.Timestamp(day) for day in ("2026-08-03", "2026-08-17", "2026-08-31"))
    assert records(found, *columns) == [
        ("north", "desktop", monday, 1, 0, 2, 1, 1.0), ("north", "mobile", monday, 1, 1, 0, 0, 0.0),
        ("north", "tv", later, 1, 0, 0, 0, 0.0), ("south", "unknown", last, 1, 0, 0, 0, 0.0),
    ]  # fmt: skip


def test_a_lesson_is_seen_as_its_teacher_sees_it(school: Connection) -> None:
    found = queries.video.teacher_content(school, tenant="north", lesson_id=key("north/lesson"), **AUGUST)
    columns = ("video", "starters", "completers", "views", "minutes_watched", "errors", "first_attempts", "first_correct", "attempts")
    assert records(found, *columns) == [("video", 3, 1, 3, 16.0, 2, 2, 1, 2)]
    assert records(found, "completed_share", "correct_share") == [(1 / 3, 0.5)]
    assert queries.video.teacher_content(school, tenant="south", lesson_id=key("north/lesson"), **AUGUST).empty


def test_a_passage_watched_again_is_a_peak(school: Connection) -> None:
    found = queries.video.watch_curve(school, video_id=key("north/video"), **AUGUST, slices=10)
    assert found["from_second"].tolist() == [60.0 * n for n in range(10)]
    assert found["audience"].tolist() == [2] * 5 + [1] * 5
    assert set(found["starters"]) == {2}
    assert found["watched_again"].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert found["audience_share"].tolist() == [1.0] * 5 + [0.5] * 5
    empty = queries.video.watch_curve(school, video_id=key("south/raw"), **AUGUST, slices=2)
    assert records(empty, "audience", "starters", "audience_share") == [(0, 0, None)] * 2
    with pytest.raises(UsageError, match="at least one"):
        queries.video.watch_curve(school, video_id=key("north/video"), **AUGUST, slices=0)


def test_a_question_that_the_strong_get_wrong_comes_first(connection: Connection) -> None:
    right = np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 1]])
    sql = db.raw(connection)
    sql.execute(FILL)
    sql.execute("delete from video.question_attempts")
    for column in range(4):
        sql.execute(
            """insert into video.questions (id, tenant_id, milestone_id, question_type, prompt, data) values
            (md5(%s)::uuid, md5('north')::uuid, md5('north/stop')::uuid, 'true_false', %s, '{"correctAnswer": true}')""",
            [f"q{column}", f"q{column}"],
        )
    for row, answers in enumerate(right.tolist()):
        sql.execute(
            """insert into video.users (id, tenant_id, email, display_name, role)
            values (md5(%s)::uuid, md5('north')::uuid, %s, 'x', 'student')""",
            [f"s{row}", f"s{row}@x"],
        )
        for column, fine in enumerate(answers):
            sql.execute(
                """insert into video.question_attempts
                (tenant_id, student_id, question_id, attempt_no, answer, is_correct, points_earned, answered_at)
                values (md5('north')::uuid, md5(%s)::uuid, md5(%s)::uuid, 1, 'true', %s, %s, '2026-08-05')""",
                [f"s{row}", f"q{column}", bool(fine), fine],
            )
    found = queries.video.question_quality(connection, **AUGUST).set_index("prompt")
    assert found.index[0] == "q3"
    for column in range(4):
        rest = (right.sum(axis=1) - right[:, column]) / 3
        assert found.loc[f"q{column}", "discrimination"] == pytest.approx(np.corrcoef(right[:, column], rest)[0, 1])
        assert found.loc[f"q{column}", ["first_attempts", "correct"]].tolist() == [7, right[:, column].sum()]


def test_a_student_goes_on_where_the_last_device_stopped(school: Connection) -> None:
    found = queries.video.sync_position(school, student_id=key("north/student"))
    assert records(found, "video", "position_seconds", "last_device", "milestones_passed") == [
        ("raw", 7.0, "tv", 1),
        ("video", 42.0, "mobile", 0),
    ]
    assert queries.video.sync_position(school, student_id=key("north/teacher")).empty


def test_milestones_are_found_by_second(school: Connection) -> None:
    found = queries.video.milestone_lookup(school, video_id=key("north/video"))
    assert records(found, "timestamp_seconds", "questions", "points", "retry_limit", "branch_video_id") == [
        (55.0, 1, 2.0, 3, key("north/raw"))
    ]
    for low, high, rows in ((55, 56, 1), (0, 55, 0), (56, 900, 0)):
        assert len(queries.video.milestone_lookup(school, video_id=key("north/video"), from_second=low, to_second=high)) == rows


def test_alerts_are_open_until_somebody_takes_them_on(school: Connection) -> None:
    found = queries.video.open_notifications(school, as_of="2026-08-13T00:00Z")
    assert records(found, "tenant", "kind", "severity", "open_hours") == [
        (None, "disk_space", "critical", 24.0), ("north", "engagement_drop", "business", 72.0),
    ]  # fmt: skip
    assert len(queries.video.open_notifications(school, as_of="2026-08-10T12:00Z")) == 2
    assert queries.video.open_notifications(school, as_of="2026-08-13T00:00Z", tenant="south").empty


def test_the_queue_of_reviews(school: Connection) -> None:
    found = queries.video.review_queue(school)
    assert sorted(records(found, "tenant", "prompt", "origin", "content_version")) == [
        ("north", "waiting of north", "ai", 1), ("south", "waiting of south", "ai", 1),
    ]  # fmt: skip
    assert len(queries.video.review_queue(school, tenant="south")) == 1


def test_every_table_is_hot_warm_or_cold(school: Connection) -> None:
    found = queries.video.storage_classes(school, as_of="2026-11-25T00:00Z")
    tables = (
        """select relname::text from pg_class where relnamespace = 'video'::regnamespace and relkind in ('r', 'p') and not relispartition"""
    )
    assert set(found["table_name"]) == {row[0] for row in db.raw(school).execute(tables)}
    assert found.groupby("table_name")["class"].agg(list).map(lambda names: names == ["hot", "warm", "cold"]).all()
    events = found[found["table_name"] == "analytics_events"]
    assert events["rows"].tolist() == [2, 10, 0]  # 90 days before are 2026-08-27
    assert events["oldest_at"].tolist()[1] == pd.Timestamp("2026-08-02 10:00Z")
    assert events["bytes"].tolist()[2] == 0 < events["bytes"].tolist()[0] < events["bytes"].tolist()[1]
    later = queries.video.storage_classes(school, as_of="2028-09-01T00:00Z")
    assert later[later["table_name"] == "analytics_events"]["rows"].tolist() == [0, 1, 11]


def test_storage_counts_every_row(school: Connection) -> None:
    found = queries.video.storage_classes(school, as_of="2026-09-01T00:00Z").groupby("table_name")[["rows", "bytes"]].sum()
    for table, row in found.iterrows():
        counted = school.exec_driver_sql(f"select count(*), pg_total_relation_size('video.{table}') from video.{table}").one()  # noqa: S608
        assert row["rows"] == counted[0] > 0
        assert row["bytes"] == pytest.approx(counted[1], abs=3) or table in ("analytics_events", "audit_logs")


def test_an_empty_database_gives_empty_answers_with_their_columns(connection: Connection) -> None:
    connection.exec_driver_sql("set local role workbench_reader")
    given = {"until": "2026-01-01", "start": "2020-01-01", "end": "2020-02-01", "as_of": "2026-01-01T00:00Z", "tenant": "nobody"} | {
        name: key(name) for name in ("lesson_id", "video_id", "student_id")
    }
    for name, question in vars(queries.video).items():
        if name.startswith("_") or getattr(question, "__module__", "") != queries.video.__name__:
            continue
        wanted = {key: given[key] for key in inspect.signature(question).parameters if key in given}
        found = question(connection, **wanted)
        assert len(found.columns) > 3, name
        assert found["rows"].sum() == 0 if name == "storage_classes" else found.empty, name
