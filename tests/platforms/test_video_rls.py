"""Tenants of video attacked from one another: every table, every verb, every wrong setting, through every door. Zero leaks.

What is attacked comes from the catalogue, so that a table added later is attacked too.
"""
# ruff: noqa: S608 — table names come from the catalogue

import dataclasses
import json
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from workbench.db import raw

FILL = Path(__file__).with_name("video_school.sql").read_text(encoding="utf-8")
OURS, THEIRS = "north", "south"
ROLES = ("admin", "teacher", "student")
GARBAGE = ("", "garbage", "' or true --", "00000000-0000-4000-8000-000000000000", "٠" * 36, "null", "*")
# (app.user_id, app.tenant_id) that belong to nobody: None leaves the setting out
NOBODY = [
    (None, None), (None, OURS), (None, THEIRS), (f"{OURS}/admin", None), (f"{OURS}/admin", THEIRS), (f"{THEIRS}/admin", OURS),
    (f"{OURS}/student", THEIRS), (f"{OURS}/gone", OURS), (f"{OURS}/closed", OURS),
    *((garbage, OURS) for garbage in GARBAGE), *((f"{OURS}/admin", garbage) for garbage in GARBAGE), (OURS, OURS),
]  # fmt: skip


def key(thing: str) -> UUID:
    return UUID(md5(thing.encode(), usedforsecurity=False).hexdigest())


@dataclasses.dataclass
class Attack:
    """A session of the application and, beside it, the look of the owner at what became of the data."""

    sql: psycopg.Connection
    known: dict[str, list[str]] = dataclasses.field(default_factory=dict)  # tables, and columns by table and privilege
    before: dict[str, dict[str, tuple]] = dataclasses.field(default_factory=dict)  # state of each tenant at the start of every test

    def act(self, user: str | None, tenant: str | None) -> None:
        """From now on as the application, for this account within this tenant; unknown names are set as they stand."""
        self.sql.execute("set local session authorization video_app")
        for setting, value in (("app.user_id", user), ("app.tenant_id", tenant)):
            known = value is not None and value.split("/")[0] in (OURS, THEIRS)
            self.sql.execute("select set_config(%s, %s, true)", [setting, str(key(value)) if known else value or ""])

    def stop(self) -> None:
        self.sql.execute("set local session authorization default")

    def rows(self, text: str, *values: object) -> list[tuple]:
        return self.sql.execute(text, values).fetchall()

    def look(self) -> None:
        """What the catalogue has: the tables, and of each the columns on which the application has a privilege."""
        found = self.rows(
            """select c.relname::text, p.privilege, coalesce(array_agg(a.attname::text order by a.attnum) filter (
                where has_column_privilege('video_app', a.attrelid, a.attnum, p.privilege)), '{}')
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            cross join unnest(array['SELECT', 'INSERT', 'UPDATE']) as p (privilege)
            where c.relnamespace = 'video'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition group by 1, 2"""
        )
        self.known = {f"{table} {privilege}": columns for table, privilege, columns in found}
        self.known["tables"] = sorted({table for table, *_ in found})

    def tables(self) -> list[str]:
        return self.known["tables"]

    def columns(self, table: str, privilege: str) -> list[str]:
        """Columns on which the application has the privilege."""
        return self.known[f"{table} {privilege}"]

    def tenant_of(self, table: str) -> str:
        return "id" if table == "tenants" else "tenant_id"

    def state(self, tenant: str) -> dict[str, tuple]:
        """A number over all rows of the tenant in each table but the trail, which grows by our own acts."""
        self.stop()
        each = [
            f"select '{table}', count(*), {'0' if table == 'audit_logs' else 'sum(hashtextextended(t::text, 0))'}"
            f" from video.{table} as t where {self.tenant_of(table)} = %(tenant)s"
            for table in self.tables()
        ]
        return {table: tuple(found) for table, *found in self.sql.execute(" union all ".join(each), {"tenant": key(tenant)})}

    def tried(self, text: str, *values: object) -> int:
        """Rows the statement touched; 0 when it is refused."""
        try:
            with self.sql.transaction():
                return max(self.sql.execute(text, values).rowcount, 0)
        except (errors.InsufficientPrivilege, errors.IntegrityError, errors.RaiseException, errors.ObjectNotInPrerequisiteState):
            return 0


@pytest.fixture(scope="module")
def school(shared_database: Any) -> Iterator[Attack]:
    """Two schools, in a transaction that is rolled back."""
    with shared_database.connect() as connection:
        sql = raw(connection)
        sql.execute(FILL)
        sql.execute(
            """insert into video.users (id, tenant_id, email, display_name, role, is_active, deleted_at)
            select md5('north/' || who)::uuid, md5('north')::uuid, who, who, 'admin', who <> 'gone', case who when 'closed' then now() end
            from unnest(array['gone', 'closed']) as who"""
        )
        made = Attack(sql)
        made.look()
        made.before = {tenant: made.state(tenant) for tenant in (OURS, THEIRS)}
        yield made
        connection.rollback()


@pytest.fixture
def attack(school: Attack) -> Iterator[Attack]:
    """What the test does is rolled back."""
    with school.sql.transaction(force_rollback=True):
        yield school


def test_every_table_is_bound_and_denies_by_default(attack: Attack) -> None:
    loose = attack.rows(
        """select relname from pg_class where relnamespace = 'video'::regnamespace and relkind in ('r', 'p') and not relispartition
        and not (relrowsecurity and relforcerowsecurity)"""
    )
    assert loose == []
    unrestricted = attack.rows(
        """select c.relname from pg_class c where relnamespace = 'video'::regnamespace and relkind in ('r', 'p') and not relispartition
        and c.relname <> 'tenants' and not exists (
            select from pg_policies p where p.schemaname = 'video' and p.tablename = c.relname and p.permissive = 'RESTRICTIVE'
            and p.cmd = 'ALL' and p.roles = '{video_app}' and p.qual like '%%tenant_id = %%app_tenant()%%' and p.with_check = p.qual)"""
    )
    assert unrestricted == []


# Reading


def test_the_fill_has_rows_of_both_tenants_in_every_table(attack: Attack) -> None:
    for tenant in (OURS, THEIRS):
        assert all(count[0] > 0 for count in attack.state(tenant).values())


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_another_tenant_is_seen(attack: Attack, role: str) -> None:
    for table in attack.tables():
        attack.stop()
        assert attack.columns(table, "SELECT"), table
        attack.act(f"{OURS}/{role}", OURS)
        tenant = attack.tenant_of(table)
        seen = attack.rows(f"select distinct {tenant} from video.{table}")
        assert {row[0] for row in seen} <= {key(OURS)}, table
        assert attack.rows(f"select count({tenant}) from video.{table} where {tenant} = %s", key(THEIRS)) == [(0,)]
        if role == "admin":
            assert seen, f"an administrator sees no {table}"


@pytest.mark.parametrize(("user", "tenant"), NOBODY)
def test_who_is_nobody_sees_and_writes_nothing(attack: Attack, user: str | None, tenant: str | None) -> None:
    tables = {table: (attack.columns(table, "UPDATE"), attack.columns(table, "INSERT")) for table in attack.tables()}
    attack.act(user, tenant)
    for table, (updatable, insertable) in tables.items():
        assert attack.rows(f"select count({attack.tenant_of(table)}) from video.{table}") == [(0,)], table
        for name in updatable:
            assert attack.tried(f"update video.{table} set {name} = {name}") == 0, table
        assert attack.tried(f"delete from video.{table}") == 0, table
        if insertable:
            assert attack.tried(f"insert into video.{table} ({insertable[0]}) values (default)") == 0, table
    assert {tenant: attack.state(tenant) for tenant in (OURS, THEIRS)} == attack.before


def test_a_suspended_tenant_sees_nothing(attack: Attack) -> None:
    attack.rows("update video.tenants set status = 'suspended' where slug = %s returning id", OURS)
    attack.act(f"{OURS}/admin", OURS)
    assert {
        attack.rows(f"select count({attack.tenant_of(table)}) from video.{table}")[0][0] for table in ("users", "lessons", "tenants")
    } == {0}


@pytest.mark.parametrize("role", ["student", "other"])
def test_students_see_of_each_other_nothing(attack: Attack, role: str) -> None:
    personal = attack.rows(
        """select conrelid::regclass::text, attname::text from pg_constraint c join pg_attribute a on a.attrelid = conrelid and a.attnum = any(conkey)
        where contype = 'f' and confrelid = 'video.users'::regclass and conparentid = 0 and attname <> 'tenant_id'"""
    )
    assert len(personal) >= 12
    attack.act(f"{OURS}/{role}", OURS)
    mine, staff = key(f"{OURS}/{role}"), {key(f"{OURS}/teacher")}
    for table, column in personal:
        seen = {row[0] for row in attack.rows(f"select distinct {column} from {table} where {column} is not null")}
        assert seen <= {mine} | (staff if column in ("created_by", "assigned_by") else set()), (table, column)
    assert attack.rows("select id from video.users") == [(mine,)]
    assert attack.rows("select count(*) from video.student_sessions") == [(1,)]


# Writing


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_tenant_is_changed_or_deleted(attack: Attack, role: str) -> None:
    for table in attack.tables():
        attack.stop()
        tenant, columns = attack.tenant_of(table), attack.columns(table, "UPDATE")
        attack.act(f"{OURS}/{role}", OURS)
        for column in columns:
            assert attack.tried(f"update video.{table} set {column} = {column} where {tenant} = %s", key(THEIRS)) == 0
            attack.tried(f"update video.{table} set {column} = {column}")
        if tenant in columns:
            assert attack.tried(f"update video.{table} set {tenant} = %s", key(THEIRS)) == 0, table
        assert attack.tried(f"delete from video.{table} where {tenant} = %s", key(THEIRS)) == 0
        attack.tried(f"delete from video.{table}")
    assert attack.state(THEIRS) == attack.before[THEIRS]


@pytest.mark.parametrize("role", ROLES)
def test_no_row_is_slipped_into_another_tenant(attack: Attack, role: str) -> None:
    """Each of their rows, copied under a new key, and each of ours, relabelled as theirs."""
    for table in attack.tables():
        attack.stop()
        tenant, columns = attack.tenant_of(table), attack.columns(table, "INSERT")
        rows = [row for (row,) in attack.rows(f"select to_jsonb(t) from video.{table} as t")]
        if not columns:
            attack.act(f"{OURS}/{role}", OURS)
            with pytest.raises(errors.InsufficientPrivilege), attack.sql.transaction():
                attack.sql.execute(f"insert into video.{table} default values")
            continue
        for row in rows[:6]:
            row |= {tenant: str(key(THEIRS))} | ({"id": str(uuid4())} if "id" in row else {})
            names = ", ".join(columns)
            attack.act(f"{OURS}/{role}", OURS)
            slip = f"insert into video.{table} ({names}) select {names} from jsonb_populate_record(null::video.{table}, %s)"
            assert attack.tried(slip, json.dumps(row)) == 0, table
            assert attack.tried(f"{slip} on conflict do nothing", json.dumps(row)) == 0, table
    assert attack.state(THEIRS) == attack.before[THEIRS]


@pytest.mark.parametrize(("table", "column"), [("student_sessions", "position_seconds"), ("student_progress", "completion_percentage")])
def test_a_student_writes_no_row_of_another_student(attack: Attack, table: str, column: str) -> None:
    attack.act(f"{OURS}/student", OURS)
    other = key(f"{OURS}/other")
    assert attack.tried(f"update video.{table} set {column} = 1 where student_id = %s", other) == 0
    assert attack.tried(f"update video.{table} set {column} = 1") == 1
    assert attack.tried(f"update video.{table} set student_id = %s", other) == 0
    assert attack.tried(f"delete from video.{table} where student_id = %s", other) == 0
    for written in ("grades", "lesson_assignments", "questions", "lessons", "grade_scales", "notifications"):
        (first, *_) = attack.rows("select attname from pg_attribute where attrelid = %s::regclass and attnum > 1", f"video.{written}")[0]
        assert attack.tried(f"update video.{written} set {first} = {first}") == 0, written
        assert attack.tried(f"delete from video.{written}") == 0, written


ATTEMPT = """insert into video.question_attempts (tenant_id, student_id, question_id, attempt_no, answer, is_correct)
    values (%s, %s, %s, 2, 'false', false)"""


def test_a_student_answers_in_no_other_name_and_only_what_is_published(attack: Attack) -> None:
    attack.act(f"{OURS}/student", OURS)
    assert attack.tried(ATTEMPT, key(OURS), key(f"{OURS}/student"), key(f"{OURS}/question")) == 1
    assert attack.tried(ATTEMPT, key(OURS), key(f"{OURS}/other"), key(f"{OURS}/question")) == 0
    assert attack.tried(ATTEMPT, key(OURS), key(f"{OURS}/student"), key(f"{OURS}/waiting")) == 0
    assert attack.tried(ATTEMPT, key(THEIRS), key(f"{THEIRS}/student"), key(f"{THEIRS}/question")) == 0
    assert attack.rows("select prompt from video.questions") == [("question of north",)]


def test_a_student_does_not_raise_itself(attack: Attack) -> None:
    attack.act(f"{OURS}/student", OURS)
    for change in ("role = 'admin'", "is_active = true", "tenant_id = default", "preferences = '{}'", "password_hash = 'x'"):
        assert attack.tried(f"update video.users set {change}") == 0
    attack.rows('select video.save_preferences(\'{"theme": "dark"}\')')
    assert attack.rows("select preferences ->> 'theme', role from video.users") == [("dark", "student")]
    attack.stop()
    assert attack.rows("select count(*) from video.users where preferences ? 'theme'") == [(1,)]


def test_reviews_jobs_and_alerts_are_signed_with_the_own_name(attack: Attack) -> None:
    review = """insert into video.question_reviews (tenant_id, question_id, content_version, reviewer_id, decision)
        values (%s, %s, 1, %s, 'approved')"""
    job = "insert into video.generation_jobs (tenant_id, video_id, configuration_id, requested_by) values (%s, %s, %s, %s)"
    alert = "update video.notifications set acknowledged_at = now(), acknowledged_by = %s"
    attack.act(f"{OURS}/teacher", OURS)
    for who, rows in (("admin", 0), ("teacher", 1)):
        name = key(f"{OURS}/{who}")
        assert attack.tried(review, key(OURS), key(f"{OURS}/waiting"), name) == rows
        assert attack.tried(job, key(OURS), key(f"{OURS}/video"), key(f"{OURS}/configuration"), name) == rows
        assert attack.tried(alert, name) == rows
    attack.act(f"{OURS}/student", OURS)
    assert attack.tried(review, key(OURS), key(f"{OURS}/waiting"), key(f"{OURS}/student")) == 0
    assert attack.tried(alert, key(f"{OURS}/student")) == 0


def test_the_clock_and_the_version_of_a_review_are_not_the_applications(attack: Attack) -> None:
    attack.stop()
    assert "reviewed_at" not in attack.columns("question_reviews", "INSERT")
    assert attack.columns("question_reviews", "UPDATE") == []
    assert "content_version" not in attack.columns("questions", "INSERT") + attack.columns("questions", "UPDATE")
    attack.act(f"{OURS}/teacher", OURS)
    assert attack.tried("update video.questions set status = 'published' where id = %s", key(f"{OURS}/waiting")) == 0


def test_secrets_are_seen_by_nobody_and_the_trail_is_written_by_nobody(attack: Attack) -> None:
    attack.stop()
    assert {"password_hash"} & set(attack.columns("users", "SELECT") + attack.columns("users", "UPDATE")) == set()
    assert {"api_key_encrypted", "prompt_template"} & set(attack.columns("ai_configurations", "SELECT")) == set()
    for verb in ("INSERT", "UPDATE"):
        assert attack.columns("audit_logs", verb) == []
    attack.act(f"{OURS}/admin", OURS)
    for verb in ("delete from video.audit_logs", "truncate video.audit_logs", "truncate video.lessons cascade"):
        with pytest.raises(errors.InsufficientPrivilege), attack.sql.transaction():
            attack.sql.execute(verb)


# Other doors


def test_joins_and_subqueries_lead_nowhere(attack: Attack) -> None:
    """Every pair of tables joined along every reference, and each row searched for by its key in a subquery."""
    joined = attack.rows(
        """select conrelid::regclass::text, confrelid::regclass::text, (
            select string_agg(format('a.%%I = b.%%I', x.attname, y.attname), ' and ') from unnest(conkey, confkey) as k (own, their)
            join pg_attribute x on x.attrelid = conrelid and x.attnum = k.own join pg_attribute y on y.attrelid = confrelid and y.attnum = k.their)
        from pg_constraint where contype = 'f' and connamespace = 'video'::regnamespace and conparentid = 0"""
    )
    attack.act(f"{OURS}/admin", OURS)
    for table, other, condition in joined:
        for kind in ("join", "left join", "right join", "full join"):
            tenant = "b.id" if other == "video.tenants" else "b.tenant_id"
            found = attack.rows(f"select distinct a.tenant_id, {tenant} from {table} a {kind} {other} b on {condition}")
            assert {value for row in found for value in row} <= {key(OURS), None}, (table, other)
        assert attack.rows(f"select exists (select from {table} where tenant_id = %s)", key(THEIRS)) == [(False,)]
        assert attack.rows(
            f"select (select count(tenant_id) from {other.replace('tenants', 'users')} where tenant_id = %s)", key(THEIRS)
        ) == [(0,)]


def test_views_and_partitions_are_closed(attack: Attack) -> None:
    doors = attack.rows(
        """select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('video', 'marts') and (c.relkind in ('v', 'm') or c.relispartition) and c.relkind <> 'i' and c.relkind <> 'I'"""
    )
    assert {"video.fact_activity", "marts.fact_activity", "video.audit_logs_default"} <= {door for (door,) in doors}
    attack.act(f"{OURS}/admin", OURS)
    for (door,) in doors:
        with pytest.raises(errors.InsufficientPrivilege), attack.sql.transaction():
            attack.sql.execute(f"select count(*) from {door}")


@pytest.mark.parametrize(
    "role", ["workbench_owner", "workbench_loader", "workbench_reader", "workbench_identified", "postgres", "mued_app"]
)
def test_no_other_role_is_taken_on(attack: Attack, role: str) -> None:
    attack.act(f"{OURS}/admin", OURS)
    with pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue)), attack.sql.transaction():
        attack.sql.execute(f"set role {role}")


def test_switching_security_off_shows_nothing(attack: Attack) -> None:
    attack.act(f"{OURS}/admin", OURS)
    attack.sql.execute("set local row_security = off")
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"), attack.sql.transaction():
        attack.sql.execute("select title from video.lessons")


def test_copy_out_cheap_functions_and_statistics_show_nothing(attack: Attack) -> None:
    attack.sql.execute("analyze video.lessons")
    attack.act(f"{OURS}/admin", OURS)
    with attack.sql.cursor() as cursor, cursor.copy("copy (select description from video.lessons) to stdout") as copy:
        assert THEIRS not in b"".join(copy).decode()
    heard: list[str] = []
    attack.sql.add_notice_handler(lambda notice: heard.append(notice.message_primary))
    attack.sql.execute(
        """create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as
        'begin raise notice ''%'', $1; return true; end'"""
    )
    attack.rows("select count(*) from video.lessons where pg_temp.tell(description)")
    assert heard and not [text for text in heard if THEIRS in text]
    assert attack.rows("select count(*) from pg_stats where schemaname = 'video'") == [(0,)]


def test_a_prepared_statement_follows_the_setting(attack: Attack) -> None:
    attack.act(f"{OURS}/admin", OURS)
    attack.sql.execute("prepare look as select distinct tenant_id from video.lessons")
    for _ in range(7):
        assert attack.rows("execute look") == [(key(OURS),)]
    attack.act(f"{THEIRS}/admin", THEIRS)
    assert attack.rows("execute look") == [(key(THEIRS),)]
    attack.act(f"{OURS}/admin", THEIRS)
    assert attack.rows("execute look") == []
    attack.sql.execute("deallocate look")


def test_security_definers_have_a_fixed_path_and_are_not_everybodys(attack: Attack) -> None:
    loose = attack.rows(
        """select proname from pg_proc where pronamespace = 'video'::regnamespace and prosecdef
        and (proconfig is null or not 'search_path=pg_catalog, pg_temp' = any(proconfig) or has_function_privilege('public', oid, 'execute'))"""
    )
    assert loose == []
    ours = {name for (name,) in attack.rows(
        "select proname::text from pg_proc where pronamespace = 'video'::regnamespace and prosecdef"
        " and has_function_privilege('video_app', oid, 'execute')"
    )}  # fmt: skip
    assert ours == {"app_tenant", "app_user", "is_staff", "is_admin", "note_event", "save_preferences"}


def test_a_shadowing_temporary_table_changes_nobody(attack: Attack) -> None:
    attack.act(f"{OURS}/student", OURS)
    attack.sql.execute(
        "create temporary table users as select md5('south/admin')::uuid as id, md5('south')::uuid as tenant_id, 'admin' as role"
    )
    attack.sql.execute("create function pg_temp.setting_uuid(text) returns uuid language sql as 'select md5(''south'')::uuid'")
    attack.sql.execute("set local search_path = pg_temp, video, public")
    assert attack.rows("select video.app_tenant(), video.is_admin()") == [(key(OURS), False)]
    assert attack.rows("select count(*) from video.lessons where tenant_id = %s", key(THEIRS)) == [(0,)]


def test_audit_and_limits_are_not_callable(attack: Attack) -> None:
    attack.act(f"{OURS}/admin", OURS)
    attack.sql.execute("create temporary table mine (id uuid, tenant_id uuid)")
    triggers = (
        "write_audit",
        "keep_within_limits",
        "keep_questions_reviewed",
        "follow_reviews",
        "keep_reviews_honest",
        "keep_letters_true",
    )
    for function in triggers:
        with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)), attack.sql.transaction():
            attack.sql.execute(f"select video.{function}()")
        with pytest.raises(errors.InsufficientPrivilege), attack.sql.transaction():
            attack.sql.execute(f"create trigger x after delete on mine for each statement execute function video.{function}('id')")
    for call in ("masked('{}', '{}')", "setting_uuid('app.user_id')", "is_approved(null, 1)", "letter_for(null, 1)"):
        with pytest.raises(errors.InsufficientPrivilege), attack.sql.transaction():
            attack.sql.execute(f"select video.{call}")


@pytest.mark.parametrize(("user", "tenant"), [(f"{OURS}/admin", THEIRS), (None, THEIRS), ("garbage", THEIRS), (f"{OURS}/gone", OURS)])
def test_nothing_is_noted_in_the_trail_of_a_tenant_that_one_is_not_of(attack: Attack, user: str | None, tenant: str) -> None:
    attack.act(user, tenant)
    ((noted,),) = attack.rows("select video.note_event('login', 'session', 'who@x.example', false, 'wrong password')")
    assert {tenant: attack.state(tenant) for tenant in (OURS, THEIRS)} == attack.before
    row = attack.rows("select tenant_id, user_id, entity_id, new_values ->> 'claimed_tenant' from video.audit_logs where id = %s", noted)
    assert row == [(None, None, "***", str(key(tenant)))]


def test_events_are_noted_in_the_own_name(attack: Attack) -> None:
    attack.act(f"{OURS}/student", OURS)
    ((noted,),) = attack.rows(
        """select video.note_event('login', 'session', ip_address => '192.0.2.1', details => '{"email": "a@b", "device": "tv"}')"""
    )
    for forged in ("delete", "update", "insert", "truncate"):
        with pytest.raises(errors.CheckViolation), attack.sql.transaction():
            attack.sql.execute("select video.note_event(%s, 'lessons', 'x')", [forged])
    with pytest.raises(errors.CheckViolation), attack.sql.transaction():
        attack.sql.execute("select video.note_event('x', 'y', details => '[]')")
    attack.stop()
    found = attack.rows("select tenant_id, user_id, new_values, host(ip_address) from video.audit_logs where id = %s", noted)
    assert found == [(key(OURS), key(f"{OURS}/student"), {"email": "***", "device": "tv"}, "192.0.2.1")]
    assert attack.rows("select count(*) from video.users where last_login_at is not null") == [(1,)]


# What each role may do, so that zero leaks is not zero use


def test_a_teacher_works_within_the_tenant(attack: Attack) -> None:
    attack.act(f"{OURS}/teacher", OURS)
    lesson = "insert into video.lessons (tenant_id, title, created_by) values (%s, 'neu', %s) returning id"
    assert attack.rows(lesson, key(OURS), key(f"{OURS}/teacher"))
    assert attack.rows("select count(*) from video.student_progress") == [(2,)]
    assert attack.rows("select count(*) from video.audit_logs") == [(0,)]
    assert attack.tried("update video.ai_configurations set is_active = false") == 0
    attack.act(f"{OURS}/admin", OURS)
    assert attack.tried("update video.ai_configurations set is_active = false") == 1
    assert attack.rows("select count(*) > 20 from video.audit_logs") == [(True,)]
