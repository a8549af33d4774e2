"""Rollups of answers: equal to plain pandas on the facts of every platform; incremental equals full; what was archived or erased stays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from workbench import rollup
from workbench.errors import UsageError
from workbench.metrics import bkt
from workbench.queries import marts

TABLES = {
    "marts.attempt_day": "time_zone, platform, day, tenant, skill_id, item_id, is_erased",
    "marts.learner_attempt_day": "time_zone, platform, day, learner_id, tenant",
    "marts.item_response": "platform, item_id, learner_id",
    "marts.learner_skill": "platform, learner_id, skill_id",
    "marts.skill_opportunity": "platform, tenant, skill_id, reached, opportunity",
    "marts.skill_parameter": "platform, skill_id",
}
NOBODY = "00000000-0000-0000-0000-000000000000"
LEARNERS, SKILLS, ITEMS = ([UUID(int=first + n) for n in range(count)] for first, count in ((1, 3), (100, 2), (200, 5)))
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
INSERT = """
insert into drivemaster.learning_events (user_id, content_id, concept_id, event_type, "timestamp", recorded_at, response_data)
values (%s, %s, %s, 'question_answered', %s, %s, jsonb_build_object('isCorrect', %s::boolean, 'responseTime', %s::integer)) returning id
"""
SEAL = "insert into marts.sealed_range (platform, fact, from_at, until_at, reason) values ('drivemaster', 'fact_attempt', %s, %s, 'test')"
PERIOD = {"start": "2026-01-01", "end": "2027-01-01", "platform": "drivemaster", "families": ("attempts",)}


def insert(connection: Connection, *answers: tuple[int, int, datetime, bool]) -> list[UUID]:
    """Answers as learner, item, time, right; the items of even number are of the first skill."""
    made = []
    for learner, item, at, right in answers:
        values = (LEARNERS[learner], ITEMS[item], SKILLS[item % 2], at, at, right, 700 + 100 * item)
        made.append(connection.exec_driver_sql(INSERT, values).scalar_one())
    connection.commit()
    return made


def change(connection: Connection, statement: str, *values: Any) -> None:
    connection.exec_driver_sql(statement, values or None)
    connection.commit()


def dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table, key in TABLES.items():
        found[table] = list(connection.exec_driver_sql(f"select to_jsonb(t) from {table} as t order by {key}").scalars())  # noqa: S608
    connection.rollback()
    return found


def unhashed(tables: dict[str, Any]) -> dict[str, Any]:
    return {table: [{**row, "answers_hash": None} for row in rows] for table, rows in tables.items()}


def rounded(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Sums of floats depend on the order of the terms, and log-odds on where a replay was taken up."""
    return {
        table: [{name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()} for row in rows]
        for table, rows in found.items()
    }


def frame(connection: Connection, text: str, *values: Any) -> pd.DataFrame:
    found = connection.exec_driver_sql(text, values or None)
    columns = list(found.keys())
    return pd.DataFrame([tuple(str(v) if isinstance(v, UUID) else v for v in row) for row in found], columns=columns)


def answers_of(connection: Connection, platform: str) -> pd.DataFrame:
    text = "select * from marts.fact_attempt where platform = %s and is_correct is not null order by learner_id, occurred_at, attempt_id"
    return frame(connection, text, platform)


def check_items(connection: Connection, platform: str, answers: pd.DataFrame) -> None:
    grouped = answers[answers["item_id"].notna()].groupby(["item_id", "learner_id"])
    wanted = grouped.agg(
        tenant=("tenant", "first"), first_at=("occurred_at", "first"), is_correct=("is_correct", "first"),
        attempts=("is_correct", "size"), correct=("is_correct", "sum"), last_at=("occurred_at", "last"),
    )  # fmt: skip
    wanted["skill_id"] = grouped["skill_id"].nth(0).fillna(NOBODY).to_numpy() if len(wanted) else []
    text = "select * from marts.item_response where platform = %s order by cast(item_id as text), cast(learner_id as text)"
    found = frame(connection, text, platform).set_index(["item_id", "learner_id"])
    firsts = answers.drop_duplicates(["item_id", "learner_id"]).set_index(["item_id", "learner_id"])["skill_id"]
    wanted["skill_id"] = firsts.reindex(wanted.index).fillna(NOBODY)
    pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)


def check_skills(connection: Connection, platform: str, answers: pd.DataFrame) -> None:
    answers = answers[answers["skill_id"].notna()]
    used = frame(connection, "select * from marts.skill_parameter where platform = %s order by cast(skill_id as text)", platform)
    first = answers.drop_duplicates(["learner_id", "item_id"])
    first = first.sort_values(["occurred_at", "item_id"])
    text = "select * from marts.learner_skill where platform = %s"
    found = frame(connection, text, platform).set_index(["learner_id", "skill_id"])
    assert set(found.index) == set(zip(answers["learner_id"], answers["skill_id"], strict=True))
    rows = found.to_dict("index")
    outcomes = first.groupby(["learner_id", "skill_id"])["is_correct"].agg(lambda right: "".join("01"[int(one)] for one in right))
    parameters = {row.skill_id: bkt.parameters(row.prior, row.learn, row.guess, row.slip, row.forget) for row in used.itertuples()}
    for key, mine in answers.groupby(["learner_id", "skill_id"]):
        row = rows[key]
        assert (row["answers"], row["correct"], row["first_at"], row["last_at"]) == (
            len(mine), mine["is_correct"].sum(), mine["occurred_at"].iloc[0], mine["occurred_at"].iloc[-1],
        )  # fmt: skip
        assert row["outcomes"] == outcomes.get(key, "")[:50]
        assert row["opportunities"] == len(outcomes.get(key, ""))
        if key[1] not in parameters:
            assert pd.isna(row["log_odds"]) and pd.isna(row["mastered_at"])
            continue
        zeros = np.zeros(len(mine), int)
        replayed = bkt.replay(zeros, zeros, mine["is_correct"], parameters[key[1]])
        assert row["log_odds"] == pytest.approx(replayed.log_odds[-1], rel=1e-9, abs=1e-9)
        mastered = np.flatnonzero(replayed.mastery >= bkt.MASTERED)
        if len(mastered):
            assert (row["answers_to_mastery"], row["mastered_at"]) == (mastered[0] + 1, mine["occurred_at"].iloc[mastered[0]])
        else:
            assert pd.isna(row["answers_to_mastery"]) and pd.isna(row["mastered_at"])


def check_opportunities(connection: Connection, platform: str) -> None:
    text = "select tenant, cast(skill_id as text), cast(outcomes as text) from marts.learner_skill where platform = %s"
    wanted: dict[tuple[str, str, int, int], list[int]] = {}
    for tenant, skill, outcomes in connection.exec_driver_sql(text, (platform,)):
        for place, outcome in enumerate(outcomes, 1):
            cell = wanted.setdefault((tenant, skill, len(outcomes), place), [0, 0])
            cell[0], cell[1] = cell[0] + 1, cell[1] + (outcome == "0")
    text = "select tenant, cast(skill_id as text), reached, opportunity, learners, errors from marts.skill_opportunity where platform = %s"
    assert {tuple(row[:4]): [*row[4:]] for row in connection.exec_driver_sql(text, (platform,))} == wanted


def check_days(connection: Connection, platform: str, zone: str, answers: pd.DataFrame) -> None:
    days = pd.to_datetime(answers["occurred_at"], utc=True).dt.tz_convert(zone).dt.date
    timed = np.log(answers["response_ms"].where(answers["response_ms"] > 0).astype(float))
    score = answers["score_ratio"].fillna(answers["is_correct"].astype(float))
    answers = answers.fillna({"skill_id": NOBODY, "item_id": NOBODY})
    answers = answers.assign(day=days, log_ms=timed, square=timed**2, score=score)
    keys = ["day", "tenant", "skill_id", "item_id"]
    wanted = answers.groupby(keys).agg(
        attempts=("is_correct", "size"), correct=("is_correct", "sum"), score_sum=("score", "sum"), timed=("log_ms", "count"),
        log_ms_sum=("log_ms", "sum"), log_ms_square_sum=("square", "sum"),
    )  # fmt: skip
    text = "select * from marts.attempt_day where platform = %s and time_zone = %s"
    found = frame(connection, text, platform, zone).set_index(keys).sort_index()
    pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)
    keys = ["day", "learner_id", "tenant"]
    wanted = answers.groupby(keys).agg(attempts=("is_correct", "size"), correct=("is_correct", "sum"))
    text = "select * from marts.learner_attempt_day where platform = %s and time_zone = %s"
    found = frame(connection, text, platform, zone).set_index(keys).sort_index()
    pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)


def check_everything(connection: Connection, platform: str) -> None:
    answers = answers_of(connection, platform)
    check_items(connection, platform, answers)
    check_skills(connection, platform, answers)
    check_opportunities(connection, platform)
    for zone in ("UTC", "Asia/Tokyo"):
        check_days(connection, platform, zone, answers)
    connection.rollback()


@pytest.fixture
def practice(cleared_database: Any) -> Iterator[Connection]:
    """A connection on a fresh database with three learners, five items of two skills, and parameters for the first skill alone."""
    with cleared_database.connect() as connection:
        for learner in LEARNERS:
            values = (learner, f"{learner.int}@example.org")
            connection.exec_driver_sql("insert into drivemaster.users (id, email, password_hash) values (%s, %s, '!')", values)
        for skill in SKILLS:
            values = (skill, f"skill {skill.int}")
            connection.exec_driver_sql("insert into drivemaster.concepts (id, key, name, category) values (%s, %s, 'x', 'x')", values)
        for number, item in enumerate(ITEMS):
            values = (item, SKILLS[number % 2])
            connection.exec_driver_sql(
                "insert into drivemaster.content (id, concept_id, category, title) values (%s, %s, 'x', 'x')", values
            )
        connection.exec_driver_sql(
            "insert into drivemaster.knowledge_states (user_id, concept_id) values (%s, %s)", (LEARNERS[0], SKILLS[0])
        )
        connection.commit()
        yield connection


@pytest.mark.parametrize("platform", ["learning", "drivemaster", "video"])
def test_rollups_of_a_simulated_platform_are_what_plain_frames_say(simulated_copy: Any, platform: str) -> None:
    with simulated_copy.connect() as connection:
        check_everything(connection, platform)
        assert connection.exec_driver_sql("select count(*) from marts.touched_learner").scalar_one() == 0
        assert len(answers_of(connection, platform)) > 500


moments = st.integers(0, 6 * 24 * 4).map(lambda n: datetime(2026, 2, 26, tzinfo=UTC) + timedelta(minutes=15 * n))
answers = st.tuples(st.integers(0, 2), st.integers(0, 4), moments, st.booleans())
changes = st.one_of(
    st.tuples(st.just("insert"), answers),
    st.tuples(st.sampled_from(["delete", "move", "flip", "give to another", "retrace", "refresh"]), st.integers(0, 30)),
)
STATEMENTS = {
    "delete": "delete from drivemaster.learning_events where id = %s",
    "move": """update drivemaster.learning_events set "timestamp" = "timestamp" + interval '40 hours' where id = %s""",
    "flip": "update drivemaster.learning_events set response_data = '{\"isCorrect\": true}' where id = %s",
    "give to another": f"update drivemaster.learning_events set user_id = '{LEARNERS[2]}' where id = %s",  # noqa: S608
}


def apply(connection: Connection, known: list[UUID], kind: str, what: Any) -> None:
    if kind == "insert":
        known.extend(insert(connection, what))
    elif kind == "refresh":
        rollup.refresh(connection)
    elif kind == "retrace":
        change(connection, "update drivemaster.knowledge_states set guess_parameter = %s", what / 100)
        insert(connection, (0, 0, NOON, True))  # parameters are looked at when answers change
    elif known:
        change(connection, STATEMENTS[kind], known[what % len(known)])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(answers, max_size=20), then=st.lists(changes, max_size=8))
def test_incremental_refreshes_end_where_a_full_one_does(practice: Connection, first: list[Any], then: list[tuple[str, Any]]) -> None:
    change(practice, "delete from drivemaster.learning_events")
    known = insert(practice, *first)
    rollup.refresh(practice)
    for kind, what in then:
        apply(practice, known, kind, what)
    rollup.refresh(practice)
    incremental = dump(practice)
    check_everything(practice, "drivemaster")
    rollup.refresh(practice, full=True)
    assert rounded(dump(practice)) == rounded(incremental)
    audit = marts.rollup_audit(practice, **PERIOD)
    assert (audit["drift"].abs() < 1e-6).all()
    practice.rollback()


def test_a_second_refresh_rewrites_nothing(practice: Connection) -> None:
    insert(practice, (0, 0, NOON, True), (1, 1, NOON, False))
    rollup.refresh(practice)
    text = "select xmin::text from marts.learner_skill union all select xmin::text from marts.item_response"
    versions = practice.exec_driver_sql(text).scalars().all()
    practice.rollback()
    assert rollup.refresh(practice).rows == {}
    assert practice.exec_driver_sql(text).scalars().all() == versions


def test_a_late_answer_changes_what_was_first_on_a_later_day(practice: Connection) -> None:
    insert(practice, (0, 0, NOON, True))
    rollup.refresh(practice)
    insert(practice, (0, 0, NOON - timedelta(days=30), False))
    assert rollup.refresh(practice).days == 1
    found = practice.exec_driver_sql("select first_at, is_correct, attempts, correct from marts.item_response").one()
    assert tuple(found) == (NOON - timedelta(days=30), False, 2, 1)


def test_a_refresh_that_dies_between_days_and_learners_is_made_good(practice: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(practice, (0, 0, NOON, True))
    rollup.refresh(practice)
    insert(practice, (1, 0, NOON, False))
    with monkeypatch.context() as patch:
        patch.setattr("workbench.rollups.learners.compute", None)
        with pytest.raises(TypeError):
            rollup.refresh(practice)
    practice.rollback()
    rollup.refresh(practice)
    check_everything(practice, "drivemaster")


def test_emptied_tables_are_noticed(practice: Connection) -> None:
    insert(practice, *((n % 3, n % 5, NOON + timedelta(days=n), n % 2 == 0) for n in range(9)))
    rollup.refresh(practice)
    change(practice, "truncate drivemaster.learning_events")
    rollup.refresh(practice)
    assert all(rows == [] for table, rows in dump(practice).items() if table != "marts.skill_parameter")


def test_more_than_fifty_opportunities_are_counted_as_fifty(practice: Connection) -> None:
    for number in range(60):
        values = (UUID(int=1000 + number), SKILLS[0])
        practice.exec_driver_sql("insert into drivemaster.content (id, concept_id, category, title) values (%s, %s, 'x', 'x')", values)
        at = NOON + timedelta(minutes=number)
        practice.exec_driver_sql(INSERT, (LEARNERS[0], values[0], SKILLS[0], at, at, number % 3 > 0, 0))
    practice.commit()
    rollup.refresh(practice)
    check_everything(practice, "drivemaster")
    found = practice.exec_driver_sql("select opportunities, length(outcomes) from marts.learner_skill").one()
    assert tuple(found) == (60, 50)
    assert practice.exec_driver_sql("select max(reached), max(opportunity) from marts.skill_opportunity").one() == (50, 50)


def test_what_was_archived_stays_and_is_carried_on(practice: Connection) -> None:
    old = [(n % 2, n % 5, NOON + timedelta(hours=5 * n), n % 3 > 0) for n in range(14)]
    new = [(n % 3, n % 5, NOON + timedelta(days=40, hours=5 * n), n % 4 > 0) for n in range(11)]
    insert(practice, *old, *new)
    rollup.refresh(practice)
    whole = dump(practice)
    change(practice, """delete from drivemaster.learning_events where "timestamp" > %s""", NOON + timedelta(days=20))
    rollup.refresh(practice)
    change(practice, SEAL, NOON - timedelta(days=9), NOON + timedelta(days=21))
    change(practice, "delete from drivemaster.learning_events")
    rollup.refresh(practice)
    insert(practice, *new[:6])
    rollup.refresh(practice)
    insert(practice, *new[6:])
    rollup.refresh(practice)
    rollup.refresh(practice, full=True)
    assert unhashed(rounded(dump(practice))) == unhashed(rounded(whole)), "but for the keys of rows inserted anew"
    audit = marts.rollup_audit(practice, **PERIOD)
    assert (audit["drift"].abs() < 1e-6).all()
    practice.rollback()
    period = (date(2026, 4, 1), date(2026, 5, 1), "drivemaster", "UTC", ("attempts",))
    with (
        pytest.raises(UsageError, match="Raw answers of drivemaster are archived"),
        rollup.cut_off(practice, NOON + timedelta(days=41), *period),
    ):
        pass


def test_an_earlier_cut_off_is_computed_from_what_was_known_then(practice: Connection) -> None:
    insert(practice, *((n % 3, n % 5, NOON + timedelta(hours=7 * n), n % 3 > 0) for n in range(30)))
    rollup.refresh(practice)
    at = NOON + timedelta(days=4)
    shown = "select answers, correct, opportunities, cast(outcomes as text), log_odds, mastered_at from {} order by learner_id, skill_id"
    with rollup.cut_off(practice, at, date(2026, 3, 1), date(2026, 4, 1), "drivemaster", families=("attempts",)) as cut:
        assert cut.source == "facts"
        earlier = practice.exec_driver_sql(shown.format("pg_temp.learner_skill")).all()
        opportunities = practice.exec_driver_sql("select sum(learners), sum(errors) from pg_temp.skill_opportunity").one()
        answered = practice.exec_driver_sql("select sum(attempts) from pg_temp.attempt_day where time_zone = 'UTC'").scalar_one()
    practice.rollback()
    change(practice, """delete from drivemaster.learning_events where "timestamp" >= %s""", at)
    rollup.refresh(practice)
    assert practice.exec_driver_sql(shown.format("marts.learner_skill")).all() == earlier
    assert practice.exec_driver_sql("select sum(learners), sum(errors) from marts.skill_opportunity").one() == opportunities
    assert practice.exec_driver_sql("select sum(attempts) from marts.attempt_day where time_zone = 'UTC'").scalar_one() == answered


def totals(connection: Connection) -> list[Any]:
    """What the tables hold when nobody is told from anybody."""
    asked = [
        "select time_zone, day, item_id, sum(attempts), sum(correct), round(sum(log_ms_sum)::numeric, 6) from marts.attempt_day",
        "select time_zone, day, sum(attempts), count(*) from marts.learner_attempt_day",
        "select item_id, first_at, is_correct, attempts, correct from marts.item_response",
        "select skill_id, answers, correct, outcomes, log_odds, mastered_at from marts.learner_skill",
        "select * from marts.skill_opportunity",
    ]
    grouped = (" group by 1, 2, 3", " group by 1, 2", "", "", "")
    found = [sorted(map(str, connection.exec_driver_sql(text + by))) for text, by in zip(asked, grouped, strict=True)]
    connection.rollback()
    return found


def test_figures_stand_when_a_person_is_erased(practice: Connection) -> None:
    insert(practice, *((n % 3, n % 5, NOON + timedelta(hours=7 * (n // 2)), n % 4 > 0) for n in range(40)))
    rollup.refresh(practice)
    before = totals(practice)
    for learner in LEARNERS[:2]:
        practice.exec_driver_sql("select marts.anonymise_learner('drivemaster', %s)", (learner,))
        practice.exec_driver_sql("delete from drivemaster.users where id = %s", (learner,))
        practice.commit()
        assert totals(practice) == before
    practice.exec_driver_sql("insert into drivemaster.knowledge_states (user_id, concept_id) values (%s, %s)", (LEARNERS[2], SKILLS[0]))
    practice.commit()
    rollup.refresh(practice, full=True)
    assert totals(practice) == before
    text = "select count(*) from marts.{} as t where t::text like any (array[%s, %s])"
    for table in (*TABLES, "marts.touched_learner"):
        named = text.format(table.removeprefix("marts."))
        assert practice.exec_driver_sql(named, tuple(f"%{learner}%" for learner in LEARNERS[:2])).scalar_one() == 0
    practice.rollback()
    audit = marts.rollup_audit(practice, **PERIOD)
    assert (audit["drift"].abs() < 1e-6).all()
    practice.rollback()
    with rollup.cut_off(practice, NOON, date(2026, 3, 1), date(2026, 4, 1), "drivemaster", families=("attempts",)) as cut:
        assert cut.source == "facts"


def test_a_tenant_with_another_name_is_noticed(simulated_database: Any) -> None:
    with simulated_database.connect() as connection:
        change(connection, "update video.tenants set slug = 'other-' || slug")
        rollup.refresh(connection)
        check_everything(connection, "video")
