"""DriveMaster's schema: what its document describes is there with its ranges, partitions and indexes, and malformed rows are refused."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection

from workbench import partition
from workbench.db import raw

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
TABLES = {"users", "concepts", "concept_prerequisites", "knowledge_states", "content", "learning_events"}
PIECES = {f"knowledge_states_{n}" for n in range(8)} | {"learning_events_default"}
INDEXES = {
    # GIN, for the JSON columns
    "idx_users_cognitive_patterns": r" USING gin \(cognitive_patterns\)",
    "idx_users_learning_preferences": r" USING gin \(learning_preferences\)",
    "idx_content_media": r" USING gin \(media\)",
    "idx_content_tags": r" USING gin \(tags\)",
    "idx_learning_events_context": r" USING gin \(context_data jsonb_path_ops\)",
    # composite
    "idx_learning_events_content": r" USING btree \(content_id, \"timestamp\"\) WHERE",
    "idx_content_parent": r" USING btree \(parent_content_id, version\) WHERE \(parent_content_id IS NOT NULL\)",
    # partial, for active records
    "idx_users_active": r" USING btree \(last_active_at\) WHERE is_active",
    "idx_content_recommendation": r" USING btree \(category, difficulty, total_attempts\) WHERE is_active",
    "idx_concepts_category": r" USING btree \(category\) WHERE is_active",
    "idx_knowledge_states_user_due": r" USING btree \(user_id, due_at\) WHERE \(due_at IS NOT NULL\)",
    # covering
    "idx_knowledge_states_user_mastered": r"\(user_id, last_interaction DESC\) INCLUDE \(mastery_probability\) WHERE",
    "idx_knowledge_states_concept": r" USING btree \(concept_id\) INCLUDE \(mastery_probability\)",
    "idx_content_concept": r" USING btree \(concept_id\) INCLUDE \(difficulty, discrimination, guess_parameter\) WHERE is_active",
    "idx_learning_events_user_timestamp": r"\(user_id, \"timestamp\" DESC\) INCLUDE \(event_type, concept_id\)",
    # summaries that are refreshed beside their readers
    "concept_mastery_key": r"^CREATE UNIQUE INDEX .* USING btree \(concept_id\)$",
    "content_performance_key": r"^CREATE UNIQUE INDEX .* USING btree \(content_id\)$",
    "daily_practice_key": r"^CREATE UNIQUE INDEX .* USING btree \(day, category\)$",
}


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def one(sql: psycopg.Connection, text: str, **values: object) -> object:
    return sql.execute(text, values).fetchone()[0]


def column(sql: psycopg.Connection, text: str, **values: object) -> list[object]:
    return [row[0] for row in sql.execute(text, values)]


def refused(sql: psycopg.Connection, constraint: str, text: str, **values: object) -> None:
    """The statement fails on the constraint of this name."""
    with pytest.raises(psycopg.errors.IntegrityError) as caught, sql.transaction():
        sql.execute(text, values)
    assert caught.value.diag.constraint_name == constraint


def insert(sql: psycopg.Connection, table: str, returning: str = "id", **values: object) -> object:
    return one(sql, f"insert into drivemaster.{table} ({', '.join(values)}) values ({marks(values)}) returning {returning}", **values)  # noqa: S608


def marks(values: dict[str, object]) -> str:
    return ", ".join(f"%({name})s" for name in values)


def learner(sql: psycopg.Connection, name: str = "ann", **values: object) -> UUID:
    return insert(sql, "users", email=f"{name}@example.org", password_hash="!", **values)


def concept(sql: psycopg.Connection, key: str, **values: object) -> UUID:
    return insert(sql, "concepts", key=key, name=key, category="signs", **values)


def item(sql: psycopg.Connection, of: UUID, **values: object) -> UUID:
    return insert(sql, "content", concept_id=of, category="signs", title="stop", **values)


def state(sql: psycopg.Connection, **values: object) -> object:
    return insert(sql, "knowledge_states", "user_id", user_id=learner(sql), concept_id=concept(sql, "stop"), **values)


# What the document describes


def test_every_table_of_the_document_is_there_and_no_other(sql: psycopg.Connection) -> None:
    found = set(column(sql, "select tablename from pg_tables where schemaname = 'drivemaster' and tablename !~ '_p[0-9]{4}_[0-9]{2}$'"))
    assert found == TABLES | PIECES


def test_knowledge_states_lie_in_eight_partitions_by_learner(sql: psycopg.Connection) -> None:
    bounds = column(
        sql,
        """select pg_get_expr(child.relpartbound, child.oid) from pg_inherits join pg_class as child on child.oid = inhrelid
           where inhparent = 'drivemaster.knowledge_states'::regclass order by 1""",
    )
    assert bounds == [f"FOR VALUES WITH (modulus 8, remainder {n})" for n in range(8)]
    assert one(sql, "select pg_get_partkeydef('drivemaster.knowledge_states'::regclass)") == "HASH (user_id)"


def test_events_lie_in_one_partition_a_month_and_leave_default(connection: Connection, sql: psycopg.Connection) -> None:
    assert one(sql, "select pg_get_partkeydef('drivemaster.learning_events'::regclass)") == 'RANGE ("timestamp")'
    who = learner(sql)
    for at in (NOON, NOON + timedelta(days=40)):
        insert(sql, "learning_events", user_id=who, event_type="session_started", timestamp=at)
    where = "select tableoid::regclass::text from drivemaster.learning_events order by timestamp"
    assert column(sql, where) == ["drivemaster.learning_events_default"] * 2
    partition.ensure(connection, "drivemaster", start=date(2026, 8, 1), end=date(2026, 10, 1))
    assert column(sql, where) == ["drivemaster.learning_events_p2026_08", "drivemaster.learning_events_p2026_09"]


@pytest.mark.parametrize("name", INDEXES)
def test_every_kind_of_index_is_there(sql: psycopg.Connection, name: str) -> None:
    found = "select indexdef ~ %(pattern)s from pg_indexes where schemaname = 'drivemaster' and indexname = %(name)s"
    assert column(sql, found, name=name, pattern=INDEXES[name]) == [True]


def test_every_table_column_and_function_says_what_it_is(sql: psycopg.Connection) -> None:
    silent = """
        select c.relname || coalesce('.' || a.attname, '')
        from pg_class as c
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and not c.relispartition
        where c.relnamespace = 'drivemaster'::regnamespace and c.relkind in ('r', 'p', 'm', 'v')
            and (obj_description(c.oid, 'pg_class') is null or (a.attnum is not null and col_description(c.oid, a.attnum) is null))
        union all
        select p.proname from pg_proc as p
        where p.pronamespace = 'drivemaster'::regnamespace and obj_description(p.oid, 'pg_proc') is null
    """
    assert column(sql, silent) == []


def test_personal_columns_are_marked_and_kept_from_readers(sql: psycopg.Connection) -> None:
    marked = """
        select attname from pg_attribute where attrelid = 'drivemaster.users'::regclass and attnum > 0
            and col_description(attrelid, attnum) ~ '^(Personal|Secret): '
    """
    assert set(column(sql, marked)) == {"email", "display_name", "password_hash"}
    allowed = "select has_column_privilege(%(role)s, 'drivemaster.users', %(name)s, 'select')"
    for name in ("email", "display_name", "password_hash"):
        assert not one(sql, allowed, role="workbench_reader", name=name)
    assert one(sql, allowed, role="workbench_identified", name="email")
    assert not one(sql, allowed, role="workbench_identified", name="password_hash")


# Ranges


@pytest.mark.parametrize(
    ("constraint", "name", "bad", "good"),
    [
        ("initial_range", "initial_knowledge", (-0.01, 1.01), (0, 1)),
        ("learning_range", "learning_rate", (-0.01, 1.01), (0, 1)),
        ("guess_range", "guess_parameter", (-0.01, 0.51), (0, 0.5)),
        ("slip_range", "slip_parameter", (-0.01, 0.51), (0, 0.5)),
        ("mastery_range", "mastery_probability", (-0.01, 1.01), (0, 1)),
        ("decay_range", "temporal_decay", (0.89, 1.01), (0.9, 1)),
        ("velocity_range", "personal_learning_velocity", (0, float("inf"), float("nan")), (0.01, 10)),
        ("easiness_floor", "easiness", (1.29,), (1.3, 2.5)),
        ("schedule_range", "repetitions", (-1,), (0, 9)),
        ("schedule_range", "interval_days", (-1,), (0, 400)),
        ("attempts_order", "correct_attempts", (-1, 1), (0,)),
    ],
)
def test_parameters_of_knowledge_stay_in_their_ranges(
    sql: psycopg.Connection, constraint: str, name: str, bad: tuple[float, ...], good: tuple[float, ...]
) -> None:
    state(sql)
    change = f"update drivemaster.knowledge_states set {name} = %(value)s"  # noqa: S608 — names of this file
    for value in bad:
        refused(sql, f"knowledge_states_{constraint}", change, value=value)
    for value in good:
        sql.execute(change, {"value": value})


@pytest.mark.parametrize("name", ["initial_knowledge", "learning_rate", "guess_parameter", "slip_parameter", "mastery_probability"])
def test_a_probability_that_is_no_number_is_refused(sql: psycopg.Connection, name: str) -> None:
    state(sql)
    with pytest.raises(psycopg.errors.CheckViolation):
        sql.execute(f"update drivemaster.knowledge_states set {name} = 'NaN'")  # noqa: S608 — names of this file


def test_a_right_answer_must_speak_for_knowing(sql: psycopg.Connection) -> None:
    state(sql)
    refused(
        sql, "knowledge_states_informative", "update drivemaster.knowledge_states set guess_parameter = 0.5, slip_parameter = 0.5"
    )  # fmt: skip


def test_real_item_parameters_outside_the_usual_ranges_are_kept(sql: psycopg.Connection) -> None:
    of = concept(sql, "stop")
    assert item(sql, of, difficulty=-3.36, discrimination=0.3, guess_parameter=0.6)
    for name, value in (("difficulty", "NaN"), ("difficulty", "infinity"), ("discrimination", "-infinity"), ("guess_parameter", 1.01)):
        refused(sql, "content_parameters_finite", f"update drivemaster.content set {name} = %(value)s", value=value)  # noqa: S608


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("content_attempts_order", "correct_attempts = 1"),
        ("content_attempts_order", "total_attempts = 1, correct_attempts = -1"),
        ("content_response_time_range", "average_response_time = -1"),
        ("content_version_range", "version = 0"),
        ("content_variant_of_something", "variant = 'B'"),
        ("content_not_own_parent", "parent_content_id = id"),
        ("content_type_known", "content_type = 'poem'"),
        ("content_json_shapes", "body = '[]'"),
        ("content_json_shapes", "media = '1'"),
    ],
)
def test_an_item_that_contradicts_itself_is_refused(sql: psycopg.Connection, constraint: str, change: str) -> None:
    item(sql, concept(sql, "stop"))
    refused(sql, constraint, f"update drivemaster.content set {change}")  # noqa: S608 — texts of this file


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("users_xp_range", "total_xp = -1"),
        ("users_streak_order", "current_streak = 3, longest_streak = 2"),
        ("users_json_shapes", "cognitive_patterns = '[]'"),
        ("users_json_shapes", "learning_preferences = '\"calm\"'"),
        ("users_json_shapes", "achievements = '{}'"),
        ("users_role_known", "role = 'owner'"),
    ],
)
def test_an_account_that_contradicts_itself_is_refused(sql: psycopg.Connection, constraint: str, change: str) -> None:
    learner(sql, "アン")
    refused(sql, constraint, f"update drivemaster.users set {change}")  # noqa: S608 — texts of this file


# JSON of events


def event(sql: psycopg.Connection, response: object = None, context: object = None) -> dict[str, object]:
    of = concept(sql, "stop")
    answer = {"isCorrect": True} if response is None else response
    values = {"user_id": learner(sql), "content_id": item(sql, of), "concept_id": of, "event_type": "question_answered"}
    return {**values, "timestamp": NOON, "response_data": json.dumps(answer), "context_data": json.dumps(context or {})}


EVENT = "insert into drivemaster.learning_events ({}) values ({})"

RIGHT = {"isCorrect": True}


@pytest.mark.parametrize(
    "response",
    [
        {}, [], 5, "x", {"isCorrect": 1}, {"isCorrect": "true"}, {"isCorrect": None},
        RIGHT | {"responseTime": "fast"}, RIGHT | {"responseTime": -1}, RIGHT | {"responseTime": 1e300}, RIGHT | {"responseTime": [1]},
        RIGHT | {"responseTime": True}, RIGHT | {"responseTime": {}}, RIGHT | {"responseTime": []},
        RIGHT | {"confidenceLevel": 1.01}, RIGHT | {"confidenceLevel": -0.1}, RIGHT | {"confidenceLevel": "0.5"},
        RIGHT | {"hintsUsed": -1}, RIGHT | {"hintsUsed": 0.5}, RIGHT | {"hintsUsed": "1"}, RIGHT | {"hintsUsed": True},
        RIGHT | {"attemptNo": 0}, RIGHT | {"attemptNo": 1.5}, RIGHT | {"attemptNo": "1"}, RIGHT | {"attemptNo": 10**9},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_answer_is_refused(sql: psycopg.Connection, response: object) -> None:
    values = event(sql, response)
    refused(sql, "learning_events_response_shape", EVENT.format(", ".join(values), marks(values)), **values)


@pytest.mark.parametrize(
    "response",
    [
        RIGHT, {"isCorrect": False, "responseTime": 0, "confidenceLevel": 0, "hintsUsed": 0},
        RIGHT | {"responseTime": 1234.5, "confidenceLevel": 1, "hintsUsed": 3, "attemptNo": 2},
        RIGHT | {"responseTime": None, "confidenceLevel": None, "hintsUsed": None, "attemptNo": None}, RIGHT | {"comment": "急いだ"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wellformed_answer_reaches_the_facts(sql: psycopg.Connection, response: dict[str, object]) -> None:
    key = insert(sql, "learning_events", **event(sql, response))
    values = "is_correct, response_ms, confidence, attempt_no"
    found = sql.execute(f"select {values} from drivemaster.fact_attempt where attempt_id = %s", [key]).fetchone()  # noqa: S608
    milliseconds = None if response.get("responseTime") is None else round(response["responseTime"])
    assert found == (response["isCorrect"], milliseconds, response.get("confidenceLevel"), response.get("attemptNo"))


@pytest.mark.parametrize(
    "context", [{"deviceType": "watch"}, {"timeOfDay": "noon"}, {"networkCondition": 5}, {"deviceType": ["mobile"]}, [1]], ids=str
)
def test_malformed_circumstances_are_refused(sql: psycopg.Connection, context: object) -> None:
    values = event(sql, context=context)
    refused(sql, "learning_events_context_shape", EVENT.format(", ".join(values), marks(values)), **values)


def test_wellformed_circumstances_are_kept(sql: psycopg.Connection) -> None:
    context = {"deviceType": "tablet", "timeOfDay": "evening", "networkCondition": "poor"}
    assert insert(sql, "learning_events", **event(sql, context=context))


@pytest.mark.parametrize("missing", ["content_id", "concept_id", "response_data"])
def test_an_answer_names_item_concept_and_outcome(sql: psycopg.Connection, missing: str) -> None:
    values = {name: value for name, value in event(sql).items() if name != missing}
    refused(sql, "learning_events_answer_complete", EVENT.format(", ".join(values), marks(values)), **values)


def test_only_the_three_kinds_of_event_are_known(sql: psycopg.Connection) -> None:
    values = event(sql) | {"event_type": "question_skipped"}
    refused(sql, "learning_events_type_known", EVENT.format(", ".join(values), marks(values)), **values)
    values = {"user_id": values["user_id"], "event_type": "concept_mastered"}
    refused(sql, "learning_events_mastered_complete", EVENT.format(", ".join(values), marks(values)), **values)


# No circles

NEED = "insert into drivemaster.concept_prerequisites (concept_id, prerequisite_id) values (%s, %s)"


def test_prerequisites_form_no_circle(sql: psycopg.Connection) -> None:
    chain = [concept(sql, f"c{n}") for n in range(5)]
    for later, before in zip(chain[1:], chain, strict=False):
        sql.execute(NEED, (later, before))
    for later in chain:
        with pytest.raises(psycopg.errors.CheckViolation), sql.transaction():
            sql.execute(NEED, (chain[0], later))
    sql.execute(NEED, (chain[4], chain[0]))  # a second way to the same concept is none
    with pytest.raises(psycopg.errors.CheckViolation), sql.transaction():
        sql.execute(
            "update drivemaster.concept_prerequisites set concept_id = %s, prerequisite_id = %s where concept_id = %s",
            (chain[0], chain[3], chain[1]),
        )


def test_the_hierarchy_forms_no_circle(sql: psycopg.Connection) -> None:
    top = concept(sql, "top")
    middle = concept(sql, "middle", parent_id=top)
    low = concept(sql, "low", parent_id=middle)
    move = "update drivemaster.concepts set parent_id = %s where id = %s"
    for parent in (top, middle, low):
        with pytest.raises(psycopg.errors.CheckViolation), sql.transaction():
            sql.execute(move, (parent, top))
    sql.execute(move, (top, low))


WAITING = "select count(*) from pg_locks join pg_database as d on d.oid = database where not granted and datname = current_database()"
LINKS = {
    "prerequisites": "select concept_id, prerequisite_id from drivemaster.concept_prerequisites",
    "hierarchy": "select parent_id, id from drivemaster.concepts where parent_id is not null",
}


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.parametrize("kind", LINKS)
def test_two_writers_at_once_make_no_circle_between_them(database, kind: str) -> None:
    with database.connect() as setting:
        first, second = (concept(raw(setting), key) for key in ("a", "b"))
        setting.commit()
    text = NEED if kind == "prerequisites" else "update drivemaster.concepts set parent_id = %s where id = %s"
    outcome: dict[tuple[UUID, UUID], str] = {}

    def write(pair: tuple[UUID, UUID]) -> None:
        with database.connect() as own:
            try:
                raw(own).execute(text, pair)
                started.set()
                until(lambda: one(raw(own), WAITING) == 1)
                own.commit()
                outcome[pair] = "stored"
            except psycopg.errors.CheckViolation:
                outcome[pair] = "refused"

    started = threading.Event()
    threads = [threading.Thread(target=write, args=(pair,)) for pair in ((first, second), (second, first))]
    threads[0].start()
    assert started.wait(30)
    threads[1].start()
    for thread in threads:
        thread.join(60)
    assert outcome == {(first, second): "stored", (second, first): "refused"}
    with database.connect() as looking:
        assert raw(looking).execute(LINKS[kind]).fetchall() == [(first, second)]


# References


def test_what_belongs_to_a_learner_goes_with_the_learner_and_nothing_else_does(sql: psycopg.Connection) -> None:
    values = event(sql)
    insert(sql, "learning_events", **values)
    insert(sql, "knowledge_states", "user_id", user_id=values["user_id"], concept_id=values["concept_id"])
    for table in ("concepts", "content"):
        with pytest.raises(psycopg.errors.ForeignKeyViolation), sql.transaction():
            sql.execute(f"delete from drivemaster.{table}")  # noqa: S608 — names of this file
    sql.execute("delete from drivemaster.users where id = %s", [values["user_id"]])
    for table in ("learning_events", "knowledge_states"):
        assert one(sql, f"select count(*) from drivemaster.{table}") == 0  # noqa: S608
    assert one(sql, "select count(*) from drivemaster.content") == 1


def test_a_row_that_refers_to_nothing_is_refused(sql: psycopg.Connection) -> None:
    values = event(sql)
    for name in ("user_id", "content_id", "concept_id"):
        wrong = values | {name: uuid4()}
        with pytest.raises(psycopg.errors.ForeignKeyViolation), sql.transaction():
            insert(sql, "learning_events", **wrong)


def test_a_change_is_noted_for_the_rollup(sql: psycopg.Connection) -> None:
    values = event(sql)
    key = insert(sql, "learning_events", **values)
    insert(sql, "knowledge_states", "user_id", user_id=values["user_id"], concept_id=values["concept_id"], updated_at=NOON)
    noted = "select fact, day from marts.touched_day where platform = 'drivemaster'"
    day = date(2026, 8, 3)
    assert set(sql.execute(noted)) == {(fact, day) for fact in ("fact_activity", "fact_attempt", "fact_session", "fact_mastery")}
    sql.execute("update drivemaster.learning_events set timestamp = timestamp + interval '1 day' where id = %s", [key])
    assert ("fact_attempt", day + timedelta(days=1)) in set(sql.execute(noted))
