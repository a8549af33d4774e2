"""The schema of video: what its document names is there, and what must not happen is refused."""
# ruff: noqa: S608 — table names come from the catalogue

import json
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection

from workbench.db import raw

FILL = Path(__file__).with_name("video_school.sql").read_text(encoding="utf-8")
TABLES = (
    "tenants", "users", "lessons", "video_groups", "lesson_video_groups", "videos", "video_group_videos", "milestones", "questions",
    "question_reviews", "lesson_assignments", "student_sessions", "student_progress", "question_attempts", "grade_scales", "grades",
    "ai_configurations", "generation_jobs", "generated_questions", "ai_usage", "analytics_events", "audit_logs", "notifications",
)  # fmt: skip
NAMED = {  # the critical paths of the document
    "idx_milestones_video_timestamp": "milestones USING btree (video_id, timestamp_seconds)",
    "idx_student_progress_student_completion": "student_progress USING btree (student_id, completion_percentage)",
    "idx_student_sessions_student_active": "student_sessions USING btree (student_id, last_seen_at DESC) WHERE is_active",
    "idx_teacher_content_analytics": "analytics_events USING btree (tenant_id, lesson_id, event_type, occurred_at)",
}


def key(thing: str) -> UUID:
    """Key of a thing of the school: `north`, `north/question`."""
    return UUID(md5(thing.encode(), usedforsecurity=False).hexdigest())


@pytest.fixture
def sql(connection: Connection) -> Iterator[psycopg.Connection]:
    opened = raw(connection)
    opened.execute(FILL)
    yield opened
    connection.rollback()


def column(sql: psycopg.Connection, text: str, *values: object) -> list:
    return [row[0] for row in sql.execute(text, values).fetchall()]


def refused(sql: psycopg.Connection, text: str, *values: object, by: str | None = None) -> None:
    """The statement fails on a check (of this name)."""
    with pytest.raises(errors.IntegrityError) as caught, sql.transaction():
        sql.execute(text, values)
    assert by is None or by in (caught.value.diag.constraint_name, *str(caught.value).split()), caught.value


# What the document names


def test_every_table_is_there_and_everything_is_commented(sql: psycopg.Connection) -> None:
    found = column(
        sql,
        """select relname from pg_class where relnamespace = 'video'::regnamespace and relkind in ('r', 'p') and not relispartition""",
    )
    assert sorted(found) == sorted(TABLES)
    bare = """
        select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'video'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
            and not a.attisdropped and col_description(c.oid, a.attnum) is null
        union all
        select relname::text from pg_class where relnamespace = 'video'::regnamespace and relkind in ('r', 'p', 'v')
            and obj_description(oid, 'pg_class') is null and relname not like all (array['fact%%', 'dim%%'])
        union all
        select proname::text from pg_proc where pronamespace = 'video'::regnamespace and obj_description(oid, 'pg_proc') is null
    """
    assert column(sql, bare) == []


@pytest.mark.parametrize("name", NAMED)
def test_the_named_indexes_have_their_form(sql: psycopg.Connection, name: str) -> None:
    (definition,) = column(sql, "select indexdef from pg_indexes where schemaname = 'video' and indexname = %s", name)
    assert definition.replace("ONLY ", "").endswith(f"ON video.{NAMED[name]}")


USED = {
    "idx_milestones_video_timestamp": "select * from video.milestones where video_id = %s and timestamp_seconds between 30 and 90",
    "idx_student_progress_student_completion":
        "select * from video.student_progress where student_id = %s and completion_percentage < 100",
    "idx_student_sessions_student_active":
        "select * from video.student_sessions where student_id = %s and is_active order by last_seen_at desc limit 1",
    "idx_teacher_content_analytics":
        "select count(*) from video.analytics_events where tenant_id = %s and lesson_id = gen_random_uuid() and event_type = 'video_watch'",
    "idx_analytics_events_errors":
        "select count(*) from video.analytics_events where tenant_id = %s and event_type = 'error_occurred' and occurred_at > now()",
    "idx_questions_waiting": "select * from video.questions where tenant_id = %s and status = 'in_review' order by created_at",
    "idx_notifications_open":
        "select * from video.notifications where tenant_id = %s and acknowledged_at is null order by created_at",
    "idx_generation_jobs_open":
        "select * from video.generation_jobs where tenant_id = %s and status in ('queued', 'running') order by requested_at",
    "idx_videos_unready": "select * from video.videos where tenant_id = %s and status <> 'ready' order by created_at",
    "idx_questions_data": "select * from video.questions where data @> jsonb_build_object('correctAnswer', true, 'x', %s::text)",
    "idx_questions_tags": "select * from video.questions where tags @> array[%s::text]",
    "idx_lessons_tags": "select * from video.lessons where tags @> array[%s::text]",
    "idx_videos_metadata": "select * from video.videos where metadata @> jsonb_build_object('codec', %s::text)",
    "idx_users_preferences": "select * from video.users where preferences ? %s::text",
    "idx_analytics_events_data": "select count(*) from video.analytics_events where category = 'performance' and event_data @> jsonb_build_object('x', %s::text)",
    "idx_student_sessions_device": "select * from video.student_sessions where device_info @> jsonb_build_object('type', %s::text)",
    "idx_questions_search": "select * from video.questions where to_tsvector('simple', prompt) @@ plainto_tsquery('simple', %s::text)",
    "idx_videos_search": "select * from video.videos where to_tsvector('simple', title) @@ plainto_tsquery('simple', %s::text)",
    "idx_lessons_search": """select * from video.lessons
        where to_tsvector('simple', title || ' ' || coalesce(description, '')) @@ plainto_tsquery('simple', %s::text)""",
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_composite_partial_gin_and_search_indexes_are_used(sql: psycopg.Connection, name: str) -> None:
    """The planner is only kept from reading small tables whole; which index it takes is its own choice."""
    sql.execute("set local enable_seqscan = off")
    plan = json.dumps(column(sql, f"explain (format json) {USED[name]}", key("north")))
    parts = "select child.relname from pg_inherits join pg_class child on child.oid = inhrelid where inhparent = to_regclass(%s)"
    assert any(used in plan for used in [name, *column(sql, parts, f"video.{name}")]), plan


def test_every_reference_has_an_index(sql: psycopg.Connection) -> None:
    """Else a person cannot be erased without reading whole tables."""
    missing = """
        select conrelid::regclass || ' ' || conname from pg_constraint as c
        where connamespace = 'video'::regnamespace and contype = 'f' and conparentid = 0 and not exists (
            select from pg_index join pg_attribute as first on first.attrelid = indrelid and first.attnum = indkey[0]
            where indrelid = conrelid and first.attnum = any(conkey) and (first.attname <> 'tenant_id' or cardinality(conkey) = 1
                or indkey[1] = any(conkey))
        )
    """
    assert column(sql, missing) == []


def test_events_and_audit_are_parted_by_month(sql: psycopg.Connection) -> None:
    parted = "select partrelid::regclass::text || ' ' || pg_get_partkeydef(partrelid) from pg_partitioned_table order by 1"
    found = [text for text in column(sql, parted) if text.startswith("video.")]
    assert found == ["video.analytics_events RANGE (occurred_at)", "video.audit_logs RANGE (created_at)"]


# References stay within a tenant


def references(sql: psycopg.Connection) -> list[tuple[str, str, list[str], str, list[str]]]:
    return sql.execute(
        """
        select c.conname, t.relname, (select array_agg(a.attname::text order by k.n) from unnest(c.conkey) with ordinality k(att, n)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.att),
            r.relname, (select array_agg(a.attname::text order by k.n) from unnest(c.confkey) with ordinality k(att, n)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.att)
        from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
        where c.connamespace = 'video'::regnamespace and c.contype = 'f' and c.conparentid = 0 order by t.relname, c.conname
        """
    ).fetchall()


def test_every_reference_names_the_tenant(sql: psycopg.Connection) -> None:
    found = references(sql)
    assert len(found) >= 30
    for name, table, columns, to, to_columns in found:
        if to == "tenants":
            assert columns == ["tenant_id"], name
        else:
            assert columns[0] == to_columns[0] == "tenant_id", (table, name)
    with_tenant = {table for _, table, columns, _, _ in found if "tenant_id" in columns}
    assert with_tenant == set(TABLES) - {"tenants", "audit_logs"}  # the trail outlives its tenant


def test_no_row_can_refer_to_another_tenants(sql: psycopg.Connection) -> None:
    """Each reference of each northern row is turned to a row of the south: refused, whoever asks."""
    sql.execute("update video.notifications set acknowledged_at = now()")
    sql.execute("alter table video.grades disable trigger grades_letter")  # the references alone are asked
    sql.execute("alter table video.question_reviews disable trigger reviews_honest")
    one = "(tableoid, ctid) = (select tableoid, ctid from video.{} where tenant_id = %s limit 1)"
    tried = 0
    for name, table, columns, to, to_columns in references(sql):
        if to == "tenants":
            continue
        own, theirs = columns[1], to_columns[1]
        (foreign, *_) = column(sql, f"select {theirs} from video.{to} where tenant_id = %s order by 1", key("south"))
        if own == "letter":  # written by the database, and the letters are alike: one that only the south has
            sql.execute("update video.grade_scales set letter = 'Ω' where tenant_id = %s and letter = 'A'", [key("south")])
            foreign = "Ω"
        with pytest.raises(errors.ForeignKeyViolation) as caught, sql.transaction():
            changed = sql.execute(f"update video.{table} set {own} = %s where {one.format(table)}", [foreign, key("north")])
            assert changed.rowcount > 0, table
            sql.execute("set constraints all immediate")
        assert caught.value.diag.constraint_name.startswith(name[:40]) or "fkey" in caught.value.diag.constraint_name
        tried += 1
    assert tried >= 28


def test_no_row_can_move_to_another_tenant_with_its_references(sql: psycopg.Connection) -> None:
    sql.execute(
        "update video.notifications set acknowledged_at = now(), acknowledged_by = %s where tenant_id = %s",
        [key("north/admin"), key("north")],
    )
    for name, table, columns, to, _ in references(sql):
        if to == "tenants" or "tenant_id" not in columns:
            continue
        with pytest.raises(errors.IntegrityError), sql.transaction():
            sql.execute(f"update video.{table} set tenant_id = %s where tenant_id = %s", [key("south"), key("north")])


# Content


GOOD = {
    "multiple_choice": {"options": [{"id": "a", "text": "1", "isCorrect": False}, {"id": "b", "text": "二", "isCorrect": True}]},
    "true_false": {"correctAnswer": False},
    "short_answer": {"acceptedAnswers": ["Tokyo", "東京"], "caseSensitive": False},
    "fill_in_blank": {"text": "___ is the ____ of all", "blanks": [{"acceptedAnswers": ["This"]}, {"acceptedAnswers": ["end"]}]},
    "matching": {"pairs": [{"left": "dog", "right": "犬"}, {"left": "cat", "right": "猫"}]},
    "ordering": {"items": ["one", "two", "three"], "correctOrder": [2, 0, 1]},
}
option, blank, pair = ({"id": "a", "text": "x", "isCorrect": True}, {"acceptedAnswers": ["x"]}, {"left": "a", "right": "b"})
BAD = {
    "multiple_choice": [
        {}, [], None, 1, {"options": None}, {"options": {}}, {"options": []}, {"options": [option]}, {"options": [option, option]},
        {"options": [option, {"id": "b", "text": "y"}]}, {"options": [option, {"id": "b", "text": "y", "isCorrect": "false"}]},
        {"options": [option, {"id": "b", "text": "y", "isCorrect": None}]}, {"options": [option, {"id": 2, "text": "y", "isCorrect": False}]},
        {"options": [option, {"id": "b", "text": " ", "isCorrect": False}]}, {"options": [option, {"id": "b", "text": "x", "isCorrect": False}]},
        {"options": [option | {"isCorrect": False}, {"id": "b", "text": "y", "isCorrect": False}]},
        {"options": [[option], {"id": "b", "text": "y", "isCorrect": True}]}, {"options": ["a", "b"]}, GOOD["true_false"],
    ],
    "true_false": [{}, [], True, {"correctAnswer": "true"}, {"correctAnswer": None}, {"correctAnswer": 1}, {"correctAnswer": [True]}],
    "short_answer": [
        {}, ["x"], {"acceptedAnswers": "x"}, {"acceptedAnswers": []}, {"acceptedAnswers": [1]}, {"acceptedAnswers": [""]},
        {"acceptedAnswers": ["x", None]}, {"acceptedAnswers": ["x"], "caseSensitive": "no"}, {"acceptedAnswers": [["x"]]},
        {"acceptedAnswers": ["x"], "caseSensitive": None},
    ],
    "fill_in_blank": [
        {}, {"text": "___"}, {"blanks": [blank]}, {"text": "___", "blanks": []}, {"text": "no gap", "blanks": [blank]},
        {"text": "___ and ___", "blanks": [blank]}, {"text": "___", "blanks": [blank, blank]}, {"text": "___", "blanks": ["x"]},
        {"text": "___", "blanks": [{}]}, {"text": 1, "blanks": [blank]}, {"text": "___", "blanks": blank}, {"text": "___", "blanks": [[blank]]},
    ],
    "matching": [
        {}, {"pairs": []}, {"pairs": [pair]}, {"pairs": [pair, pair]}, {"pairs": [pair, {"left": "c"}]}, {"pairs": pair},
        {"pairs": [pair, {"left": "c", "right": 1}]}, {"pairs": [[pair], {"left": "c", "right": "d"}]}, {"pairs": [pair, "c"]},
        {"pairs": [pair, {"left": "a", "right": "d"}]}, {"pairs": [pair, {"left": "", "right": "d"}]},
    ],
    "ordering": [
        {}, {"items": ["a", "b"]}, {"correctOrder": [0, 1]}, {"items": ["a"], "correctOrder": [0]}, {"items": ["a", "a"], "correctOrder": [0, 1]},
        {"items": ["a", "b"], "correctOrder": [1, 2]}, {"items": ["a", "b"], "correctOrder": [0]}, {"items": ["a", "b"], "correctOrder": [0, 0]},
        {"items": ["a", "b"], "correctOrder": ["0", "1"]}, {"items": ["a", "b"], "correctOrder": [0, 0.5]}, {"items": "ab", "correctOrder": [0, 1]},
        {"items": ["a", "b"], "correctOrder": [0, 1, 2]}, {"items": ["a", "b"], "correctOrder": {"0": 1}}, {"items": ["a", 1], "correctOrder": [0, 1]},
        {"items": ["a", "b"], "correctOrder": [[0, 1]]}, {"items": ["a", "b"], "correctOrder": [0, -1]},
    ],
}  # fmt: skip
ASK = "insert into video.questions (tenant_id, milestone_id, question_type, prompt, data) values (%s, %s, %s, 'Which?', %s::jsonb)"


@pytest.mark.parametrize("kind", GOOD)
def test_a_question_of_each_type_is_taken_well_formed_and_refused_malformed(sql: psycopg.Connection, kind: str) -> None:
    place = (key("north"), key("north/stop"), kind)
    sql.execute(ASK, [*place, json.dumps(GOOD[kind])])
    sql.execute(ASK, [*place, json.dumps(GOOD[kind] | {"hint": "further keys are free"})])
    for data in BAD[kind]:
        refused(sql, ASK, *place, json.dumps(data), by="questions_data_shape")
    refused(sql, "update video.questions set data = '{}' where question_type = %s", kind, by="questions_data_shape")


def test_a_question_has_one_of_six_types(sql: psycopg.Connection) -> None:
    refused(sql, ASK, key("north"), key("north/stop"), "essay", "{}")
    refused(sql, "update video.questions set question_type = 'matching' where id = %s", key("north/waiting"), by="questions_data_shape")


def test_content_is_reused_across_lessons(sql: psycopg.Connection) -> None:
    sql.execute("insert into video.lesson_video_groups values (%s, %s, %s, 1)", [key("north"), key("north/plan"), key("north/group")])
    lessons = """select count(*) from video.lesson_video_groups as used join video.video_group_videos using (video_group_id)
        where video_id = %s"""
    assert column(sql, lessons, key("north/video")) == [2]


def test_numbers_that_are_none_are_refused(sql: psycopg.Connection) -> None:
    columns = sql.execute(
        """select table_name, column_name, data_type from information_schema.columns join information_schema.tables using (table_name)
        where columns.table_schema = 'video' and tables.table_schema = 'video' and table_type = 'BASE TABLE'
            and data_type in ('double precision', 'numeric') and is_generated = 'NEVER' and table_name = any(%s)""",
        [list(TABLES)],
    ).fetchall()
    assert len(columns) > 15
    for table, name, kind in columns:
        for value in ("NaN", "Infinity") if kind == "double precision" else ("NaN",):
            with pytest.raises((errors.IntegrityError, errors.NumericValueOutOfRange)), sql.transaction():
                assert sql.execute(f"update video.{table} set {name} = '{value}'").rowcount, (table, name)


# Review


def state(sql: psycopg.Connection, name: str) -> str:
    return column(sql, "select status from video.questions where id = %s", key(f"north/{name}"))[0]


def review(sql: psycopg.Connection, name: str, decision: str, version: int = 1, who: str = "north/teacher") -> None:
    sql.execute(
        "insert into video.question_reviews (tenant_id, question_id, content_version, reviewer_id, decision) values (%s, %s, %s, %s, %s)",
        [key("north"), key(f"north/{name}"), version, key(who), decision],
    )


PUBLISH = "update video.questions set status = 'published' where id = %s"


@pytest.mark.parametrize("status", ["approved", "published"])
def test_nothing_is_published_unreviewed(sql: psycopg.Connection, status: str) -> None:
    refused(sql, ASK.replace("data)", "data, status)").replace("jsonb)", f"jsonb, '{status}')"), key("north"), key("north/stop"), "true_false",
            json.dumps(GOOD["true_false"]))  # fmt: skip
    refused(sql, f"update video.questions set status = '{status}' where id = %s", key("north/waiting"))
    copy = """insert into video.questions (tenant_id, milestone_id, question_type, prompt, data, status)
        select tenant_id, milestone_id, question_type, prompt, data, status from video.questions where id = %s"""
    refused(sql, copy, key("north/question"))


def test_a_question_is_drafted_reviewed_approved_and_published(sql: psycopg.Connection) -> None:
    assert state(sql, "waiting") == "in_review"
    review(sql, "waiting", "changes_requested")
    assert state(sql, "waiting") == "draft"
    refused(sql, PUBLISH, key("north/waiting"))
    sql.execute("update video.questions set prompt = 'better', status = 'in_review' where id = %s", [key("north/waiting")])
    review(sql, "waiting", "approved", version=2)
    assert state(sql, "waiting") == "approved"
    sql.execute(PUBLISH, [key("north/waiting")])
    assert state(sql, "waiting") == "published"


@pytest.mark.parametrize(
    "change",
    ["prompt = 'another'", "data = '{\"correctAnswer\": false}'", "points = 1", "explanation = 'because'", "allows_partial_credit = false",
     "question_type = 'short_answer', data = '{\"acceptedAnswers\": [\"x\"]}'"],
)  # fmt: skip
def test_changed_content_goes_back_to_review(sql: psycopg.Connection, change: str) -> None:
    sql.execute(f"update video.questions set {change} where id = %s", [key("north/question")])
    assert state(sql, "question") == "in_review"
    refused(sql, PUBLISH, key("north/question"))
    review(sql, "question", "approved", version=1)  # of the old form: says nothing about the new one
    assert state(sql, "question") == "in_review"
    refused(sql, PUBLISH, key("north/question"))
    review(sql, "question", "approved", version=2)
    sql.execute(PUBLISH, [key("north/question")])


def test_what_is_no_content_may_change(sql: psycopg.Connection) -> None:
    sql.execute("update video.questions set tags = '{x}', difficulty = 0.5 where id = %s", [key("north/question")])
    assert state(sql, "question") == "published"


def test_the_version_is_counted_by_the_database_alone(sql: psycopg.Connection) -> None:
    sql.execute("update video.questions set content_version = 9, prompt = 'x' where id = %s", [key("north/question")])
    sql.execute("update video.questions set content_version = 1 where id = %s", [key("north/question")])
    assert column(sql, "select content_version from video.questions where id = %s", key("north/question")) == [2]
    with pytest.raises(errors.CheckViolation, match="has no version 3 yet"), sql.transaction():
        review(sql, "question", "approved", version=3)


@pytest.mark.parametrize(("decision", "after"), [("rejected", "rejected"), ("changes_requested", "draft")])
def test_a_later_review_takes_a_question_out_of_print(sql: psycopg.Connection, decision: str, after: str) -> None:
    review(sql, "question", decision)
    assert state(sql, "question") == after
    refused(sql, PUBLISH, key("north/question"))
    review(sql, "question", "approved")
    sql.execute(PUBLISH, [key("north/question")])


def test_an_approval_of_long_ago_does_not_outweigh_a_newer_rejection(sql: psycopg.Connection) -> None:
    review(sql, "question", "rejected")
    sql.execute(
        """insert into video.question_reviews (tenant_id, question_id, content_version, reviewer_id, decision, reviewed_at)
        select tenant_id, question_id, 1, reviewer_id, 'approved', now() - interval '1 year' from video.question_reviews limit 1"""
    )
    refused(sql, PUBLISH, key("north/question"))


def test_a_review_is_given_once_by_somebody_of_the_tenant_who_teaches(sql: psycopg.Connection) -> None:
    with pytest.raises(errors.ForeignKeyViolation), sql.transaction():
        review(sql, "waiting", "approved", who="south/teacher")
    with pytest.raises(errors.CheckViolation, match="students do not review"), sql.transaction():
        review(sql, "waiting", "approved", who="north/student")
    for change in ("decision = 'rejected'", "content_version = 2", "reviewed_at = 'infinity'", f"question_id = '{key('north/waiting')}'"):
        refused(sql, f"update video.question_reviews set {change} where id = %s", key("north/review"))
    sql.execute("update video.question_reviews set comment = null where id = %s", [key("north/review")])  # may be erased


def test_an_approval_taken_away_takes_the_question_out_of_print(sql: psycopg.Connection) -> None:
    sql.execute("delete from video.question_reviews where id = %s", [key("north/review")])
    assert state(sql, "question") == "in_review"


def test_publishing_waits_for_a_review_that_is_being_written(database) -> None:
    with database.connect() as first, database.connect() as second:
        one, two = raw(first), raw(second)
        one.execute(FILL)
        review(one, "waiting", "approved")
        one.commit()
        review(one, "waiting", "rejected")  # not committed
        two.execute("set lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable), two.transaction():
            two.execute(PUBLISH, [key("north/waiting")])
        one.commit()
        refused(two, PUBLISH, key("north/waiting"))


# Learning


def test_a_student_has_one_session_a_video(sql: psycopg.Connection) -> None:
    again = """insert into video.student_sessions (tenant_id, student_id, video_id) values (%s, %s, %s)"""
    refused(sql, again, key("north"), key("north/student"), key("north/video"), by="student_sessions_student_video_key")


TRY = """insert into video.question_attempts (tenant_id, student_id, question_id, attempt_no, answer, is_correct, points_earned)
    values (%s, %s, %s, %s, 'true', %s, %s)"""


def test_attempts_end_at_the_retry_limit(sql: psycopg.Connection) -> None:
    who = (key("north"), key("north/student"), key("north/question"))
    sql.execute(TRY, [*who, 2, False, 0])
    sql.execute(TRY, [*who, 3, True, 2])
    refused(sql, TRY, *who, 4, True, 2)
    refused(sql, TRY, *who, 3, False, 0)
    refused(sql, "update video.question_attempts set attempt_no = 4 where student_id = %s and attempt_no = 3", key("north/student"))
    sql.execute("update video.milestones set retry_limit = 4 where id = %s", [key("north/stop")])
    sql.execute(TRY, [*who, 4, True, 2])


@pytest.mark.parametrize(
    ("partial", "correct", "points", "fine"),
    [(True, False, 0.5, True), (False, False, 0.5, False), (True, True, 2.5, False), (True, True, 1.5, False), (True, False, 2, False),
     (False, True, 2, True), (True, False, -1, False), (False, False, 0, True)],
)  # fmt: skip
def test_partial_credit_only_where_it_is_given(sql: psycopg.Connection, partial: bool, correct: bool, points: float, fine: bool) -> None:
    if not partial:
        sql.execute("alter table video.questions disable trigger questions_reviewed")
        sql.execute("update video.questions set allows_partial_credit = false")
    who = (key("north"), key("north/student"), key("north/question"), 2, correct, points)
    if fine:
        sql.execute(TRY, who)
    else:
        refused(sql, TRY, *who)


@pytest.mark.parametrize(
    ("earned", "total", "letter"), [(10, 10, "A"), (9, 10, "A"), (8.99, 10, "B"), (7, 10, "B"), (6.99, 10, "F"), (0, 10, "F"), (0, 0, None)]
)
def test_the_letter_follows_the_percentage(sql: psycopg.Connection, earned: float, total: float, letter: str | None) -> None:
    sql.execute("update video.grades set earned_points = %s, total_points = %s, letter = 'A'", [earned, total])
    assert set(column(sql, "select letter from video.grades")) == {letter}
    assert set(column(sql, "select percentage from video.grades")) == {100 * earned / total if total else None}


def test_a_grade_keeps_its_letter_when_the_scale_changes(sql: psycopg.Connection) -> None:
    sql.execute("update video.grade_scales set lowest_percentage = 75 where letter = 'B'")
    assert set(column(sql, "select letter from video.grades")) == {"B"}
    sql.execute("update video.grades set earned_points = earned_points")
    assert set(column(sql, "select letter from video.grades")) == {"F"}


EVENT = "insert into video.analytics_events (tenant_id, event_type, category, video_id, event_data) values (%s, %s, %s, %s, %s::jsonb)"


@pytest.mark.parametrize(
    ("kind", "category", "data"),
    [("video_watch", "learning", "{}"), ("video_watch", "learning", '{"fromSecond": 5, "toSecond": 4}'), ("login", "learning", "{}"),
     ("video_watch", "learning", '{"fromSecond": "1", "toSecond": "2"}'), ("video_watch", "learning", '{"fromSecond": -1, "toSecond": 4}'),
     ("error_occurred", "system", "{}"), ("anything", "other", "{}"), ("page_view", "navigation", "[]")],
)  # fmt: skip
def test_malformed_events_are_refused(sql: psycopg.Connection, kind: str, category: str, data: str) -> None:
    refused(sql, EVENT, key("north"), kind, category, key("north/video"), data)


def test_alerts_are_those_named(sql: psycopg.Connection) -> None:
    alert = "insert into video.notifications (tenant_id, kind, severity, title) values (%s, %s, %s, 'x')"
    for kind in ("database_connection_failure", "query_timeout", "disk_space", "replication_lag"):
        sql.execute(alert, [None, kind, "critical"])
        refused(sql, alert, None, kind, "business")
    for kind in ("engagement_drop", "ai_generation_failure", "video_processing_error"):
        sql.execute(alert, [key("north"), kind, "business"])
    refused(sql, alert, None, "coffee", "critical")
    refused(sql, "update video.notifications set acknowledged_by = %s, acknowledged_at = now() where tenant_id is null", key("north/admin"))
