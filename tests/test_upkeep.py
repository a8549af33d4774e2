"""Upkeep on real databases: statistics, dead rows, indexes that went missing or broke off — and nothing is ever lost."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from workbench import db, fingerprint, indexes, migrate, partition, upkeep
from workbench.cli import app
from workbench.errors import DatabaseUnreachable, Finding, RunFailed, UsageError
from workbench.indexing import catalogue, verdicts
from workbench.settings import settings

pytestmark = pytest.mark.xdist_group("upkeep")

PLATFORMS = ["marts", "mued", "learning", "drivemaster", "video"]


INDEXES = """
select string_agg(format('%%s %%s', cast(indexrelid as regclass), indisvalid), ', ' order by cast(cast(indexrelid as regclass) as text))
from pg_index where indrelid >= 16384
"""


@pytest.fixture
def login(cleared_database: Any) -> Iterator[Connection]:
    """A connection of the login role to a database that others use after the test: what it drops it builds again."""
    with cleared_database.connect() as connection:
        before = value(connection, INDEXES)
        yield connection
        connection.rollback()
        assert value(connection, INDEXES) == before, "such a test takes `alone`"


@pytest.fixture
def alone(database: Any) -> Iterator[Connection]:
    """A connection of the login role to a database of its own."""
    with database.connect() as connection:
        yield connection


@contextmanager
def stranger(database: Any, name: str, *grants: str) -> Iterator[Connection]:
    """A connection of a login of its own, with nothing but these grants."""
    with database.connect() as connection:
        run(connection, f"drop role if exists {name}", f"create role {name} login", *grants)
    url = database.url.set(username=name)
    try:
        with db.engine(url=url).connect() as connection:
            yield connection
    finally:
        db.engine(url=url).dispose()
        with database.connect() as connection:
            run(connection, f"drop owned by {name} cascade", f"drop role {name}")


@pytest.fixture
def outsider(cleared_database: Any) -> Iterator[Connection]:
    """A connection of a login without any privilege."""
    with stranger(cleared_database, "test_outsider") as connection:
        yield connection


@pytest.fixture
def keeper(cleared_database: Any) -> Iterator[Connection]:
    """A connection of a login that is no superuser, and a member of the workbench's roles as `db up` makes one."""
    with stranger(cleared_database, "test_keeper", f"grant {db.OWNER}, {db.LOADER}, {db.READER} to test_keeper") as connection:
        yield connection


def run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


def autonomous(connection: Connection, *statements: str) -> None:
    """Statements that no transaction takes."""
    with psycopg.connect(**db.parameters(connection.engine.url), autocommit=True) as raw:
        for statement in statements:
            raw.execute(statement)


def value(connection: Connection, query: str) -> Any:
    found = connection.exec_driver_sql(query).scalar()
    connection.commit()
    return found


def drifts(connection: Connection, platform: str | None = None) -> list[str]:
    return [f"{drift.kind} {drift.object}" for found in migrate.verify(connection, platform) for drift in found.drifts]


USERS = """insert into drivemaster.users (email, password_hash)
select 'u' || n || '@example.org', 'x' from generate_series(1, cast(%s as integer)) as n"""


def users(connection: Connection, count: int) -> None:
    connection.exec_driver_sql(USERS, (count,))
    connection.commit()


@pytest.fixture(scope="module", autouse=True)
def built_once(shared_database: Any) -> Iterator[None]:
    """The expected catalogue is that of a set-up, which `test_migrations_walk` really verifies."""
    with shared_database.connect() as connection:
        kept = {platform: fingerprint.take(connection, platform) for platform in PLATFORMS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "_built", lambda raw, applied, names: {name: kept[name] for name in names})
        yield


class TestOptimize:
    def test_every_table_has_statistics_afterwards_partitioned_parents_too(self, alone: Connection) -> None:
        partition.ensure(alone)
        alone.commit()
        users(alone, 500)
        report = upkeep.optimize(alone)
        assert report.platforms == PLATFORMS and report.skipped == []
        never = value(
            alone,
            "select string_agg(c.oid::regclass::text, ', ') from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname in ('marts', 'mued', 'learning', 'drivemaster', 'video') and c.relkind in ('r', 'p', 'm') and c.reltuples < 0",
        )
        assert never is None
        assert value(alone, "select reltuples from pg_class where oid = 'drivemaster.users'::regclass") == 500
        assert "statistics of" in report.text() and "partitions included" in report.text()

    def test_materialized_views_are_refreshed_through_their_owner(self, alone: Connection) -> None:
        users(alone, 3)
        run(
            alone,
            "insert into drivemaster.concepts (id, key, name, category) values (gen_random_uuid(), 'stop', 'Stop', 'signs')",
        )
        report = upkeep.optimize(alone, "drivemaster")
        (refreshed,) = report.refreshed
        assert refreshed.views == ["concept_mastery", "content_performance", "daily_practice"] and refreshed.seconds > 0
        assert "drivemaster.concept_mastery" in report.text()
        assert report.as_dict()["platforms"] == ["drivemaster"]

    def test_progress_names_the_tables(self, login: Connection) -> None:
        seen: list[tuple[int, int | None, str]] = []
        upkeep.optimize(login, "marts", progress=lambda *step: seen.append(step))
        assert [done for done, _, _ in seen] == list(range(len(seen))) and {total for _, total, _ in seen} == {len(seen)}
        assert "marts.audit" in {label for _, _, label in seen}

    def test_a_table_in_use_is_left_out_and_named(self, login: Connection, cleared_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings(), "lock_timeout_s", 1)
        with cleared_database.connect() as other:
            other.exec_driver_sql("lock table marts.audit in access exclusive mode")
            report = upkeep.optimize(login, "marts")
        assert report.skipped == ["marts.audit: in use by another session for 1 s"]
        assert "SKIPPED marts.audit" in report.text()
        assert value(login, "show lock_timeout") == "0" and value(login, "select current_user = session_user")


class TestMaintenance:
    def test_dead_rows_go_and_living_ones_stay(self, alone: Connection) -> None:
        users(alone, 2000)
        run(
            alone,
            "update drivemaster.users set display_name = 'changed'",
            "delete from drivemaster.users where email like 'u1%%'",
        )
        kept = value(alone, "select md5(string_agg(u::text, '' order by id)) from drivemaster.users u")
        run(alone, "select pg_stat_force_next_flush()")
        report = upkeep.maintenance(alone, "drivemaster")
        (entry,) = [table for table in report.tables if table.table == "drivemaster.users"]
        assert entry.dead_before >= 2000 and entry.dead_after == 0
        assert entry.bytes_before > 0 and entry.bytes_after > 0
        assert value(alone, "select md5(string_agg(u::text, '' order by id)) from drivemaster.users u") == kept
        assert "drivemaster.users: dead rows 3," in report.text()

    def test_every_table_partition_and_view_is_visited_once(self, alone: Connection) -> None:
        partition.ensure(alone)
        alone.commit()
        report = upkeep.maintenance(alone)
        names = [table.table for table in report.tables]
        assert len(names) == len(set(names)) and report.skipped == []
        assert {"drivemaster.knowledge_states", "drivemaster.knowledge_states_7", "mued.rag_summary", "marts.schema_migration"} <= set(
            names
        )
        never = value(
            alone,
            "select count(*) from pg_stat_user_tables s join pg_class c on c.oid = s.relid where last_vacuum is null and c.relkind = 'r'",
        )
        assert never == 0

    def test_what_an_open_transaction_may_see_stays_and_is_explained(self, login: Connection, cleared_database: Any) -> None:
        users(login, 300)
        with cleared_database.connect() as other:
            other.exec_driver_sql("set transaction isolation level repeatable read")
            other.exec_driver_sql("select count(*) from drivemaster.users")
            run(login, "delete from drivemaster.users", "select pg_stat_force_next_flush()")
            report = upkeep.maintenance(login, "drivemaster")
        assert sum(table.dead_after for table in report.tables) == 300
        assert "an open transaction may still see" in report.text()

    def test_without_privileges_everything_is_left_out_and_named(self, outsider: Connection) -> None:
        report = upkeep.maintenance(outsider, "mued")
        assert len(report.skipped) == len(report.tables) > 10
        assert "mued.users: it belongs to workbench_owner, and this login may not act as it" in report.skipped
        assert len(upkeep.optimize(outsider, "mued").skipped) > 10


class TestALoginThatIsNoSuperuser:
    def test_it_keeps_up_what_the_workbench_owns_and_leaves_out_the_rest(self, keeper: Connection, login: Connection) -> None:
        run(login, "create table mued.mine (x integer)")
        assert upkeep.optimize(keeper).skipped == upkeep.maintenance(keeper).skipped == [
            "mued.mine: it belongs to postgres, and this login may not act as it"
        ]  # fmt: skip
        run(login, "drop table mued.mine")

    def test_it_builds_indexes_from_the_catalogue_that_is_shipped(self, keeper: Connection, login: Connection) -> None:
        run(login, "drop index drivemaster.idx_knowledge_states_concept", "drop index mued.idx_log_entries_content")
        assert [done.how for done in indexes.look(keeper, create=True).built] == ["built", "built"]
        assert drifts(login) == []


@pytest.mark.parametrize("verb", [upkeep.optimize, upkeep.maintenance, indexes.look])
class TestEveryVerb:
    def test_an_empty_database_is_a_sentence(self, empty_database: Any, verb: Callable) -> None:
        with empty_database.connect() as connection:
            with pytest.raises(UsageError, match=r"Nothing is set up in database \w+; run `workbench db up`"):
                verb(connection)
            with pytest.raises(UsageError, match="mued is not set up"):
                verb(connection, "mued")
            with pytest.raises(UsageError, match="no platform 'muedd'"):
                verb(connection, "muedd")

    def test_nothing_is_lost_and_nothing_drifts(self, cleared_database: Any, login: Connection, verb: Callable) -> None:
        users(login, 50)
        tables = [
            row[0] for row in login.exec_driver_sql("select t::regclass::text from (select relid t from pg_stat_user_tables) x").all()
        ]
        texts = [sql.SQL("select {}, count(*) from {}").format(table, sql.SQL(table)) for table in sorted(tables)]
        count = sql.SQL(" union all ").join(texts).as_string()
        before = login.exec_driver_sql(count).all()
        login.commit()
        verb(login)
        assert login.exec_driver_sql(count).all() == before
        login.commit()
        if verb is not indexes.look:
            assert drifts(login, "drivemaster") == []


def test_a_server_that_goes_away_is_said_so(alone: Connection, database: Any) -> None:
    with pytest.raises(DatabaseUnreachable, match="connection was lost"), upkeep.as_owner(alone) as raw:
        with database.connect() as other:
            other.exec_driver_sql(f"select pg_terminate_backend({raw.info.backend_pid})")
        raw.execute("select 1")


KINDS = [
    "mued.idx_ai_dialogue_user_created",  # of a plain table
    "video.idx_users_email",  # unique, over an expression
    "drivemaster.concept_mastery_key",  # of a materialized view
    "learning.idx_study_materials_title_trgm",  # GIN with an operator class
    "drivemaster.idx_knowledge_states_user_mastered",  # of a table partitioned by hash
    "drivemaster.idx_learning_events_context",  # of a table partitioned by month
    "learning.idx_interactions_user_id",  # of one without DEFAULT
]


class TestMissingIndexes:
    def test_dropped_indexes_of_every_kind_are_found_and_built_as_they_were(self, alone: Connection) -> None:
        partition.ensure(alone)
        alone.commit()
        run(alone, f"drop index {', '.join(KINDS)}")
        found = indexes.look(alone)
        assert sorted((one.state, one.index) for one in found.wrong) == sorted(("missing", name) for name in KINDS)
        assert all(f"MISSING {name}" in found.text() for name in KINDS)
        report = indexes.look(alone, create=True)
        assert sorted((done.how, done.index) for done in report.built) == sorted(("built", name) for name in KINDS)
        assert report.failed == report.wrong == [] and "all there and valid" in report.text()
        assert drifts(alone) == []

    def test_comments_come_back_too(self, login: Connection) -> None:
        wanted = catalogue.wanted(
            {"mued": migrate.expected(login, "mued")["mued"] | {"comment on index mued.idx_log_entries_content": "It's \\ all"}}
        )
        assert wanted["mued.idx_log_entries_content"].comments == ("comment on index mued.idx_log_entries_content is  E'It''s \\\\ all'",)
        run(login, wanted["mued.idx_log_entries_content"].comments[0])
        assert value(login, "select obj_description('mued.idx_log_entries_content'::regclass)") == "It's \\ all"
        run(login, "comment on index mued.idx_log_entries_content is null")

    def test_all_indexes_at_once(self, alone: Connection) -> None:
        partition.ensure(alone)
        alone.commit()
        names = [row[0] for row in alone.exec_driver_sql(
            "select format('%%I.%%I', n.nspname, c.relname) from pg_index x join pg_class c on c.oid = x.indexrelid "
            "join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('drivemaster', 'video') and not c.relispartition "
            "and not exists (select from pg_constraint k where k.conindid = x.indexrelid)"
        )]  # fmt: skip
        assert len(names) > 60
        run(alone, f"drop index {', '.join(names)}")
        report = indexes.look(alone, create=True)
        assert sorted(done.index for done in report.built) == sorted(names) and report.failed == []
        assert drifts(alone) == []

    def test_a_dropped_constraint_comes_back_with_its_index(self, login: Connection) -> None:
        run(login, "alter table mued.plugin_registry drop constraint plugin_registry_source_key")
        assert [one.index for one in indexes.look(login, "mued").wrong] == ["mued.plugin_registry_source_key"]
        assert indexes.look(login, "mued", create=True).wrong == []
        assert drifts(login, "mued") == []

    def test_a_constraint_of_a_partitioned_table_is_left_to_people(self, login: Connection) -> None:
        run(login, "alter table drivemaster.learning_events drop constraint learning_events_pkey")
        report = indexes.look(login, "drivemaster", create=True)
        (wrong,) = report.wrong
        assert wrong.state == "missing" and report.built == []
        statement = wrong.note.partition("writes: ")[2]
        assert statement == 'alter table drivemaster.learning_events add constraint learning_events_pkey PRIMARY KEY (id, "timestamp")'
        run(login, statement)
        assert indexes.look(login, "drivemaster").wrong == []

    def test_another_definition_is_reported_and_left_alone(self, alone: Connection) -> None:
        run(
            alone,
            "drop index mued.idx_ai_dialogue_user_created",
            "create index idx_ai_dialogue_user_created on mued.ai_dialogue_log (user_id)",
        )
        report = indexes.look(alone, "mued", create=True)
        (wrong,) = report.wrong
        assert wrong.state == "different" and "created_at DESC" in wrong.expected and "(user_id)" in wrong.found
        assert report.built == []

    def test_rows_that_are_not_unique_leave_no_remains_and_show_no_values(self, alone: Connection) -> None:
        users(alone, 1)
        run(alone, "alter table drivemaster.users drop constraint users_email_key")
        users(alone, 1)
        report = indexes.look(alone, "drivemaster", create=True)
        assert report.failed == ["drivemaster.users_email_key cannot be unique: there are rows with equal values."]
        assert [one.state for one in report.wrong] == ["missing"]
        assert "example.org" not in report.text()
        assert value(alone, "select count(*) from pg_index where not indisvalid") == 0

    def test_writers_go_on_while_an_index_is_built(self, alone: Connection, database: Any) -> None:
        users(alone, 10)
        run(alone, "drop index drivemaster.idx_users_active")
        begun = "select count(*) from pg_index where indexrelid = to_regclass('drivemaster.idx_users_active') and not indisvalid"
        with ThreadPoolExecutor(1) as pool, database.connect() as writer, database.connect() as other:
            writer.exec_driver_sql("update drivemaster.users set display_name = 'open'")
            building = pool.submit(indexes.look, alone, "drivemaster", create=True)
            wait_for(other, begun)
            run(other, "insert into drivemaster.users (email, password_hash) values ('new@example.org', 'x')")
            assert [one.state for one in indexes.look(other, "drivemaster").wrong] == ["being built"]
            assert indexes.look(other, "drivemaster", create=True).built == [], "what is being built is left alone"
            run(other, "drop index drivemaster.idx_concepts_category")
            with pytest.raises(RunFailed, match="Another session is building"):
                indexes.look(other, "drivemaster", create=True)
            assert not building.done()
            writer.commit()
            assert [done.index for done in building.result(30).built] == ["drivemaster.idx_users_active"]

    def test_a_login_without_the_owners_rights_builds_nothing(self, outsider: Connection, login: Connection) -> None:
        with pytest.raises(UsageError, match="may not read the ledger"):
            indexes.look(outsider, "mued")


def wait_for(connection: Connection, query: str) -> None:
    for _ in range(200):
        if value(connection, query):
            return
        connection.exec_driver_sql("select pg_sleep(0.02)")
    raise AssertionError(query)


class TestInvalidIndexes:
    def test_a_build_that_broke_off_is_repaired(self, login: Connection) -> None:
        run(login, "drop index video.idx_users_email")
        tenant = "insert into video.tenants (id, name, slug) values ('00000000-0000-0000-0000-000000000001', 'T', 't')"
        run(login, tenant)
        user = "insert into video.users (tenant_id, email, display_name, role) select id, %s, 'N', 'student' from video.tenants"
        for email in ("a@example.org", "A@example.org"):
            login.exec_driver_sql(user, (email,))
        login.commit()
        with pytest.raises(psycopg.errors.UniqueViolation):
            autonomous(login, "create unique index concurrently idx_users_email on video.users (tenant_id, lower(email))")
        (wrong,) = indexes.look(login, "video").wrong
        assert (wrong.state, wrong.index) == ("invalid", "video.idx_users_email")
        blocked = indexes.look(login, "video", create=True)
        assert blocked.failed and value(login, "select count(*) from pg_index where not indisvalid") == 1, "no second one is left behind"
        run(login, "delete from video.users where email = 'A@example.org'")
        report = indexes.look(login, "video", create=True)
        assert [done.how for done in report.built] == ["repaired"] and report.wrong == []
        assert drifts(login, "video") == []

    def test_what_a_broken_reindex_left_is_removed(self, login: Connection) -> None:
        users(login, 2)
        run(login, "create index twin on drivemaster.users (email)")
        autonomous(login, "update pg_index set indisvalid = false where indexrelid = 'drivemaster.twin'::regclass")
        (strange,) = indexes.look(login, "drivemaster", create=True).wrong
        assert strange.state == "invalid" and "the migrations do not name it" in strange.note, "an invalid one of others is left to them"
        autonomous(login, "alter index drivemaster.twin rename to idx_users_active_ccnew")
        (strange,) = indexes.look(login, "drivemaster").wrong
        assert "left by a REINDEX" in strange.note
        report = indexes.look(login, "drivemaster", create=True)
        assert [(done.how, done.index) for done in report.built] == [("removed", "drivemaster.idx_users_active_ccnew")]
        assert drifts(login, "drivemaster") == []

    def test_a_partitioned_one_that_was_built_half_way_is_completed(self, alone: Connection) -> None:
        partition.ensure(alone, "drivemaster")
        alone.commit()
        name = "idx_learning_events_timestamp"
        run(
            alone,
            f"drop index drivemaster.{name}",
            f'create index {name} on only drivemaster.learning_events ("timestamp")',
            'create index half on drivemaster.learning_events_default ("timestamp")',
            f"alter index drivemaster.{name} attach partition drivemaster.half",
            "alter index drivemaster.half rename to learning_events_default_timestamp_idx",
        )
        (wrong,) = indexes.look(alone, "drivemaster").wrong
        assert (wrong.state, wrong.index) == ("invalid", f"drivemaster.{name}")
        assert indexes.look(alone, "drivemaster", create=True).wrong == []
        assert drifts(alone, "drivemaster") == []

    def test_one_with_an_unfinished_part_is_built_anew(self, login: Connection) -> None:
        name = "idx_learning_events_timestamp"
        run(login, f"drop index drivemaster.{name}", f'create index {name} on only drivemaster.learning_events ("timestamp")')
        run(login, 'create index part on drivemaster.learning_events_default ("timestamp")')
        autonomous(login, "update pg_index set indisvalid = false where indexrelid = 'drivemaster.part'::regclass")
        run(login, f"alter index drivemaster.{name} attach partition drivemaster.part")
        report = indexes.look(login, "drivemaster", create=True)
        assert report.failed == [] and report.wrong == []
        assert drifts(login, "drivemaster") == []


class TestUnusedIndexes:
    def found(self, login: Connection, platform: str, name: str) -> verdicts.Unused:
        (one,) = [one for one in indexes.look(login, platform).unused if one.index == f"{platform}.{name}"]
        return one

    def test_what_needs_an_index_keeps_it(self, alone: Connection) -> None:
        report = indexes.look(alone)
        reasons = {one.index: " / ".join(one.reasons) for one in report.unused}
        assert "it backs the constraint users_pkey" in reasons["drivemaster.users_pkey"]
        assert "foreign keys rely on it" in reasons["drivemaster.users_pkey"]
        assert "it keeps rows unique" in reasons["video.idx_users_email"]
        assert "every delete of a referenced row" in reasons["drivemaster.idx_concepts_parent"]
        assert {one.verdict for one in report.unused if one.reasons[0].startswith("it backs")} == {"keep"}

    def test_young_statistics_prove_nothing_and_say_their_age(self, login: Connection) -> None:
        one = self.found(login, "learning", "idx_content_chunks_language")
        assert one.verdict == "too early to tell"
        assert any("its scans are counted for" in reason and "UTC" in reason for reason in one.reasons)
        run(login, "select pg_stat_reset()")
        since = indexes.look(login, "learning").counted_since["learning"]
        assert datetime.now(UTC) - since < timedelta(minutes=1)

    def test_old_statistics_make_a_candidate_and_a_migration_is_asked_for(self, alone: Connection) -> None:
        run(
            alone,
            "update marts.schema_migration set applied_at = now() - interval '90 days'",
            "create index mine on learning.users (last_name)",
        )
        one = self.found(alone, "learning", "idx_content_chunks_language")
        assert one.verdict == "candidate" and one.reasons == ("the migrations name it: leave it out by a migration, not by hand",)
        assert self.found(alone, "learning", "mine").reasons == ("nothing was found that needs it",)
        assert self.found(alone, "learning", "users_email_key").verdict == "keep", "a unique index of a constraint is never droppable"

    def test_no_index_of_a_constraint_is_ever_a_candidate(self, alone: Connection) -> None:
        run(alone, "update marts.schema_migration set applied_at = now() - interval '90 days'")
        report = indexes.look(alone)
        backing = {
            row[0]
            for row in alone.exec_driver_sql(
                "select conindid::regclass::text from pg_constraint "
                "where contype in ('p', 'u', 'x') and connamespace = any(%s::regnamespace[])",
                (PLATFORMS,),
            )
        }
        unused = {one.index: one for one in report.unused}
        assert len(backing & set(unused)) > 50
        assert {unused[name].verdict for name in backing & set(unused)} == {"keep"}
        assert "Unused is not droppable" in report.text()

    def test_a_scan_of_one_partition_counts_for_the_whole(self, alone: Connection) -> None:
        name = "drivemaster.idx_knowledge_states_concept"
        assert name in {one.index for one in indexes.look(alone, "drivemaster").unused}
        run(alone, "set enable_seqscan = off", "select count(*) from drivemaster.knowledge_states_3 where concept_id = gen_random_uuid()")
        run(alone, "set enable_seqscan = on", "select pg_stat_force_next_flush()")
        assert name not in {one.index for one in indexes.look(alone, "drivemaster").unused}

    def test_scans_on_the_replica_count(self, alone: Connection, database: Any, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A second database stands in for the replica: what matters is that its counts are read."""
        name = "learning.idx_content_chunks_language"
        assert name in {one.index for one in indexes.look(alone, "learning").unused}
        copy = f"{database.url.database}_copy"
        alone.close()
        database.hang_up()
        with psycopg.connect(**db.parameters(server), autocommit=True) as raw:
            raw.execute(
                sql.SQL("create database {} template {} strategy file_copy").format(
                    sql.Identifier(copy), sql.Identifier(database.url.database)
                )
            )
        replica = database.url.set(database=copy)
        try:
            with db.engine(url=replica).connect() as other:
                run(other, "set enable_seqscan = off", "select count(*) from learning.content_chunks where language = 'ja'")
                run(other, "select pg_stat_force_next_flush()")
            monkeypatch.setenv("WORKBENCH_REPLICA_URL", replica.render_as_string(hide_password=False))
            settings.cache_clear()
            with database.connect() as connection:
                assert name not in {one.index for one in indexes.look(connection, "learning").unused}
                monkeypatch.setenv("WORKBENCH_REPLICA_URL", "postgresql://me:s3cret@127.0.0.1:1/none")
                settings.cache_clear()
                (one,) = [one for one in indexes.look(connection, "learning").unused if one.index == name]
                assert "the replica (WORKBENCH_REPLICA_URL) could not be asked for its scans" in one.reasons
        finally:
            monkeypatch.delenv("WORKBENCH_REPLICA_URL")
            settings.cache_clear()
            db.engine(url=replica).dispose()
            with psycopg.connect(**db.parameters(server), autocommit=True) as raw:
                raw.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(copy)))


class TestDuplicates:
    def test_the_same_and_the_beginning_are_told_apart(self, login: Connection) -> None:
        run(
            login,
            "create index twin on mued.ai_dialogue_log (user_id, created_at desc)",
            "create index head on mued.ai_dialogue_log (user_id)",
        )
        found = {(one.index, one.covered_by): one for one in indexes.look(login, "mued").duplicates}
        assert found["mued.twin", "mued.idx_ai_dialogue_user_created"].how == "same"
        assert found["mued.head", "mued.idx_ai_dialogue_user_created"].how == "beginning"
        assert ("mued.idx_ai_dialogue_user_created", "mued.twin") not in found, "only the younger of two is superfluous"
        run(login, "drop index mued.twin, mued.head")

    def test_a_partial_a_unique_and_a_constraints_one_are_no_duplicates(self, login: Connection) -> None:
        run(
            login,
            "create index part on mued.ai_dialogue_log (user_id, created_at desc) where error_code is null",
            "create unique index single on learning.users (email)",
        )
        doubled = {one.index for one in [*indexes.look(login, "mued").duplicates, *indexes.look(login, "learning").duplicates]}
        assert "mued.part" not in doubled and not {name for name in doubled if name.endswith("_key") or name.endswith("_pkey")}
        assert "learning.idx_users_email" in doubled
        run(login, "drop index mued.part, learning.single")


def test_definitions_are_those_of_the_expected_catalogue(login: Connection) -> None:
    """Every index of the live database is understood: nothing is left to a list by hand."""
    wanted = catalogue.wanted(migrate.expected(login))
    with upkeep.as_owner(login) as raw:
        there = catalogue.live(raw, PLATFORMS)
    assert wanted.keys() == there.keys()
    assert all(catalogue.same(one, there[name]) for name, one in wanted.items())


class TestCommandLine:
    @pytest.fixture
    def workbench(self, cleared_database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
        """Runs a command on the database of the test, within this process."""
        monkeypatch.setenv("WORKBENCH_DATABASE_URL", cleared_database.url.render_as_string(hide_password=False))
        settings.cache_clear()
        yield lambda *arguments: CliRunner().invoke(app, arguments)
        monkeypatch.undo()
        settings.cache_clear()

    def test_a_missing_index_is_a_finding_until_it_is_built(self, workbench: Callable[..., Result], login: Connection) -> None:
        run(login, "drop index mued.idx_plugin_enabled_healthy")
        found = workbench("db", "indexes", "mued", "--json")
        assert isinstance(found.exception, Finding) and "`workbench db indexes --create` builds missing ones" in str(found.exception)
        assert [one["index"] for one in json.loads(found.stdout)["wrong"]] == ["mued.idx_plugin_enabled_healthy"]
        built = workbench("db", "indexes", "mued", "--create")
        assert built.exit_code == 0 and "built mued.idx_plugin_enabled_healthy" in built.stdout
        assert workbench("db", "indexes", "mued").exit_code == 0

    @pytest.mark.parametrize("verb", ["optimize", "maintenance"])
    def test_what_was_left_out_is_a_finding(
        self, workbench: Callable[..., Result], cleared_database: Any, verb: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fine = workbench("db", verb, "marts", "--json")
        assert fine.exit_code == 0 and json.loads(fine.stdout)["platforms"] == ["marts"]
        monkeypatch.setattr(settings(), "lock_timeout_s", 1)
        with cleared_database.connect() as other:
            other.exec_driver_sql("lock table marts.audit in access exclusive mode")
            found = workbench("db", verb, "marts")
        assert isinstance(found.exception, Finding) and "1 tables or views were left out" in str(found.exception)
        assert "SKIPPED marts.audit: in use by another session for 1 s" in found.stdout
