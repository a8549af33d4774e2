"""Row level security of DriveMaster, attacked as every role: what may be seen and written, and nothing else."""
# ruff: noqa: S608 — table names are this file's own

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection

from workbench.db import raw

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
GUARDED = ("users", "knowledge_states", "learning_events")
OPEN = ("concepts", "concept_prerequisites", "content")
FILL = """
insert into drivemaster.concepts (id, key, name, category) values
    (%(stop)s, 'stop', 'Stop', 'signs'), (%(yield)s, 'yield', 'Yield', 'signs');
insert into drivemaster.concept_prerequisites (concept_id, prerequisite_id) values (%(yield)s, %(stop)s);
insert into drivemaster.content (id, concept_id, category, title) values (%(item)s, %(stop)s, 'signs', 'Stop?');
insert into drivemaster.knowledge_states (user_id, concept_id) values (%(ann)s, %(stop)s), (%(ben)s, %(stop)s);
insert into drivemaster.learning_events (user_id, event_type, timestamp) values
    (%(ann)s, 'session_started', %(noon)s), (%(ann)s, 'session_started', %(noon)s), (%(ben)s, 'session_started', %(noon)s)
"""


@dataclasses.dataclass
class Trainer:
    """Ann and Ben learn, Ina instructs, Ada administers, Old is a deactivated administrator."""

    sql: psycopg.Connection
    ids: dict[str, object]

    def act(self, who: str | None) -> "Trainer":
        """From now on as the application, for this account."""
        self.sql.execute("set local session authorization drivemaster_app")
        self.sql.execute("select set_config('app.user_id', %s, true)", [str(self.ids.get(who, who)) if who is not None else ""])
        return self

    def count(self, table: str) -> int:
        return self.sql.execute(f"select count(*) from drivemaster.{table}").fetchone()[0]

    def change(self, text: str) -> int:
        """Rows the statement touched."""
        return self.sql.execute(text, self.ids).rowcount

    def refused(self, text: str) -> None:
        """The statement fails for want of a privilege or by a policy."""
        with pytest.raises(errors.InsufficientPrivilege), self.sql.transaction():
            self.sql.execute(text, self.ids)


@pytest.fixture
def trainer(connection: Connection) -> Iterator[Trainer]:
    sql = raw(connection)
    roles = {"ann": "learner", "ben": "learner", "ina": "instructor", "ada": "admin", "old": "admin"}
    ids: dict[str, object] = {name: uuid4() for name in (*roles, "stop", "yield", "item")} | {"noon": NOON}
    with sql.cursor() as cursor:
        cursor.executemany(
            "insert into drivemaster.users (id, email, password_hash, role, is_active) values (%s, %s, 'secret', %s, %s)",
            [(ids[name], f"{name}@example.org", role, name != "old") for name, role in roles.items()],
        )
    for statement in FILL.split(";\n"):
        sql.execute(statement, ids)
    yield Trainer(sql, ids)
    connection.rollback()


@pytest.mark.parametrize("who", [None, "", "garbage", "' or true --", "00000000-0000-4000-8000-000000000000", "old", "٠" * 36])
def test_without_a_living_account_nothing_is_seen_or_written(trainer: Trainer, who: str | None) -> None:
    trainer.act(who)
    for table in GUARDED:
        assert trainer.count(table) == 0
    assert trainer.change("update drivemaster.users set locale = 'xx'") == 0
    assert trainer.change("update drivemaster.knowledge_states set mastery_probability = 1") == 0
    trainer.refused("insert into drivemaster.learning_events (user_id, event_type) values (%(ann)s, 'session_started')")
    trainer.refused("insert into drivemaster.knowledge_states (user_id, concept_id) values (%(ann)s, %(yield)s)")


@pytest.mark.parametrize("table", GUARDED)
def test_every_guarded_table_denies_by_default_and_binds_its_owner(trainer: Trainer, table: str) -> None:
    flags = "select relrowsecurity and relforcerowsecurity from pg_class where oid = %s::regclass"
    assert trainer.sql.execute(flags, [f"drivemaster.{table}"]).fetchone() == (True,)
    missing = """
        select role from unnest(array['workbench_owner', 'workbench_loader', 'workbench_reader', 'workbench_identified']) as role
        where not exists (
            select from pg_policies
            where schemaname = 'drivemaster' and tablename = %s and role = any(roles) and cmd in ('ALL', 'SELECT') and qual = 'true'
        )
    """
    assert trainer.sql.execute(missing, [table]).fetchall() == []


@pytest.mark.parametrize(
    ("who", "users", "states", "events"),
    [("ann", 1, 1, 2), ("ben", 1, 1, 1), ("ina", 5, 2, 3), ("ada", 5, 2, 3)],
)  # fmt: skip
def test_learners_see_their_own_and_staff_see_all(trainer: Trainer, who: str, users: int, states: int, events: int) -> None:
    trainer.act(who)
    seen = tuple(trainer.sql.execute(f"select count(id) from drivemaster.{table}").fetchone()[0] for table in ("users", "learning_events"))
    assert (*seen, trainer.count("knowledge_states")) == (users, events, states)
    assert [trainer.count(table) for table in OPEN] == [2, 1, 1]


@pytest.mark.parametrize(
    "insert",
    [
        "insert into drivemaster.learning_events (user_id, event_type) values (%(ann)s, 'session_started')",
        "insert into drivemaster.knowledge_states (user_id, concept_id) values (%(ann)s, %(yield)s)",
        "insert into drivemaster.knowledge_states (user_id, concept_id) values (%(ann)s, %(stop)s) on conflict do nothing",
        """insert into drivemaster.knowledge_states (user_id, concept_id) values (%(ann)s, %(stop)s)
           on conflict (user_id, concept_id) do update set mastery_probability = 1""",
        "insert into drivemaster.users (email, password_hash, role) values ('x@example.org', 'x', 'admin')",
        "insert into drivemaster.concepts (key, name, category) values ('x', 'x', 'x')",
        "insert into drivemaster.concept_prerequisites (concept_id, prerequisite_id) values (%(stop)s, %(yield)s)",
        "insert into drivemaster.content (concept_id, category, title) values (%(stop)s, 'signs', 'x')",
        "update drivemaster.content set total_attempts = 0",
        "delete from drivemaster.concepts",
        "truncate drivemaster.learning_events",
    ],
)
@pytest.mark.parametrize("who", ["ben", "ina"])
def test_nobody_writes_in_anothers_name(trainer: Trainer, who: str, insert: str) -> None:
    trainer.act(who).refused(insert)


@pytest.mark.parametrize("who", ["ben", "ina"])
def test_others_rows_are_neither_changed_nor_taken(trainer: Trainer, who: str) -> None:
    trainer.act(who)
    assert trainer.change("update drivemaster.knowledge_states set mastery_probability = 1 where user_id = %(ann)s") == 0
    assert trainer.change("update drivemaster.users set display_name = 'x' where id = %(ann)s") == 0


def test_a_row_does_not_move_to_another_learner(trainer: Trainer) -> None:
    trainer.act("ben").refused("update drivemaster.knowledge_states set user_id = %(ann)s, concept_id = %(yield)s")


@pytest.mark.parametrize("table", ["users", "knowledge_states", "learning_events"])
def test_nothing_is_deleted_by_the_application(trainer: Trainer, table: str) -> None:
    for who in ("ann", "ina", "ada"):
        trainer.act(who).refused(f"delete from drivemaster.{table}")


@pytest.mark.parametrize(
    "change",
    [
        "role = 'admin'", "total_xp = 10000", "current_streak = 0", "plan = 'premium'", "is_active = true", "deleted_at = null",
        "id = gen_random_uuid()", "password_hash = 'x'", "created_at = now()", "achievements = '[]'",
    ],
)  # fmt: skip
def test_nobody_promotes_or_rewards_themselves(trainer: Trainer, change: str) -> None:
    trainer.act("ann").refused(f"update drivemaster.users set {change}")


def test_the_event_log_is_only_added_to(trainer: Trainer) -> None:
    trainer.act("ann")
    assert trainer.change("insert into drivemaster.learning_events (user_id, event_type) values (%(ann)s, 'session_started')") == 1
    trainer.refused("update drivemaster.learning_events set event_type = 'session_started'")


def test_ones_own_profile_and_knowledge_may_change(trainer: Trainer) -> None:
    trainer.act("ann")
    assert trainer.change("update drivemaster.users set display_name = 'アン'") == 1
    assert trainer.change("update drivemaster.knowledge_states set mastery_probability = 0.9") == 1


PIECES = (*(f"knowledge_states_{n}" for n in range(8)), "learning_events_default")


@pytest.mark.parametrize("piece", PIECES)
def test_partitions_are_not_reached_past_their_table(trainer: Trainer, piece: str) -> None:
    for who in ("ann", "ada"):
        trainer.act(who).refused(f"select count(*) from drivemaster.{piece}")


@pytest.mark.parametrize("view", ["concept_mastery", "content_performance", "daily_practice"])
def test_summaries_over_everybody_are_not_the_applications(trainer: Trainer, view: str) -> None:
    trainer.act("ada").refused(f"select count(*) from drivemaster.{view}")


@pytest.mark.parametrize(
    "name",
    ["dim_learner", "dim_item", "fact_activity", "fact_attempt", "fact_completion", "fact_funnel", "fact_mastery", "fact_session"],
)
def test_facts_are_not_the_applications(trainer: Trainer, name: str) -> None:
    trainer.act("ada").refused(f"select count(*) from drivemaster.{name}")
    trainer.refused(f"select count(*) from marts.{name}")


@pytest.mark.parametrize("call", ["refresh_summaries()", "refuse_circles()"])
def test_the_owners_functions_are_not_the_applications(trainer: Trainer, call: str) -> None:
    trainer.act("ada").refused(f"select drivemaster.{call}")


def test_secrets_are_nobodys(trainer: Trainer) -> None:
    trainer.act("ada").refused("select password_hash from drivemaster.users")


def test_loader_and_readers_see_every_row(trainer: Trainer) -> None:
    for role in ("workbench_loader", "workbench_reader", "workbench_identified"):
        trainer.sql.execute(f"set local role {role}")
        assert trainer.sql.execute("select count(id) from drivemaster.users").fetchone() == (5,)
        assert trainer.count("learning_events") == 3
        assert trainer.sql.execute("select count(*) from marts.fact_activity where platform = 'drivemaster'").fetchone() == (3,)


def test_readers_do_without_identities(trainer: Trainer) -> None:
    trainer.sql.execute("set local role workbench_reader")
    trainer.refused("select email from drivemaster.users")
    assert isinstance(trainer.sql.execute("select learner_id from drivemaster.dim_learner").fetchone()[0], UUID)
