"""The learning platform at work: no orphan gets in, searches reach their indexes, users see their own, changes leave a trace."""
# ruff: noqa: S608 — table names are this file's own

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection

from workbench import partition, paths, queries, sqlfiles
from workbench.db import raw
from workbench.errors import UsageError

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
MONTHS = {"start": date(2026, 7, 1), "end": date(2026, 10, 1)}
TABLES = (
    "users", "study_materials", "content_chunks", "generated_assets", "learning_sessions", "interactions", "user_feedback",
    "progress_metrics", "audit_logs",
)  # fmt: skip


class World:
    """One of everything for each of ann and ben."""

    def __init__(self, sql: psycopg.Connection) -> None:
        self.sql = sql
        self.of = {name: self._make(name) for name in ("ann", "ben")}

    def insert(self, table: str, **values: Any) -> UUID:
        names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        return self.sql.execute(f"insert into learning.{table} ({names}) values ({marks}) returning id", values).fetchone()[0]

    def _make(self, name: str) -> dict[str, UUID]:
        me = self.insert("users", email=f"{name}@x.jp", username=name, password_hash="$2b$12$secret", first_name=name)
        mine = {"users": me}
        mine["study_materials"] = self.insert("study_materials", user_id=me, title=f"{name}の教材", source_type="text", tags=[name, "共有"])
        mine["content_chunks"] = self.insert(
            "content_chunks", study_material_id=mine["study_materials"], chunk_order=1, content=f"{name} text", chunk_type="section"
        )
        mine["generated_assets"] = self.insert(
            "generated_assets", study_material_id=mine["study_materials"], content_chunk_id=mine["content_chunks"], asset_type="quiz",
            content='{"title": "Q"}', generation_model="m",
        )  # fmt: skip
        mine["learning_sessions"] = self.insert(
            "learning_sessions", user_id=me, study_material_id=mine["study_materials"], started_at=NOON, session_type="quiz"
        )
        mine["interactions"] = self.insert(
            "interactions", learning_session_id=mine["learning_sessions"], generated_asset_id=mine["generated_assets"], user_id=me,
            interaction_type="answer", interaction_data="{}", created_at=NOON, is_correct=True,
        )  # fmt: skip
        mine["user_feedback"] = self.insert(
            "user_feedback", user_id=me, interaction_id=mine["interactions"], interaction_created_at=NOON, feedback_type="comment",
            comment="秘密", rating=4,
        )  # fmt: skip
        mine["progress_metrics"] = self.insert("progress_metrics", user_id=me, metric_type="speed", metric_value=1, recorded_at=NOON)
        mine["audit_logs"] = self.insert("audit_logs", user_id=me, action="login", entity_type="session", ip_address="10.0.0.1")
        return mine

    def act(self, name: str | None) -> "World":
        """From now on as the application, for this account."""
        self.sql.execute("set local role learning_app")
        self.sql.execute("select set_config('app.user_id', %s, true)", [str(self.of[name]["users"]) if name else ""])
        return self

    def one(self, text: str, *values: Any) -> Any:
        return self.sql.execute(text, values).fetchone()[0]


@pytest.fixture(scope="module")
def opened(shared_database: Any) -> Iterator[Connection]:
    """The transaction of all tests here, in which the months of the tables are made once."""
    with shared_database.connect() as opened:
        partition.ensure(opened, "learning", **MONTHS)
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def peopled(opened: Connection) -> World:
    return World(raw(opened))


@pytest.fixture
def connection(opened: Connection) -> Iterator[Connection]:
    """What the test does is rolled back."""
    with raw(opened).transaction(force_rollback=True):
        yield opened


@pytest.fixture
def world(peopled: World, connection: Connection) -> World:
    return peopled


# No orphans


def feedback(world: World, **values: Any) -> UUID:
    return world.insert("user_feedback", user_id=world.of["ann"]["users"], feedback_type="rating", **values)


def test_half_a_key_or_a_wrong_one_is_refused(world: World) -> None:
    mine = world.of["ann"]["interactions"]
    attacks = [
        ({"interaction_id": mine}, errors.CheckViolation),
        ({"interaction_created_at": NOON}, errors.CheckViolation),
        ({"interaction_id": mine, "interaction_created_at": NOON.replace(second=1)}, errors.ForeignKeyViolation),
        ({"interaction_id": mine, "interaction_created_at": datetime(1999, 1, 1, tzinfo=UTC)}, errors.ForeignKeyViolation),
        ({"interaction_id": uuid4(), "interaction_created_at": NOON}, errors.ForeignKeyViolation),
        ({"generated_asset_id": uuid4()}, errors.ForeignKeyViolation),
        ({"rating": 0}, errors.CheckViolation),
        ({"rating": 6}, errors.CheckViolation),
    ]
    for values, refusal in attacks:
        with pytest.raises(refusal), world.sql.transaction():
            feedback(world, **values)
    feedback(world, rating=5)
    feedback(world, interaction_id=mine, interaction_created_at=NOON)


@pytest.mark.parametrize(
    ("attack", "refusal"),
    [
        ("delete from learning.interactions", errors.ForeignKeyViolation),
        ("update learning.interactions set id = gen_random_uuid()", errors.ForeignKeyViolation),
        ("update learning.interactions set created_at = created_at + interval '1 second'", errors.ForeignKeyViolation),
        ("update learning.interactions set created_at = created_at + interval '1 month'", errors.ForeignKeyViolation),
        ("truncate learning.interactions", errors.FeatureNotSupported),
        ("truncate learning.interactions_p2026_08", errors.FeatureNotSupported),
        ("alter table learning.interactions detach partition learning.interactions_p2026_08", errors.ForeignKeyViolation),
        ("drop table learning.interactions_p2026_08", errors.DependentObjectsStillExist),
        ("delete from learning.learning_sessions", errors.ForeignKeyViolation),
        ("delete from learning.generated_assets", errors.ForeignKeyViolation),
    ],
)
def test_what_is_referred_to_cannot_go(world: World, attack: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal), world.sql.transaction():
        world.sql.execute(attack)
    orphans = """select count(*) from learning.user_feedback f where interaction_id is not null and not exists (
                 select from learning.interactions i where (i.id, i.created_at) = (f.interaction_id, f.interaction_created_at))"""
    assert world.one(orphans) == 0


def test_a_month_without_feedback_can_be_detached(world: World) -> None:
    world.sql.execute("alter table learning.interactions detach partition learning.interactions_p2026_07")


def test_an_interaction_of_a_month_without_partition_is_refused_by_name(world: World) -> None:
    mine = world.of["ann"]
    with pytest.raises(errors.CheckViolation, match='no partition of relation "interactions" found for row') as refusal:
        world.insert(
            "interactions", learning_session_id=mine["learning_sessions"], user_id=mine["users"], interaction_type="view",
            interaction_data="{}", created_at=datetime(2030, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    assert refusal.value.diag.message_detail == "Partition key of the failing row contains (created_at) = (2030-01-01 00:00:00+00)."


# Search


@pytest.fixture(scope="class")
def library(peopled: World) -> Iterator[World]:
    """Twenty thousand materials and segments, in which the searched ones are few."""
    with peopled.sql.transaction(force_rollback=True):
        peopled.sql.execute("alter table learning.study_materials disable trigger study_materials_audit")
        peopled.sql.execute(
            """insert into learning.study_materials (user_id, title, description, source_type, tags)
               select %s, case n when 7 then '光合成と呼吸の教材' when 8 then 'Photosynthesis, briefly' else 'Title ' || md5(n::text) end,
                      'About ' || md5((n + 1)::text), 'text', array['tag' || n %% 500, case when n < 20 then 'rare' else 'usual' end]
               from generate_series(1, 10000) n""",
            [peopled.of["ann"]["users"]],
        )
        peopled.sql.execute(
            """insert into learning.content_chunks (study_material_id, chunk_order, content, chunk_type)
               select %s, n, case n when 5 then '葉緑体は光のエネルギーを使う' when 6 then 'chloroplast light' else md5(n::text) end, 'part'
               from generate_series(1, 10000) n""",
            [peopled.of["ann"]["study_materials"]],
        )
        peopled.sql.execute("analyze learning.study_materials, learning.content_chunks")
        peopled.sql.execute(  # what a vacuum does after many insertions
            """select gin_clean_pending_list(i.oid) from pg_class i join pg_am a on a.oid = relam
               where amname = 'gin' and relkind = 'i' and relnamespace = 'learning'::regnamespace"""
        )
        yield peopled


def plan(world: World, query: str, **parameters: Any) -> str:
    text, _ = sqlfiles.load(f"learning/queries/{query}")
    return "\n".join(line for (line,) in world.sql.execute(f"explain {text}", parameters))


class TestSearches:
    def test_searches_reach_their_indexes(self, library: World, connection: Connection) -> None:
        by_tag = plan(library, "materials_by_tag", tags=["rare"])
        assert "idx_study_materials_tags" in by_tag
        for words, part in (("photosynthesis", "%photosynthesis%"), ("光合成", "%光合成%")):
            found = plan(library, "search_materials", words=words, part=part, rows=20)
            assert "idx_study_materials_search" in found and "idx_study_materials_title_trgm" in found, found
            found = plan(library, "search_chunks", words=words, part=part, rows=20)
            assert "idx_content_chunks_search" in found and "idx_content_chunks_content_trgm" in found, found

    def test_searches_find_words_in_every_language(self, library: World, connection: Connection) -> None:
        materials, chunks = queries.learning.search_materials, queries.learning.search_chunks
        assert materials(connection, "光合成")["title"].tolist() == ["光合成と呼吸の教材"]
        assert materials(connection, "photosynthesis -long")["title"].tolist() == ["Photosynthesis, briefly"]
        assert materials(connection, "synthesis, br")["title"].tolist() == ["Photosynthesis, briefly"], "any part of a title"
        assert materials(connection, "100%").empty and materials(connection, "_").empty, "% and _ are what they are"
        assert chunks(connection, "light")["chunk_order"].tolist() == [6]
        assert chunks(connection, "エネルギー")["chunk_order"].tolist() == [5]
        assert queries.learning.materials_by_tag(connection, ["rare", "tag7"])["title"].tolist() == ["光合成と呼吸の教材"]
        with pytest.raises(UsageError, match="a search needs words"):
            materials(connection, "  ")

    def test_what_is_deleted_is_kept_and_not_found(self, library: World, connection: Connection) -> None:
        library.sql.execute("update learning.study_materials set deleted_at = now() where title like '光合成%'")
        assert queries.learning.search_materials(connection, "光合成").empty
        assert queries.learning.materials_by_tag(connection, ["tag7", "rare"]).empty
        assert library.one("select count(*) from learning.study_materials where title like '光合成%%'") == 1
        library.sql.execute("update learning.users set deleted_at = now() where username = 'ben'")
        present = "explain select id from learning.users where deleted_at is null and is_active order by created_at"
        library.sql.execute("set local enable_seqscan = off")
        assert "idx_users_present" in "\n".join(line for (line,) in library.sql.execute(present))
        assert library.one("select count(*) from learning.dim_learner where deleted_at is not null") == 1


# Row level security


@pytest.mark.parametrize("table", TABLES)
def test_a_user_sees_their_own_rows_and_nobody_elses(world: World, table: str) -> None:
    world.act("ann")
    seen = {row[0] for row in world.sql.execute(f"select id from learning.{table}").fetchall()}
    assert world.of["ann"][table] in seen and world.of["ben"][table] not in seen
    for nobody in ("", str(uuid4()), "not a key", "'; select 1"):
        world.sql.execute("select set_config('app.user_id', %s, true)", [nobody])
        assert world.one(f"select count(*) from (select id from learning.{table}) as every") == 0


def test_an_inactive_or_deleted_user_sees_nothing(world: World) -> None:
    world.sql.execute("update learning.users set is_active = false where username = 'ann'")
    world.sql.execute("update learning.users set deleted_at = now() where username = 'ben'")
    for name in ("ann", "ben"):
        world.act(name)
        assert world.one("select count(*) from learning.study_materials") == 0
        world.sql.execute("reset role")


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_others_are_neither_changed_nor_removed(world: World, table: str) -> None:
    theirs = world.of["ben"][table]
    world.act("ann")
    change = "username = 'x'" if table == "users" else "id = id"
    for attack in (f"update learning.{table} set {change} where id = %s", f"delete from learning.{table} where id = %s"):
        try:
            with world.sql.transaction():
                assert world.sql.execute(attack, [theirs]).rowcount == 0
        except errors.InsufficientPrivilege:
            continue
    world.sql.execute("reset role")
    assert world.one(f"select count(*) from learning.{table} where id = %s", theirs) == 1


def test_nothing_is_written_in_the_name_of_another_or_onto_their_rows(world: World) -> None:
    ann, ben = world.of["ann"], world.of["ben"]
    action = {"interaction_type": "view", "interaction_data": "{}", "created_at": NOON}
    asset = {"asset_type": "quiz", "content": "{}", "generation_model": "m"}
    chunk = {"chunk_order": 2, "content": "x", "chunk_type": "x"}
    attacks: list[tuple[str, dict[str, Any]]] = [
        ("study_materials", {"user_id": ben["users"], "title": "x", "source_type": "text"}),
        ("content_chunks", {"study_material_id": ben["study_materials"], **chunk}),
        ("generated_assets", {"study_material_id": ben["study_materials"], **asset}),
        ("generated_assets", {"study_material_id": ann["study_materials"], "content_chunk_id": ben["content_chunks"], **asset}),
        ("learning_sessions", {"user_id": ben["users"], "study_material_id": ann["study_materials"], "session_type": "quiz"}),
        ("learning_sessions", {"user_id": ann["users"], "study_material_id": ben["study_materials"], "session_type": "quiz"}),
        ("interactions", {"user_id": ben["users"], "learning_session_id": ann["learning_sessions"], **action}),
        ("interactions", {"user_id": ann["users"], "learning_session_id": ben["learning_sessions"], **action}),
        ("user_feedback", {"user_id": ben["users"], "feedback_type": "rating"}),
        ("user_feedback", {"user_id": ann["users"], "feedback_type": "rating", "generated_asset_id": ben["generated_assets"]}),
        ("user_feedback", {"user_id": ann["users"], "feedback_type": "rating", "interaction_id": ben["interactions"],
                           "interaction_created_at": NOON}),
        ("progress_metrics", {"user_id": ben["users"], "metric_type": "speed", "metric_value": 1, "recorded_at": NOON}),
        ("progress_metrics", {"user_id": ann["users"], "metric_type": "speed", "metric_value": 1, "recorded_at": NOON,
                              "learning_session_id": ben["learning_sessions"]}),
        ("users", {"email": "new@x.jp", "username": "new", "password_hash": "x"}),
        ("audit_logs", {"user_id": ann["users"], "action": "x", "entity_type": "x"}),
    ]  # fmt: skip
    world.act("ann")
    for table, values in attacks:
        with pytest.raises(errors.InsufficientPrivilege), world.sql.transaction():
            world.insert(table, **values)
    for table, values in ((t, v) for t, v in attacks if t == "interactions"):
        world.insert(table, **values | {"user_id": ann["users"], "learning_session_id": ann["learning_sessions"]})


def test_the_application_reaches_no_secret_function_partition_or_fact(world: World) -> None:
    world.act("ann")
    for attack in (
        "select password_hash from learning.users", "select old_values from learning.audit_logs",
        "select learning.masked('{}')", "select * from learning.interactions_p2026_08", "select * from learning.audit_logs_default",
        "select * from learning.fact_activity", "select * from learning.dim_learner", "select * from marts.fact_activity",
        "update learning.users set is_active = true", "delete from learning.interactions",
        "update learning.interactions set is_correct = true",
        "truncate learning.user_feedback",
    ):  # fmt: skip
        with pytest.raises(errors.InsufficientPrivilege), world.sql.transaction():
            world.sql.execute(attack)


def test_analysts_read_everything_but_what_is_personal(world: World) -> None:
    world.sql.execute("set local role workbench_reader")
    assert world.one("select count(*) from learning.interactions") == 2
    for column, table in (("email", "users"), ("first_name", "users"), ("comment", "user_feedback"), ("ip_address", "audit_logs")):
        with pytest.raises(errors.InsufficientPrivilege), world.sql.transaction():
            world.sql.execute(f"select {column} from learning.{table}")
    personal = """select attrelid::regclass::text || '.' || attname from pg_attribute join pg_class c on c.oid = attrelid
                  where relnamespace = 'learning'::regnamespace and relkind in ('r', 'p') and not relispartition
                  and col_description(attrelid, attnum) ~ '^(Personal|Secret): '
                  and has_column_privilege('workbench_reader', attrelid, attnum, 'select')"""
    assert world.sql.execute(personal).fetchall() == []


# The audit trail


def test_changes_of_sensitive_rows_are_noted_masked_and_with_their_author(world: World) -> None:
    ann = world.of["ann"]
    world.act("ann")
    world.sql.execute("update learning.users set email = 'new@x.jp', preferences = '{\"goal\": 5}'")
    world.sql.execute("update learning.user_feedback set comment = '別の秘密'")
    world.sql.execute("delete from learning.user_feedback")
    event = world.one('select learning.note_event(\'login\', \'session\', details => \'{"email": "a@x.jp", "device": "ios"}\')')
    world.sql.execute("reset role")
    rows = world.sql.execute(
        "select action, entity_type, entity_id, old_values, new_values from learning.audit_logs"
        " where user_id = %s and entity_id is not null order by action, entity_type desc",
        [ann["users"]],
    ).fetchall()
    assert [row[:3] for row in rows] == [
        ("delete", "user_feedback", ann["user_feedback"]), ("update", "users", ann["users"]),
        ("update", "user_feedback", ann["user_feedback"]),
    ]  # fmt: skip
    _, (*_, before, after), said = rows
    assert (before["email"], after["email"], after["preferences"], after["password_hash"]) == ("***", "***", {"goal": 5}, "***")
    assert (after["profile_picture_url"], said[4]["comment"]) == (None, "***")
    noted = world.sql.execute("select user_id, action, new_values from learning.audit_logs where id = %s", [event]).fetchone()
    assert noted == (ann["users"], "login", {"email": "***", "device": "ios"})
    whole = world.one("select string_agg(a::text, ' ') from learning.audit_logs a")
    assert not [secret for secret in ("new@x.jp", "ann@x.jp", "秘密", "$2b$12$secret") if secret in whole]


# A column more


def test_the_recipe_adds_a_column_batch_by_batch(database) -> None:
    recipe = (paths.SQL / "learning" / "recipes" / "add_column.sql").read_text(encoding="utf-8")
    steps = {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in recipe.split("-- step: ")[1:]}
    assert list(steps) == ["add", "fill", "finish"]
    with database.connect() as connection:
        sql = raw(connection)
        sql.execute("alter table learning.users disable trigger users_audit")
        sql.execute(
            "insert into learning.users (email, username, password_hash) select n || '@x.jp', n::text, 'x' from generate_series(1, 3500) n"
        )
        sql.execute(steps["add"])
        sql.execute("update learning.users set phone_number = '+81' where username = '17'")
        sql.commit()
        sql.autocommit = True
        for _ in range(2):  # the second time nothing is left to do
            sql.execute(steps["fill"])
        filled = sql.execute("select count(distinct xmin::text), count(*) filter (where phone_number = '') from learning.users").fetchone()
        assert filled == (5, 3499), "four batches, and the row that was filled already"
        sql.execute(steps["finish"])
        sql.execute("insert into learning.users (email, username, password_hash) values ('new@x.jp', 'new', 'x')")
        assert sql.execute("select phone_number from learning.users where username in ('17', 'new') order by 1").fetchall() == [
            ("",),
            ("+81",),
        ]
        with pytest.raises(errors.NotNullViolation):
            sql.execute("update learning.users set phone_number = null where username = 'new'")
        sql.autocommit = False
