"""A platform of one's own: three files in a folder beside the package, and everything that is there for the others is there for it.

The files are a migration, its rollback, and the view of one fact. A second test adds the views of further facts and the trigger that
notes changes: as many files as the platform has to tell.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from workbench import db, migrate, paths, report, rollup
from workbench.errors import UsageError
from workbench.load import load_table
from workbench.publish.parameters import resolve
from workbench.report_definition import list_definitions
from workbench.settings import settings

pytestmark = pytest.mark.xdist_group("fifth_platform")

NAME = "toy"
FORWARD = """-- One row per question asked to the toy's assistant.
grant usage on schema toy to workbench_loader, workbench_reader, workbench_identified;
create table toy.question (
    id uuid primary key default gen_random_uuid(), learner_id uuid not null, asked_at timestamptz not null,
    milliseconds integer, failed boolean
);
grant select on toy.question to workbench_reader, workbench_identified;
grant select, insert, update, delete on toy.question to workbench_loader;
"""
BACK = """-- Takes the questions away.
drop table toy.question;
revoke usage on schema toy from workbench_loader, workbench_reader, workbench_identified;
"""
ANSWERS = """-- One row per answer of the toy's assistant.
create view toy.fact_ai_answer as
select
    id as answer_id, learner_id, 'toy'::text as tenant, null::uuid as session_id, asked_at as occurred_at, asked_at as recorded_at,
    'toy-1'::text as model, 'book'::text as source, failed as is_error, milliseconds::double precision as latency_ms,
    0.5::numeric(14, 6) as cost_jpy, 10::bigint as input_tokens, 20::bigint as output_tokens, 0::bigint as citation_count,
    null::double precision as citation_rate_pct, null::double precision as relevance_score, null::smallint as feedback
from toy.question;
"""
THREE = {
    "migrations/0001_create_question.sql": FORWARD,
    "migrations/0001_create_question.rollback.sql": BACK,
    "facts/fact_ai_answer.sql": ANSWERS,
}
"""All that a platform needs."""

LEARNERS = """-- One row per learner who asked something.
create view toy.dim_learner as
select learner_id, 'toy'::text as tenant, 'learner'::text as role, min(asked_at) as joined_at, true as is_active,
    null::timestamptz as deleted_at, 'free'::text as plan
from toy.question
group by learner_id;
"""
ACTIVITY = """-- One row per question, as something a learner did.
create view toy.fact_activity as
select id::text as activity_id, learner_id, 'toy'::text as tenant, asked_at as occurred_at, asked_at as recorded_at,
    'ai_question'::text as activity, 'question'::text as object_type, id::text as object_id, null::uuid as session_id,
    milliseconds::bigint as duration_ms
from toy.question;
"""
ATTEMPTS = """-- One row per question, as an attempt that may fail.
create view toy.fact_attempt as
select id as attempt_id, learner_id, 'toy'::text as tenant, id as item_id, id as skill_id, null::uuid as session_id,
    asked_at as occurred_at, asked_at as recorded_at, not failed as is_correct, (not failed)::integer::double precision as score_ratio,
    milliseconds::bigint as response_ms, null::double precision as confidence, 1 as attempt_no
from toy.question;
"""
NOTICE = """-- Notes the days of questions that come, change or go.
create trigger touch_inserted after insert on toy.question referencing new table as changed_rows
    for each statement execute function marts.touch_days('fact_ai_answer', 'asked_at');
"""
MORE = {
    "facts/dim_learner.sql": LEARNERS,
    "facts/fact_activity.sql": ACTIVITY,
    "facts/fact_attempt.sql": ATTEMPTS,
    "touch/question.sql": NOTICE,
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, object], None]]:
    """Sets a variable for the rest of the test."""

    def change(name: str, value: object) -> None:
        monkeypatch.setenv(name, str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder beside the package that holds the three files, and that the settings name."""
    made = tmp_path_factory.mktemp("platforms")
    write(made, THREE)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WORKBENCH_PLATFORMS_PATH", str(made))
        environment.setenv("WORKBENCH_TIMEZONES", "UTC")  # the rollups of one zone are enough
        settings.cache_clear()
        yield made
    settings.cache_clear()


@pytest.fixture(scope="module")
def toy(folder: Path, server: Any, template_database: str) -> Iterator[Any]:
    """A database with all platforms and the toy, which holds the questions of twelve learners on five days, loaded from a file."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with db.engine(url=server, autocommit=True).connect() as maintenance:
        maintenance.exec_driver_sql(f"create database {name} template {template_database} strategy file_copy")
        engine = db.engine(url=server.set(database=name))
        with engine.connect() as connection:
            migrate.up(connection, NAME)
            load_table(connection, f"{NAME}.question", [questions(folder / "questions.csv", day_from=1)])
            connection.commit()
            rollup.refresh(connection)
            connection.commit()
        yield engine
        for role in (None, db.READER):
            db.engine(role, engine.url).dispose()
        maintenance.exec_driver_sql(f"drop database {name} with (force)")
    db.engine(url=server, autocommit=True).dispose()


def questions(file: Path, day_from: int) -> Path:
    rows = [
        f"00000000-0000-0000-0000-{learner:012},2026-08-{day:02}T09:{learner:02}:00Z,{400 + 10 * learner},{str(learner == 3).lower()}"
        for day in range(day_from, day_from + 5)
        for learner in range(12)
    ]
    file.write_text("\n".join(["learner_id,asked_at,milliseconds,failed", *rows]) + "\n", encoding="utf-8")
    return file


AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "timezone": "UTC", "platform": NAME}


def asked(name: str) -> dict[str, Any]:
    definition = next(one for one in list_definitions() if one.name == name)
    return resolve(definition, AUGUST, datetime(2026, 12, 1, tzinfo=UTC))


def test_it_is_a_platform_like_the_others(toy: Any) -> None:
    assert paths.installed_platforms() == (*paths.PLATFORMS, NAME)
    with toy.connect() as connection:
        found = connection.exec_driver_sql(
            "select platform, count(*), count(distinct learner_id) from marts.fact_ai_answer where platform = 'toy' group by 1"
        ).all()
        assert found == [(NAME, 60, 12)], "the union has its rows"
        connection.rollback()
        state = next(one for one in migrate.status(connection) if one.platform == NAME)
        assert (state.version, state.pending) == ("0001", 0)
        assert migrate.verify(connection, NAME)[0].drifts == []


def build(toy: Any, name: str) -> dict[str, Any]:
    """The frames of a report, of which each has columns."""
    with db.engine(db.READER, toy.url).connect() as connection:
        frames = import_module(f"workbench.reports.{name}").build(connection, asked(name))
    assert frames and [name for name, frame in frames.items() if not len(frame.columns)] == []
    return frames


@pytest.fixture(scope="module")
def built(toy: Any) -> Callable[[str], dict[str, Any]]:
    """The same, built once while there are but the three files."""
    return cache(partial(build, toy))


@pytest.mark.parametrize("name", [one.name for one in list_definitions() if one.platforms])
def test_every_report_works_for_it(built: Callable[[str], dict[str, Any]], name: str) -> None:
    """Whatever reports there are: this test need not be told of a new one."""
    assert built(name)


def test_its_answers_are_in_the_report(built: Callable[[str], dict[str, Any]]) -> None:
    frames = built("rag_slo")
    assert frames["answers_daily"]["answers"].sum() == 60
    assert frames["verdict"]["state"].tolist() == ["breached"], "one answer in twelve failed"


def test_a_report_of_it_is_published(toy: Any, tmp_path: Path, setting: Callable[[str, object], None]) -> None:
    setting("WORKBENCH_DATABASE_URL", toy.url.render_as_string(hide_password=False))
    made = report.run("rag_slo", AUGUST, out=tmp_path)
    assert made.state == "breached" and NAME in made.html.read_text(encoding="utf-8")


def test_further_files_add_facts_and_keep_its_rollups_fresh(toy: Any, folder: Path) -> None:
    write(folder, MORE)
    with toy.connect() as connection:
        migrate.up(connection, NAME)
        for fact in ("dim_learner", "fact_activity", "fact_attempt"):
            counted = f"select count(*) from marts.{fact} where platform = 'toy'"  # noqa: S608
            assert connection.exec_driver_sql(counted).scalar_one() == (12 if fact == "dim_learner" else 60)
        connection.rollback()
        rollup.refresh(connection)  # those of the new facts are computed for the first time
        load_table(connection, f"{NAME}.question", [questions(folder / "more.csv", day_from=20)])
        connection.commit()
        assert rollup.refresh(connection).days == 5, "only the days that the trigger noted"
    for one in list_definitions():
        if one.platforms:
            build(toy, one.name)


def test_it_goes_as_it_came(toy: Any) -> None:
    with toy.connect() as connection:
        migrate.down(connection, NAME, to=None, yes=True)
        connection.commit()
        assert connection.exec_driver_sql("select to_regnamespace('toy') is null").scalar_one()
        assert connection.exec_driver_sql("select count(*) from marts.fact_ai_answer where platform = 'toy'").scalar_one() == 0


@pytest.mark.parametrize("name", ["marts", "mued", "My platform", "pg_toy", "1st"])
def test_a_name_that_no_schema_can_have_is_refused(tmp_path: Path, setting: Callable[[str, object], None], name: str) -> None:
    (tmp_path / name / "migrations").mkdir(parents=True)
    setting("WORKBENCH_PLATFORMS_PATH", tmp_path)
    with pytest.raises(UsageError, match="cannot be a platform"):
        paths.installed_platforms()


def test_a_setting_that_names_no_folder_is_refused(tmp_path: Path, setting: Callable[[str, object], None]) -> None:
    setting("WORKBENCH_PLATFORMS_PATH", tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there is no folder"):
        paths.platforms()
