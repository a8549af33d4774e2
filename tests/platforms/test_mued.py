"""MUED's schema: what its two documents name is there under that name, and what must not happen is refused."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection

from workbench import paths
from workbench.db import raw

CORE = {"users", "lesson_slots", "reservations", "messages", "materials", "subscriptions", "learning_metrics"}
RAG = {"ai_dialogue_log", "provenance", "rag_metrics_history", "plugin_registry"}
NOTES = {"log_entries", "sessions", "session_analyses", "interview_questions", "interview_answers"}
LICENSES = "cc_by cc_by_sa cc_by_nc cc_by_nc_sa proprietary mit apache_2_0 all_rights_reserved public_domain"
ENUMS = {
    "content_type": "material creation_log generated note_article ai_response",
    "acquisition_method": "api_fetch manual_upload ai_generated user_created system_import",
    "license_type": LICENSES,
}
INDEXES = {
    "idx_ai_dialogue_user": r"^CREATE INDEX .* USING btree \(user_id\)$",
    "idx_ai_dialogue_user_created": r"^CREATE INDEX .* USING btree \(user_id, created_at DESC\)$",
    "idx_provenance_expiring": r"^CREATE INDEX .* USING btree \(mued\.expires_at.* WHERE \(retention_years IS NOT NULL\)$",
    "idx_rag_metrics_date_unique": r"^CREATE UNIQUE INDEX .* USING btree \(date\)$",
    "idx_plugin_enabled_healthy": r"^CREATE INDEX .* WHERE \(enabled AND \(health_status = 'healthy'::text\)\)$",
    "idx_ai_dialogue_citations": r" USING gin \(.* jsonb_path_ops\)",
    "idx_log_entries_metadata": r" USING gin \(metadata jsonb_path_ops\)",
    "idx_log_entries_content": r" USING gin \(content .*gin_trgm_ops\)",
    "idx_sessions_daw_metadata": r" USING gin \(daw_metadata jsonb_path_ops\)",
    "idx_session_analyses_results": r" USING gin \(results jsonb_path_ops\)",
    "idx_rag_summary_key": r"^CREATE UNIQUE INDEX .* ON mued\.rag_summary USING btree \(month\)$",
    "idx_interview_summary_key": r"^CREATE UNIQUE INDEX .* ON mued\.interview_summary USING btree \(day, kind\)$",
}
NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def one(sql: psycopg.Connection, text: str, **values: object) -> object:
    return sql.execute(text, values).fetchone()[0]


def column(sql: psycopg.Connection, text: str, **values: object) -> list[object]:
    return [row[0] for row in sql.execute(text, values)]


def refused(sql: psycopg.Connection, constraint: str, text: str, **values: object) -> None:
    """The statement fails on the constraint or index of this name."""
    with pytest.raises(psycopg.errors.IntegrityError) as caught, sql.transaction():
        sql.execute(text, values)
    assert caught.value.diag.constraint_name == constraint


def user(sql: psycopg.Connection, name: str, role: str = "student") -> UUID:
    values = {"email": f"{name}@example.org", "name": name, "role": role}
    return one(sql, "insert into mued.users (email, display_name, role) values (%(email)s, %(name)s, %(role)s) returning id", **values)


def slot(sql: psycopg.Connection, mentor: UUID, starts_at: datetime, minutes: int = 60) -> UUID:
    return one(
        sql,
        "insert into mued.lesson_slots (mentor_id, starts_at, ends_at) values (%(mentor)s, %(start)s, %(end)s) returning id",
        mentor=mentor, start=starts_at, end=starts_at + timedelta(minutes=minutes),
    )  # fmt: skip


BOOK = """
    insert into mued.reservations (slot_id, student_id, starts_at, ends_at, status, booked_at, cancelled_at)
    select id, %(student)s, starts_at, ends_at, %(status)s, starts_at - interval '2 days',
           case when %(status)s = 'cancelled' then starts_at end
    from mued.lesson_slots where id = %(slot)s
"""


# What the documents name


def test_every_table_of_the_documents_is_there_and_no_other(sql: psycopg.Connection) -> None:
    assert set(column(sql, "select tablename from pg_tables where schemaname = 'mued'")) == CORE | RAG | NOTES


def test_enums_have_exactly_the_listed_labels_in_order(sql: psycopg.Connection) -> None:
    found = sql.execute(
        """select typname, string_agg(enumlabel, ' ' order by enumsortorder)
           from pg_enum join pg_type on pg_type.oid = enumtypid where typnamespace = 'mued'::regnamespace group by typname"""
    )
    assert dict(found.fetchall()) == ENUMS


@pytest.mark.parametrize("name", INDEXES)
def test_named_indexes_have_their_form(sql: psycopg.Connection, name: str) -> None:
    (definition,) = column(sql, "select indexdef from pg_indexes where schemaname = 'mued' and indexname = %(name)s", name=name)
    assert re.search(INDEXES[name], definition)


def test_foreign_keys_of_the_documents(sql: psycopg.Connection) -> None:
    definition = "select pg_get_constraintdef(oid) from pg_constraint where conname = %(name)s"
    dialogue, acquired = "fk_ai_dialogue_user", "fk_provenance_acquired_by"
    assert one(sql, definition, name=dialogue) == "FOREIGN KEY (user_id) REFERENCES mued.users(id) ON DELETE CASCADE"
    assert one(sql, definition, name=acquired) == "FOREIGN KEY (acquired_by) REFERENCES mued.users(id) ON DELETE SET NULL"
    held = "select count(*) from pg_constraint where conrelid = 'mued.provenance'::regclass and contype = 'f'"
    assert one(sql, held) == 1, "content_id is polymorphic and has none"


def test_every_foreign_key_has_an_index_that_begins_with_it(sql: psycopg.Connection) -> None:
    bare = column(
        sql,
        """select conname from pg_constraint as c
           where contype = 'f' and connamespace = 'mued'::regnamespace and not exists (
               select from pg_index where indrelid = conrelid and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)""",
    )
    assert bare == []


def test_the_registry_begins_with_its_two_plugins(sql: psycopg.Connection) -> None:
    found = sql.execute("select name, source, version, enabled from mued.plugin_registry order by source").fetchall()
    assert found == [("Local Materials", "local", "1.0.0", True), ("Note.com Integration", "note", "1.0.0", True)]


@pytest.mark.parametrize("schema", ["mued", "marts"])
def test_every_table_view_and_column_has_a_comment(sql: psycopg.Connection, schema: str) -> None:
    bare = column(
        sql,
        """select format('%%s.%%s', c.oid::regclass, attname)
           from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
           where relnamespace = %(schema)s::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relispartition
               and (col_description(c.oid, attnum) is null or obj_description(c.oid, 'pg_class') is null)""",
        schema=schema,
    )
    assert bare == []


def test_every_time_has_a_zone(sql: psycopg.Connection) -> None:
    naive = "select column_name from information_schema.columns where table_schema = 'mued' and data_type like 'time%%without%%'"
    assert column(sql, naive) == []


@pytest.mark.parametrize("name", ["0006_add_rag_metrics", "0007_optimize_rag_indexes", "0008_add_foreign_keys"])
def test_rag_migrations_are_safe_to_run_again(sql: psycopg.Connection, name: str) -> None:
    objects = "select count(*) from pg_depend where refobjid in (select oid from pg_class where relnamespace = 'mued'::regnamespace)"
    before = one(sql, objects)
    sql.execute((paths.SQL / "mued" / "migrations" / f"{name}.sql").read_text(encoding="utf-8"))
    assert one(sql, objects) == before
    assert one(sql, "select count(*) from mued.plugin_registry") == 2


# What must not happen


def test_a_mentor_is_never_in_two_lessons(sql: psycopg.Connection) -> None:
    mentor, other = user(sql, "mentor", "mentor"), user(sql, "other", "mentor")
    first = slot(sql, mentor, NOON)
    slot(sql, mentor, NOON + timedelta(hours=1))
    slot(sql, other, NOON)
    again = "insert into mued.lesson_slots (mentor_id, starts_at, ends_at) values (%(mentor)s, %(start)s, %(end)s)"
    late, end = NOON + timedelta(minutes=59), NOON + timedelta(minutes=70)
    refused(sql, "lesson_slots_no_overlap", again, mentor=mentor, start=late, end=end)
    sql.execute("update mued.lesson_slots set status = 'cancelled' where id = %(id)s", {"id": first})
    sql.execute(again, {"mentor": mentor, "start": NOON, "end": NOON + timedelta(minutes=30)})


def test_a_slot_is_booked_once_and_again_after_a_cancellation(sql: psycopg.Connection) -> None:
    mentor, student, other = user(sql, "mentor", "mentor"), user(sql, "student"), user(sql, "other")
    lesson = slot(sql, mentor, NOON)
    sql.execute(BOOK, {"slot": lesson, "student": student, "status": "booked"})
    refused(sql, "idx_reservations_slot_living", BOOK, slot=lesson, student=other, status="booked")
    sql.execute("update mued.reservations set status = 'cancelled', cancelled_at = booked_at")
    sql.execute(BOOK, {"slot": lesson, "student": other, "status": "booked"})


def test_a_student_is_never_in_two_lessons_and_bookings_follow_a_moved_slot(sql: psycopg.Connection) -> None:
    mentor, other, student = user(sql, "mentor", "mentor"), user(sql, "other", "mentor"), user(sql, "student")
    lesson, clash = slot(sql, mentor, NOON), slot(sql, other, NOON + timedelta(minutes=30))
    sql.execute(BOOK, {"slot": lesson, "student": student, "status": "booked"})
    refused(sql, "reservations_no_overlap", BOOK, slot=clash, student=student, status="booked")
    later = "update mued.lesson_slots set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day' where id = %(id)s"
    sql.execute(later, {"id": lesson})
    assert one(sql, "select starts_at from mued.reservations") == NOON + timedelta(days=1)
    sql.execute(BOOK, {"slot": clash, "student": student, "status": "booked"})


def test_an_account_is_on_one_plan_at_a_time(sql: psycopg.Connection) -> None:
    start = "insert into mued.subscriptions (user_id, plan, started_at, ended_at) values (%(user)s, 'basic', %(start)s, %(end)s)"
    student = user(sql, "student")
    sql.execute(start, {"user": student, "start": NOON, "end": NOON + timedelta(days=30)})
    sql.execute(start, {"user": student, "start": NOON + timedelta(days=30), "end": None})
    refused(sql, "subscriptions_no_overlap", start, user=student, start=NOON + timedelta(days=90), end=None)


UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("citations", [[], [{"provenance_id": None}], [{"provenance_id": UNKNOWN, "title": "音階", "quote": "…"}]])
def test_citations_may_be_absent_or_lead_nowhere(sql: psycopg.Connection, citations: list[object]) -> None:
    sql.execute("insert into mued.ai_dialogue_log (citations) values (%(it)s)", {"it": json.dumps(citations)})


MISSPELT = [[{"provenance_id": text}] for text in ("x", "0" * 32, UNKNOWN.replace("8", "F"), UNKNOWN + "\n")]


@pytest.mark.parametrize(
    "citations",
    [{}, "x", None, ["x"], [[]], [[{"provenance_id": UNKNOWN}]], [{}], [{"provenance_id": 5}], *MISSPELT],
)
def test_malformed_citations_are_refused(sql: psycopg.Connection, citations: object) -> None:
    insert = "insert into mued.ai_dialogue_log (citations) values (%(it)s)"
    refused(sql, "ai_dialogue_citations_shape", insert, it=json.dumps(citations))


@pytest.mark.parametrize("metadata", [{}, {"daw": "Live", "tempo_bpm": 92.5, "key": "F#m", "tracks": 12, "plugins": ["EQ"], "new": {}}])
def test_workstation_metadata_may_grow(sql: psycopg.Connection, metadata: dict[str, object]) -> None:
    values = {"user": user(sql, "student"), "it": json.dumps(metadata)}
    sql.execute("insert into mued.sessions (user_id, daw_metadata) values (%(user)s, %(it)s)", values)


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        {"tempo_bpm": "fast"},
        {"tempo_bpm": 19},
        {"tempo_bpm": 401},
        {"tempo_bpm": None},
        {"plugins": "EQ"},
        {"project_name": "わたしの曲"},
    ],
)
def test_malformed_workstation_metadata_and_names_are_refused(sql: psycopg.Connection, metadata: object) -> None:
    insert = "insert into mued.sessions (user_id, daw_metadata) values (%(user)s, %(it)s)"
    refused(sql, "sessions_daw_metadata_shape", insert, user=user(sql, "student"), it=json.dumps(metadata))


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("ai_dialogue_latency_range", "(latency_ms) values (-1)"),
        ("ai_dialogue_latency_range", "(latency_ms) values ('NaN')"),
        ("ai_dialogue_citation_rate_range", "(citation_rate) values (100.01)"),
        ("ai_dialogue_cost_range", "(token_cost_jpy) values (-0.01)"),
        ("ai_dialogue_relevance_range", "(relevance_score) values (1.001)"),
        ("ai_dialogue_feedback_known", "(user_feedback) values (2)"),
        ("ai_dialogue_tokens_range", "(output_tokens) values (-1)"),
        ("fk_ai_dialogue_user", f"(user_id) values ('{UNKNOWN}')"),
    ],
)
def test_ranges_of_the_documents_hold(sql: psycopg.Connection, constraint: str, values: str) -> None:
    refused(sql, constraint, f"insert into mued.ai_dialogue_log {values}")


@pytest.mark.parametrize("flags", [{"latency_p95": "yes"}, {"latency_p95": {"met": True}}, [True]])
def test_slo_compliance_holds_flags_only(sql: psycopg.Connection, flags: object) -> None:
    insert = "insert into mued.rag_metrics_history (date, slo_compliance) values ('2026-08-01', %(it)s)"
    refused(sql, "rag_metrics_slo_shape", insert, it=json.dumps(flags))


def interview(sql: psycopg.Connection, student: UUID) -> tuple[UUID, UUID]:
    """A session of the student and a question about it."""
    session = one(sql, "insert into mued.sessions (user_id, started_at) values (%(user)s, %(at)s) returning id", user=student, at=NOON)
    question = one(
        sql,
        """insert into mued.interview_questions (session_id, position, theme, question, asked_at)
           values (%(session)s, 1, 'harmony', 'なぜこの和音を？', %(at)s) returning id""",
        session=session, at=NOON,
    )  # fmt: skip
    return session, question


ANSWER = (
    "insert into mued.interview_answers (question_id, session_id, user_id, answer) values (%(question)s, %(session)s, %(user)s, 'だって')"
)


def test_an_interview_answer_belongs_to_its_session_and_its_learner(sql: psycopg.Connection) -> None:
    student, other = user(sql, "student"), user(sql, "other")
    session, question = interview(sql, student)
    elsewhere, _ = interview(sql, other)
    refused(sql, "fk_interview_answers_session", ANSWER, question=question, session=session, user=other)
    refused(sql, "fk_interview_answers_question", ANSWER, question=question, session=elsewhere, user=other)
    sql.execute(ANSWER, {"question": question, "session": session, "user": student})
    refused(sql, "interview_answers_question_key", ANSWER, question=question, session=session, user=student)


def test_an_analysis_is_kept_per_version(sql: psycopg.Connection) -> None:
    session, _ = interview(sql, user(sql, "student"))
    analyse = "insert into mued.session_analyses (session_id, analysis_version) values (%(session)s, %(version)s)"
    sql.execute(analyse, {"session": session, "version": "1.0.0"})
    sql.execute(analyse, {"session": session, "version": "1.1.0"})
    refused(sql, "session_analyses_version_key", analyse, session=session, version="1.1.0")


def test_an_account_takes_its_rows_along_and_leaves_lineage(sql: psycopg.Connection) -> None:
    student = user(sql, "student")
    session, question = interview(sql, student)
    sql.execute(ANSWER, {"question": question, "session": session, "user": student})
    sql.execute(
        "insert into mued.ai_dialogue_log (user_id, session_id) values (%(user)s, %(session)s)", {"user": student, "session": session}
    )
    sql.execute(
        "insert into mued.provenance (content_type, acquisition_method, acquired_by) values ('material', 'user_created', %(user)s)",
        {"user": student},
    )
    sql.execute("delete from mued.users where id = %(user)s", {"user": student})
    left = {table: one(sql, f"select count(*) from mued.{table}") for table in ("sessions", "interview_answers", "ai_dialogue_log")}  # noqa: S608
    assert left == {"sessions": 0, "interview_answers": 0, "ai_dialogue_log": 0}
    assert column(sql, "select acquired_by from mued.provenance") == [None]


def test_retention_ends_on_the_same_day_whatever_the_session_says(sql: psycopg.Connection) -> None:
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        sql.execute("select set_config('timezone', %(zone)s, true)", {"zone": zone})
        assert one(sql, "select mued.expires_at('2024-02-29 23:30+00', 1)") == datetime(2025, 2, 28, 23, 30, tzinfo=UTC)
    assert one(sql, "select mued.expires_at(now(), null)") is None


def test_updated_at_follows_a_change_unless_stated(sql: psycopg.Connection) -> None:
    user(sql, "student")
    sql.execute("update mued.users set updated_at = '2020-01-01+00'")
    assert one(sql, "select updated_at from mued.users") == datetime(2020, 1, 1, tzinfo=UTC)
    sql.execute("update mued.users set instrument = '三味線'")
    assert one(sql, "select updated_at = now() from mued.users")


def test_notes_are_searched_by_trigrams_in_japanese(sql: psycopg.Connection) -> None:
    student = user(sql, "student")
    sql.execute(
        "insert into mued.log_entries (user_id, content) select %(user)s, '今日の練習 ' || n || ' 和音進行' from generate_series(1, 300) n",
        {"user": student},
    )
    sql.execute("set local enable_seqscan = off")
    search = "select count(*) from mued.log_entries where content like '%%練習 42 和音%%'"
    assert one(sql, search) == 1
    assert any("idx_log_entries_content" in line for line in column(sql, f"explain {search}"))


# Roles and summaries


def test_reading_roles_see_no_personal_column_but_names_for_the_identified(sql: psycopg.Connection) -> None:
    personal = """
        select c.relname || '.' || attname from pg_class c join pg_attribute on attrelid = c.oid and attnum > 0
        where relnamespace = 'mued'::regnamespace and col_description(c.oid, attnum) like 'Personal: %%'
    """
    marked = set(column(sql, personal))
    assert marked >= {"users.email", "users.password_hash", "users.display_name", "messages.body", "ai_dialogue_log.query"}
    may = personal + "and has_column_privilege(%(role)s, c.oid, attnum, 'select')"
    assert column(sql, may, role="workbench_reader") == []
    assert set(column(sql, may, role="workbench_identified")) == {"users.email", "users.display_name"}
    writes = """
        select relname::text from pg_class
        where relnamespace = 'mued'::regnamespace and relkind = 'r' and has_any_column_privilege(%(role)s, oid, %(what)s)
    """
    for role in ("workbench_reader", "workbench_identified"):
        for what in ("insert", "update"):
            assert column(sql, writes, role=role, what=what) == []


def test_a_plugin_configuration_is_hidden(sql: psycopg.Connection) -> None:
    sql.execute("set local role workbench_identified")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("select config from mued.plugin_registry")


def test_summaries_are_refreshed_by_the_loader_while_readers_read(sql: psycopg.Connection) -> None:
    student = user(sql, "student")
    session, question = interview(sql, student)
    sql.execute(ANSWER, {"question": question, "session": session, "user": student})
    sql.execute(
        """insert into mued.rag_metrics_history (
               date, answers, errors, priced_answers, cost_total_jpy, feedback_up, feedback_zero, feedback_down)
           values ('2026-08-03', 3, 1, 1, 2, 1, 0, 0), ('2026-08-31', 5, 0, 3, 4, 0, 2, 1), ('2026-09-01', 1, 1, 0, 0, 0, 0, 0)"""
    )
    sql.execute("set local role workbench_loader")
    sql.execute("select mued.refresh_summaries()")
    sql.execute("set local role workbench_reader")
    months = "select * from mued.rag_summary order by month"
    august, september = (date(2026, 8, 1), 2, 8, 1, 4, 6, 1.5, 1, 2, 1), (date(2026, 9, 1), 1, 1, 1, 0, 0, None, 0, 0, 0)
    assert sql.execute(months).fetchall() == [august, september]
    interviews = "select day, kind, sessions, analysed_sessions, questions, answers, skipped from mued.interview_summary"
    assert sql.execute(interviews).fetchall() == [(NOON.date(), "practice", 1, 0, 1, 1, 0)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute("select mued.refresh_summaries()")
