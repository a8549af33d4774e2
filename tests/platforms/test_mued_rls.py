"""Row level security of MUED, attacked as every role: what may be seen and written, and nothing else."""
# ruff: noqa: S608 — table names are this file's own

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from workbench.db import raw

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
TABLES = (
    "users", "lesson_slots", "reservations", "messages", "materials", "subscriptions", "learning_metrics", "ai_dialogue_log",
    "provenance", "rag_metrics_history", "plugin_registry", "log_entries", "sessions", "session_analyses", "interview_questions",
    "interview_answers",
)  # fmt: skip
OWNED = {"log_entries": "user_id", "sessions": "user_id", "interview_answers": "user_id", "ai_dialogue_log": "user_id"}
FILL = """
insert into mued.subscriptions (user_id, plan) values (%(ann)s, 'premium'), (%(ben)s, 'free');
insert into mued.materials (created_by, title, kind, is_public) values
    (%(mia)s, 'open', 'score', true), (%(mia)s, 'closed', 'score', false);
insert into mued.learning_metrics (user_id, material_id) select %(ann)s, id from mued.materials where title = 'closed';
insert into mued.ai_dialogue_log (user_id, query) values (%(ann)s, 'ann asks'), (%(ben)s, 'ben asks'), (null, 'nobody asks');
insert into mued.provenance (content_type, acquisition_method, acquired_by) values ('material', 'user_created', %(ben)s);
insert into mued.rag_metrics_history (date) values ('2026-08-01');
insert into mued.lesson_slots (mentor_id, starts_at, ends_at) values (%(max)s, %(noon)s, %(one)s), (%(mia)s, %(noon)s, %(one)s);
insert into mued.reservations (slot_id, student_id, starts_at, ends_at, booked_at)
    select id, %(cat)s, starts_at, ends_at, starts_at from mued.lesson_slots where mentor_id = %(max)s;
insert into mued.messages (sender_id, recipient_id, body, sent_at) values
    (%(ann)s, %(mia)s, 'from ann', %(noon)s), (%(mia)s, %(ann)s, 'to ann', %(noon)s);
insert into mued.log_entries (user_id, content, is_public, shared_with_mentor) values
    (%(ann)s, 'ann private', false, false), (%(ann)s, 'ann shared', false, true), (%(ann)s, 'ann public', true, false),
    (%(cat)s, 'cat shared', false, true), (%(cat)s, 'cat private', false, false);
insert into mued.sessions (user_id, title, is_public, shared_with_mentor) values
    (%(ann)s, 'private', false, false), (%(ann)s, 'shared', false, true), (%(ann)s, 'public', true, false);
insert into mued.session_analyses (session_id, analysis_version) select id, '1.0.0' from mued.sessions;
insert into mued.interview_questions (session_id, position, theme, question)
    select id, n, 'rhythm', title || n from mued.sessions cross join generate_series(1, 2) as n;
insert into mued.interview_answers (question_id, session_id, user_id, answer, is_public, shared_with_mentor)
    select q.id, q.session_id, s.user_id, q.question || case q.position when 1 then ' open' else ' closed' end,
        q.position = 1, q.position = 1
    from mued.interview_questions q join mued.sessions s on s.id = q.session_id
"""


@dataclasses.dataclass
class School:
    """Ann is assigned to mentor Mia; Cat has a lesson with mentor Max; Ben has nobody; Ada administers; Old is deactivated."""

    sql: psycopg.Connection
    ids: dict[str, UUID]

    def act(self, who: str | None) -> "School":
        """From now on as the application, for this account."""
        self.sql.execute("set local session authorization mued_app")
        setting = self.ids.get(who, who) if who is not None else ""
        self.sql.execute("select set_config('app.user_id', %s, true)", [str(setting)])
        return self

    def see(self, text: str, **values: object) -> set[object]:
        return {row[0] for row in self.sql.execute(text, {**self.ids, **values}).fetchall()}

    def change(self, text: str, **values: object) -> int:
        """Rows the statement touched."""
        return self.sql.execute(text, {**self.ids, **values}).rowcount

    def refused(self, text: str, **values: object) -> None:
        """The statement fails for want of a privilege or by a policy."""
        with pytest.raises(errors.InsufficientPrivilege), self.sql.transaction():
            self.sql.execute(text, {**self.ids, **values})


@pytest.fixture(scope="module")
def founded(shared_database: Any) -> Iterator[School]:
    """The school, in a transaction that is rolled back."""
    roles = {"ann": "student", "ben": "student", "cat": "student", "mia": "mentor", "max": "mentor", "ada": "admin", "old": "admin"}
    ids = {name: uuid4() for name in roles}
    with shared_database.connect() as connection:
        sql = raw(connection)
        with sql.cursor() as cursor:
            cursor.executemany(
                "insert into mued.users (id, email, password_hash, display_name, role, is_active) values (%s, %s, 'secret', %s, %s, %s)",
                [(ids[name], f"{name}@example.org", name, role, name != "old") for name, role in roles.items()],
            )
        sql.execute("update mued.users set mentor_id = %(mia)s where id = %(ann)s", ids)
        for statement in FILL.split(";\n"):
            sql.execute(statement, {**ids, "noon": NOON, "one": NOON + timedelta(hours=1)})
        yield School(sql, ids)
        connection.rollback()


@pytest.fixture
def school(founded: School) -> Iterator[School]:
    """What the test does is rolled back."""
    with founded.sql.transaction(force_rollback=True):
        yield founded


# Nobody


@pytest.mark.parametrize("who", [None, "", "garbage", "' or true --", "00000000-0000-4000-8000-000000000000", "old", "٠" * 36])
def test_without_a_living_account_nothing_is_seen(school: School, who: str | None) -> None:
    school.act(who)
    for table in TABLES:
        assert school.see(f"select count(id) from mued.{table}") == {0}


def test_without_a_setting_at_all_nothing_is_seen_or_written(school: School) -> None:
    school.sql.execute("set local session authorization mued_app")
    assert school.see("select current_setting('app.user_id', true)") <= {None, ""}
    assert school.see("select count(*) from mued.log_entries") == {0}
    assert school.see("select count(*) from mued.people") == {0}
    assert school.change("delete from mued.log_entries") == 0
    school.refused("insert into mued.log_entries (user_id, content) values (%(ann)s, 'x')")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_denies_by_default_and_binds_its_owner(school: School, table: str) -> None:
    flags = "select (relrowsecurity and relforcerowsecurity)::text from pg_class where oid = %(table)s::regclass"
    assert school.see(flags, table=f"mued.{table}") == {"true"}
    missing = """
        select role from unnest(array['workbench_owner', 'workbench_loader', 'workbench_reader', 'workbench_identified']) as role
        where not exists (
            select from pg_policies
            where schemaname = 'mued' and tablename = %(table)s and role = any(roles) and cmd in ('ALL', 'SELECT') and qual = 'true'
        )
    """
    assert school.see(missing, table=table) == set()


# What is seen

EVERYBODYS = {"ann public"}


@pytest.mark.parametrize(
    ("who", "logs"),
    [
        ("ann", {"ann private", "ann shared", "ann public"}),
        ("ben", EVERYBODYS),
        ("cat", {"cat shared", "cat private"} | EVERYBODYS),
        ("mia", {"ann shared"} | EVERYBODYS),
        ("max", {"cat shared"} | EVERYBODYS),
        ("ada", {"ann private", "ann shared", "ann public", "cat shared", "cat private"}),
    ],
)
def test_logs_are_seen_as_far_as_shared(school: School, who: str, logs: set[str]) -> None:
    assert school.act(who).see("select content from mued.log_entries") == logs


ALL_SESSIONS = {"private", "shared", "public"}


@pytest.mark.parametrize(
    ("who", "titles"),
    [("ann", ALL_SESSIONS), ("ben", {"public"}), ("mia", {"shared", "public"}), ("max", {"public"}), ("ada", ALL_SESSIONS)],
)
def test_sessions_and_what_belongs_to_them_are_seen_as_far_as_shared(school: School, who: str, titles: set[str]) -> None:
    school.act(who)
    assert school.see("select title from mued.sessions") == titles
    assert school.see("select title from mued.sessions s join mued.session_analyses a on a.session_id = s.id") == titles
    assert school.see("select count(*) from mued.session_analyses") == {len(titles)}
    assert school.see("select question from mued.interview_questions") == {f"{title}{n}" for title in titles for n in (1, 2)}


ALL_ANSWERS = {f"{title}{n} {word}" for title in ("private", "shared", "public") for n, word in ((1, "open"), (2, "closed"))}


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("ann", ALL_ANSWERS),
        ("ben", {"public1 open"}),
        ("mia", {"shared1 open", "public1 open"}),
        ("max", {"public1 open"}),
        ("ada", ALL_ANSWERS),
    ],
)
def test_an_answer_is_shared_only_as_far_as_its_session(school: School, who: str, answers: set[str]) -> None:
    assert school.act(who).see("select answer from mued.interview_answers") == answers


@pytest.mark.parametrize(
    ("who", "queries"), [("ann", {"ann asks"}), ("ben", {"ben asks"}), ("mia", set()), ("ada", {"ann asks", "ben asks", "nobody asks"})]
)
def test_dialogues_are_their_askers_alone(school: School, who: str, queries: set[str]) -> None:
    assert school.act(who).see("select query from mued.ai_dialogue_log") == queries


@pytest.mark.parametrize(
    ("who", "bodies"), [("ann", {"from ann", "to ann"}), ("mia", {"from ann", "to ann"}), ("ben", set()), ("max", set()), ("cat", set())]
)
def test_messages_are_seen_by_the_two_they_are_between(school: School, who: str, bodies: set[str]) -> None:
    assert school.act(who).see("select body from mued.messages") == bodies


@pytest.mark.parametrize(
    ("who", "table", "count"),
    [
        ("ann", "reservations", 0), ("cat", "reservations", 1), ("max", "reservations", 1), ("mia", "reservations", 0),
        ("ada", "reservations", 1),
        ("ann", "lesson_slots", 2), ("ann", "materials", 2), ("ben", "materials", 1), ("mia", "materials", 2), ("max", "materials", 1),
        ("ann", "learning_metrics", 1), ("mia", "learning_metrics", 1), ("max", "learning_metrics", 0), ("ben", "learning_metrics", 0),
        ("ann", "subscriptions", 1), ("mia", "subscriptions", 0), ("ada", "subscriptions", 2),
        ("ben", "provenance", 1), ("ann", "provenance", 0), ("ann", "rag_metrics_history", 0), ("ada", "rag_metrics_history", 1),
    ],
)  # fmt: skip
def test_lessons_materials_plans_and_lineage(school: School, who: str, table: str, count: int) -> None:
    assert school.act(who).see(f"select count(*) from mued.{table}") == {count}


@pytest.mark.parametrize(
    ("who", "accounts", "names"),
    [
        ("ann", {"ann"}, {"ann", "mia", "max"}),
        ("ben", {"ben"}, {"ben", "mia", "max"}),
        ("mia", {"mia"}, {"ann", "mia", "max"}),
        ("max", {"max"}, {"cat", "mia", "max"}),
        ("ada", {"ann", "ben", "cat", "mia", "max", "ada", "old"}, {"ann", "ben", "cat", "mia", "max", "ada"}),
    ],
)
def test_addresses_are_ones_own_and_names_those_of_mentors_and_students(
    school: School, who: str, accounts: set[str], names: set[str]
) -> None:
    school.act(who)
    assert school.see("select display_name from mued.users") == accounts
    assert school.see("select display_name from mued.people") == names


def test_a_mentor_sees_nothing_more_after_the_last_lesson_is_cancelled(school: School) -> None:
    school.change("update mued.reservations set status = 'cancelled', cancelled_at = booked_at")
    assert school.act("max").see("select content from mued.log_entries") == EVERYBODYS


def test_being_called_mentor_by_a_student_makes_none(school: School) -> None:
    school.change("update mued.users set mentor_id = %(ben)s where id = %(ann)s")
    assert school.act("ben").see("select content from mued.log_entries") == EVERYBODYS


# What is written

BOOK = """
    insert into mued.reservations (slot_id, student_id, starts_at, ends_at)
    select id, {}, starts_at, ends_at from mued.lesson_slots where mentor_id = %(mia)s
"""


@pytest.mark.parametrize(
    "insert",
    [
        "insert into mued.log_entries (user_id, content) values (%(ann)s, 'x')",
        "insert into mued.sessions (user_id) values (%(ann)s)",
        "insert into mued.ai_dialogue_log (user_id) values (%(ann)s)",
        "insert into mued.ai_dialogue_log (user_id) values (null)",
        "insert into mued.subscriptions (user_id, plan) values (%(ben)s, 'premium')",
        "insert into mued.provenance (content_type, acquisition_method, acquired_by) values ('material', 'user_created', %(ann)s)",
        "insert into mued.provenance (content_type, acquisition_method) values ('material', 'user_created')",
        "insert into mued.messages (sender_id, recipient_id, body) values (%(ann)s, %(mia)s, 'as ann')",
        "insert into mued.messages (sender_id, recipient_id, body) values (%(ben)s, %(ann)s, 'to a student')",
        "insert into mued.messages (sender_id, recipient_id, body) values (%(ben)s, %(mia)s, 'to a mentor of others')",
        "insert into mued.materials (created_by, title, kind) values (%(mia)s, 'as mia', 'score')",
        "insert into mued.learning_metrics (user_id, material_id, score) select %(ben)s, id, 100 from mued.materials where is_public",
        "insert into mued.lesson_slots (mentor_id, starts_at, ends_at) values (%(ben)s, now(), now() + interval '1 hour')",
        BOOK.format("%(ann)s"),
        "insert into mued.users (email, display_name, role) values ('x@example.org', 'x', 'admin')",
        "insert into mued.rag_metrics_history (date) values ('2026-08-02')",
        "insert into mued.plugin_registry (name, source, version) values ('x', 'x', '1.0.0')",
        "insert into mued.session_analyses (session_id, analysis_version) select id, '9.0.0' from mued.sessions",
        "insert into mued.interview_questions (session_id, position, theme, question) select id, 9, 'rhythm', 'x' from mued.sessions",
        """insert into mued.interview_answers (question_id, session_id, user_id, is_skipped)
           select id, session_id, %(ann)s, true from mued.interview_questions""",
    ],
)
def test_a_student_writes_nothing_in_anothers_name(school: School, insert: str) -> None:
    school.act("ben").refused(insert)


@pytest.mark.parametrize("table", OWNED)
@pytest.mark.parametrize("who", ["ben", "mia", "max"])
def test_others_rows_are_neither_changed_nor_deleted(school: School, who: str, table: str) -> None:
    school.act(who)
    some = {"ai_dialogue_log": "user_feedback = -1"}.get(table, "is_public = true, shared_with_mentor = true")
    assert school.change(f"update mued.{table} set {some} where user_id = %(ann)s") == 0
    assert school.change(f"delete from mued.{table} where user_id = %(ann)s") == 0


@pytest.mark.parametrize(("table", "owner"), OWNED.items())
def test_a_row_does_not_move_to_another_owner(school: School, table: str, owner: str) -> None:
    school.act("ann").refused(f"update mued.{table} set {owner} = %(ben)s where {owner} = %(ann)s")


@pytest.mark.parametrize(
    "change",
    [
        "role = 'admin'", "role = 'mentor'", "mentor_id = %(max)s", "mentor_id = null", "is_active = false",
        "deleted_at = now(), is_active = false",
        "id = %(ada)s", "password_hash = 'x'", "created_at = now()",
    ],
)  # fmt: skip
def test_nobody_promotes_themselves(school: School, change: str) -> None:
    school.act("ann").refused(f"update mued.users set {change} where id = %(ann)s")


def test_ones_own_profile_may_change_and_only_that(school: School) -> None:
    school.act("ann")
    assert school.change("update mued.users set display_name = 'アン', instrument = 'koto'") == 1
    assert school.change("update mued.users set role = 'admin' where id = %(ada)s") == 0
    assert school.change("delete from mued.users") == 0


def test_measurements_of_an_answer_are_not_rewritten(school: School) -> None:
    school.act("ann")
    assert school.change("update mued.ai_dialogue_log set user_feedback = 1") == 1
    for change in ("latency_ms = 1", "citations = '[]'", "created_at = now()", "token_cost_jpy = 0"):
        school.refused(f"update mued.ai_dialogue_log set {change}")


def test_a_student_books_and_cancels_but_does_not_attest_attendance(school: School) -> None:
    school.act("ben")
    free = "select id, %(ben)s, starts_at, ends_at, {} from mued.lesson_slots where mentor_id = %(mia)s"
    insert = "insert into mued.reservations (slot_id, student_id, starts_at, ends_at, {}) " + free
    school.refused(insert.format("status, attendance_recorded_at", "'attended', now()"))
    assert school.change(insert.format("booked_at", "starts_at")) == 1
    school.refused("update mued.reservations set status = 'attended', attendance_recorded_at = now()")
    assert school.act("mia").change("update mued.reservations set status = 'attended', attendance_recorded_at = now()") == 1
    assert school.act("ben").change("update mued.reservations set status = 'cancelled', cancelled_at = booked_at") == 0


def test_a_student_cancels_a_booking(school: School) -> None:
    cancel = "update mued.reservations set status = 'cancelled', cancelled_at = booked_at, cancelled_by = 'student'"
    assert school.act("cat").change(cancel) == 1


def test_a_cancelled_slot_is_not_booked(school: School) -> None:
    school.change("update mued.lesson_slots set status = 'closed'")
    school.act("ben").refused(BOOK.format("%(ben)s"))


def test_student_and_mentor_write_to_each_other_and_the_recipient_marks_it_read(school: School) -> None:
    insert = "insert into mued.messages (sender_id, recipient_id, body, sent_at) values ({}, {}, 'x', '2026-08-01')"
    school.act("ann").change(insert.format("%(ann)s", "%(mia)s"))
    school.act("max").change(insert.format("%(max)s", "%(cat)s"))
    school.refused(insert.format("%(max)s", "%(ann)s"))
    assert school.change("update mued.messages set read_at = now()") == 0, "a sender does not mark their own as read"
    assert school.act("cat").change("update mued.messages set read_at = now()") == 1
    school.refused("update mued.messages set body = 'other words'")


def test_a_mentor_assesses_their_own_students_only(school: School) -> None:
    assert school.act("max").change("update mued.learning_metrics set score = 10") == 0
    assert school.act("mia").change("update mued.learning_metrics set score = 95, grade = 'S'") == 1
    school.refused("update mued.learning_metrics set user_id = %(ben)s")


def test_a_student_moves_on_in_a_material_without_touching_the_assessment(school: School) -> None:
    school.act("ann")
    assert school.change("update mued.learning_metrics set practice_minutes = 30, completed_ratio = 1, completed_at = now()") == 1
    for change in ("score = 100", "grade = 'S'", "assessed_by = %(mia)s", "material_id = material_id"):
        school.refused(f"update mued.learning_metrics set {change}")
    assert school.act("ben").change("update mued.learning_metrics set practice_minutes = 0") == 0


def test_a_mentor_assigns_no_material_that_they_may_not_read(school: School) -> None:
    assign = "insert into mued.learning_metrics (user_id, material_id) values (%(cat)s, %(material)s)"
    closed, public = (school.see(f"select id from mued.materials where title = '{title}'").pop() for title in ("closed", "open"))
    school.act("max").refused(assign, material=closed)
    assert school.change(assign, material=public) == 1


def test_a_mentor_does_not_revive_a_cancelled_booking(school: School) -> None:
    school.change("update mued.reservations set status = 'cancelled', cancelled_at = booked_at")
    assert school.act("max").change("update mued.reservations set status = 'booked', cancelled_at = null") == 0
    assert school.see("select content from mued.log_entries") == EVERYBODYS


def test_an_admin_changes_anybody(school: School) -> None:
    school.act("ada")
    assert school.change("update mued.users set role = 'mentor' where id = %(ben)s") == 1
    assert school.change("delete from mued.log_entries") == 5
    assert school.change("insert into mued.subscriptions (user_id, plan) values (%(cat)s, 'basic')") == 1
    school.refused("select password_hash from mued.users")


# Ways around


@pytest.mark.parametrize(
    "text",
    [
        "select password_hash from mued.users",
        "select * from mued.users",
        "select config from mued.plugin_registry",
        "select * from mued.fact_ai_answer",
        "select * from mued.dim_learner",
        "select * from mued.rag_summary",
        "select * from mued.interview_summary",
        "select * from marts.fact_ai_answer",
        "select * from marts.touched_day",
        "select mued.refresh_summaries()",
        "set role workbench_owner",
        "set role workbench_loader",
        "set role workbench_reader",
        "truncate mued.log_entries",
        "alter table mued.log_entries disable row level security",
        "drop policy admin_all on mued.log_entries",
        "create policy mine on mued.log_entries using (true)",
        "create table mued.mine (x int)",
        "create view mued.mine as select 1",
        "create function mued.is_admin() returns boolean language sql as 'select true'",
        "copy mued.log_entries (user_id, content) from stdin",
    ],
)
def test_side_doors_are_shut(school: School, text: str) -> None:
    for who in ("ann", "mia", "ada"):
        school.act(who)
        with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)), school.sql.transaction():
            school.sql.execute(text)


def test_switching_row_security_off_fails_instead_of_showing(school: School) -> None:
    school.act("ben").sql.execute("set local row_security = off")
    school.refused("select content from mued.log_entries")


def test_a_join_or_an_aggregate_shows_no_more_than_the_table(school: School) -> None:
    school.act("ben")
    assert (
        school.see("select p.content from mued.log_entries p full join mued.users u on u.id = p.user_id where p.content is not null")
        == EVERYBODYS
    )
    assert school.see("select count(*) from mued.interview_answers a join mued.interview_questions q on q.id = a.question_id") == {1}
    assert school.see("with all_of_it as materialized (select * from mued.log_entries) select content from all_of_it") == EVERYBODYS


def test_a_cheap_function_of_the_attacker_is_not_asked_before_the_policy(school: School) -> None:
    school.sql.execute("grant create on schema public to mued_app")
    school.act("ben")
    school.sql.execute(
        """create function public.spy(text) returns boolean language plpgsql cost 0.0000001
           as $$ begin raise notice 'spied %', $1; return true; end $$"""
    )
    heard: list[str] = []
    school.sql.add_notice_handler(lambda notice: heard.append(notice.message_primary))
    assert school.see("select content from mued.log_entries where public.spy(content)") == EVERYBODYS
    assert school.see("select display_name from mued.people where public.spy(display_name)") == {"ben", "mia", "max"}
    assert set(heard) == {"spied ann public", "spied ben", "spied mia", "spied max"}


def test_objects_of_the_same_name_in_a_nearer_schema_do_not_fool_the_helpers(school: School) -> None:
    school.act("ben")
    school.sql.execute("create temporary table users (id uuid, role text, is_active boolean, deleted_at timestamptz)")
    school.change("insert into users values (%(ben)s, 'admin', true)")
    school.sql.execute("set local search_path = pg_temp, mued, public")
    assert school.see("select mued.app_role()") == {"student"}


def test_returning_and_on_conflict_reveal_nothing(school: School) -> None:
    taken = school.see("select id from mued.log_entries where content = 'ann private'").pop()
    school.act("ben")
    school.refused(
        """insert into mued.log_entries (id, user_id, content) values (%(id)s, %(ben)s, 'x')
           on conflict (id) do update set content = 'x' returning content""",
        id=taken,
    )
    assert school.change("update mued.log_entries set content = 'x' where id = %(id)s returning content", id=taken) == 0


@pytest.mark.parametrize(
    "function", ["app_user", "app_role", "is_admin", "is_mentor_of", "is_taught_by", "keeps_standing", "keeps_assessment", "may_assign"]
)
def test_helpers_are_the_applications_alone_and_keep_their_search_path(school: School, function: str) -> None:
    may = """
        select has_function_privilege(%(role)s, oid, 'execute') from pg_proc
        where pronamespace = 'mued'::regnamespace and proname = %(name)s
    """
    assert school.see(may, role="mued_app", name=function) == {True}
    for role in ("workbench_reader", "workbench_identified", "workbench_loader"):
        assert school.see(may, role=role, name=function) == {False}
    fixed = "select prosecdef and proconfig::text like '%%search_path=pg_catalog, pg_temp%%' from pg_proc where proname = %(name)s"
    assert school.see(fixed, name=function) == {True}


def test_every_definer_function_of_the_platform_keeps_its_search_path(school: School) -> None:
    loose = """
        select proname::text from pg_proc where pronamespace = 'mued'::regnamespace and prosecdef
            and not coalesce(proconfig::text, '') like '%%search_path=pg_catalog, pg_temp%%'
    """
    assert school.see(loose) == set()


@pytest.mark.parametrize("role", ["workbench_owner", "workbench_loader", "workbench_reader", "workbench_identified"])
def test_the_workbench_roles_see_every_row(school: School, role: str) -> None:
    school.sql.execute(f"set local role {role}")
    for table, rows in (("users", 7), ("log_entries", 5), ("messages", 2), ("interview_answers", 6)):
        assert school.see(f"select count(id) from mued.{table}") == {rows}


def test_readers_do_not_write(school: School) -> None:
    school.sql.execute("set local role workbench_reader")
    school.refused("update mued.users set role = 'admin'")
    school.refused("delete from mued.log_entries")
    school.refused("insert into mued.log_entries (user_id, content) values (%(ann)s, 'x')")
