"""Simulated data: the same every time, believable, refused beside real data, and with the planted findings really in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, seed
from workbench.errors import RunFailed, UsageError
from workbench.seeds import Spec, draw, mued, mued_content

END = date(2026, 9, 1)
SMALL = {"learners": 15, "days": 40, "end": END}


def hashes(connection: Connection) -> dict[str, int]:
    """A number over all rows of each table, whatever their order."""
    return {
        table: connection.exec_driver_sql(f"select sum(hashtextextended(t::text, 0)) from mued.{table} as t").scalar_one()  # noqa: S608
        for table in mued.TABLES
    }


@pytest.fixture(scope="module")
def seeded(seeded_database) -> Iterator[Connection]:
    with seeded_database.connect() as opened:
        yield opened


@pytest.fixture(scope="module")
def answers(seeded: Connection) -> pd.DataFrame:
    """All answers, with times in UTC."""
    frame = pd.read_sql("select * from mued.ai_dialogue_log", seeded)
    return frame.assign(cost=frame["token_cost_jpy"].astype(float), cited=frame["citations"].str.len() > 0, fine=frame["error_code"].isna())


@pytest.fixture(scope="module")
def planted(seeded: Connection) -> dict[str, dict]:
    """Each planted finding with its period."""
    rows = seeded.exec_driver_sql("select fact, started_at, ended_at, details from marts.seed_fact where kind = 'planted'").all()
    return {row.fact: {"start": row.started_at, "end": row.ended_at} | row.details for row in rows}


def inside(frame: pd.DataFrame, fact: dict, column: str = "created_at") -> pd.Series:
    return (frame[column] >= fact["start"]) & (frame[column] < fact["end"])


def test_equal_arguments_give_equal_rows_and_others_do_not(connection: Connection) -> None:
    def stored() -> dict[str, int]:
        with connection.begin_nested() as attempt:
            seed.seed(connection, "mued", seed=7, **SMALL)
            found = hashes(connection)
            attempt.rollback()
        return found

    assert stored() == stored()
    mine, other = (mued.make(Spec("mued", 15, 40, number, END)).tables for number in (7, 8))
    assert not [table for table in mued.TABLES if mine[table] == other[table]]


def test_a_part_of_the_seeding_does_not_move_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Spec("mued", 15, 40, 7, END)
    before = mued.make(spec).tables
    monkeypatch.setattr(mued_content, "ARTICLES", 119)
    after = mued.make(spec).tables
    assert before["sessions"] == after["sessions"]
    assert before["provenance"] != after["provenance"]


def test_a_seeding_reports_and_notes_what_it_made(connection: Connection) -> None:
    seen: list[tuple[int, int | None]] = []
    report = seed.seed(connection, "mued", progress=lambda done, total, label: seen.append((done, total)), **SMALL)
    assert seen[-1] == (sum(report.rows.values()),) * 2
    assert report.as_dict()["ended_on"] == "2026-09-01"
    for table, rows in report.rows.items():
        assert connection.exec_driver_sql(f"select count(*) from mued.{table}").scalar_one() == rows > 0  # noqa: S608
    run = seed.seeded_run(connection, "mued")
    assert (run.seed, run.learners, run.days, run.ended_on, run.rows) == (7, 15, 40, END, report.rows)
    facts = connection.exec_driver_sql("select fact from marts.seed_fact where kind = 'planted' order by seed_fact_id").scalars().all()
    assert facts == report.planted
    assert "mued" in seed.platforms()


def test_seeding_is_refused_beside_other_data(connection: Connection) -> None:
    def refused(reason: str, *before: str, platform: str = "mued", **arguments: object) -> None:
        with connection.begin_nested() as attempt:
            for statement in before:
                connection.exec_driver_sql(statement)
            with pytest.raises(UsageError, match=reason):
                seed.seed(connection, platform, **SMALL | arguments)
            attempt.rollback()

    real = "insert into mued.users (email, display_name) values ('real@x.jp', 'Real')"
    refused("mued.users holds rows that were not seeded", real)
    refused("data loaded from files", "insert into marts.load_run (platform, target, source) values ('mued', 'mued.users', 'x.csv')")
    refused("at least 1 learner and 40 days", days=39)
    refused("at least 1 learner", learners=0)
    refused("no simulated data for 'mude' .did you mean mued", platform="mude")
    seed.seed(connection, "mued", **SMALL)
    refused(r"seeded already \(seed 7, up to 2026-09-01\)")


def test_of_two_seedings_at_once_one_is_refused(database) -> None:
    def attempt(_: int) -> str:
        with database.connect() as opened:
            try:
                report = seed.seed(opened, "mued", **SMALL)
                opened.commit()
            except UsageError as error:
                return str(error)
            return report.text()

    with ThreadPoolExecutor(2) as pool:
        made, refused = sorted(pool.map(attempt, range(2)), key=lambda text: "already" in text)
    assert "simulated rows of 15 learners" in made
    assert "seeded already" in refused


def test_reset_removes_what_was_seeded_and_nothing_else(connection: Connection) -> None:
    assert seed.reset(connection, "mued") == 0
    report = seed.seed(connection, "mued", **SMALL)
    connection.exec_driver_sql("insert into mued.users (email, display_name) values ('real@x.jp', 'Real')")
    assert seed.reset(connection, "mued") == sum(report.rows.values())
    left = {table: connection.exec_driver_sql(f"select count(*) from mued.{table}").scalar_one() for table in mued.TABLES}  # noqa: S608
    assert {table: rows for table, rows in left.items() if rows} == {"users": 1}
    assert seed.seeded_run(connection, "mued") is None
    assert connection.exec_driver_sql("select count(*) from mued.plugin_registry").scalar_one() == 2


def test_reset_is_refused_where_real_rows_would_go_too(connection: Connection) -> None:
    seed.seed(connection, "mued", **SMALL)
    before = hashes(connection)
    connection.exec_driver_sql("insert into mued.log_entries (user_id, content) select id, 'real' from mued.users limit 1")
    with pytest.raises(RunFailed, match=r"mued.log_entries holds 1 real rows .* nothing was removed"):
        seed.reset(connection, "mued")
    connection.exec_driver_sql("delete from mued.log_entries where content = 'real'")
    assert hashes(connection) == before


def test_everything_happens_before_the_end(seeded: Connection) -> None:
    columns = seeded.exec_driver_sql(
        """select table_name, column_name from information_schema.columns where table_schema = 'mued' and data_type like 'timestamp%%'
           and table_name = any(%s) and column_name not in ('starts_at', 'ends_at', 'ended_at')""",
        (list(mued.TABLES),),
    ).all()
    late = [
        (table, column)
        for table, column in columns
        if seeded.exec_driver_sql(f"select count(*) from mued.{table} where {column} >= '2026-09-01'").scalar_one()  # noqa: S608
    ]
    assert not late


def test_an_incident_makes_one_model_slow_for_some_hours(answers: pd.DataFrame, planted: dict) -> None:
    fact = planted["latency_incident"]
    mine = answers["fine"] & (answers["model"] == fact["model"])
    slow, usual = answers[mine & inside(answers, fact)], answers[mine & ~inside(answers, fact)]
    assert len(slow) == fact["answers"] >= 15
    assert slow["latency_ms"].median() == pytest.approx(fact["median_ms"], abs=0.1)
    assert usual["latency_ms"].median() == pytest.approx(fact["usual_median_ms"], abs=0.1)
    assert slow["latency_ms"].quantile(0.1) > 2 * usual["latency_ms"].median()
    others = answers[answers["fine"] & (answers["model"] != fact["model"]) & inside(answers, fact)]
    assert others["latency_ms"].median() < 3000


def test_an_outage_turns_the_answers_of_one_source_into_errors(answers: pd.DataFrame, planted: dict) -> None:
    fact = planted["plugin_outage"]
    mine = answers[inside(answers, fact) & (answers["source"] == fact["source"])]
    assert (len(mine), (~mine["fine"]).sum()) == (fact["answers"], fact["errors"])
    assert fact["errors"] > 0.8 * fact["answers"]
    assert answers.loc[~inside(answers, fact), "fine"].mean() > 0.98
    assert mine["error_code"].mode()[0] == fact["error_code"]


def test_a_price_goes_up_from_one_instant_on(answers: pd.DataFrame, planted: dict) -> None:
    fact = planted["price_change"]
    mine = answers[answers["fine"] & (answers["model"] == fact["model"])]
    rate = mine["cost"] / (0.05 * mine["input_tokens"] + 0.16 * mine["output_tokens"]) * 1000
    after = inside(mine, fact)
    assert rate[after].median() / rate[~after].median() == pytest.approx(fact["factor"], rel=0.001)
    assert mine.loc[after, "cost"].mean() == pytest.approx(fact["cost_after_jpy"], rel=1e-4)


def test_a_silent_day_has_sessions_and_no_answer_and_an_idle_day_has_neither(
    seeded: Connection, answers: pd.DataFrame, planted: dict
) -> None:
    sessions = pd.read_sql("select started_at from mued.sessions", seeded)
    for name in ("silent_day", "idle_day"):
        fact = planted[name]
        assert not inside(answers, fact).any()
        assert inside(sessions, fact, "started_at").sum() == fact["sessions"]
        for zone in ("UTC", "Asia/Tokyo"):
            day = pd.Timestamp(fact["day"], tz=zone)
            within = {"start": day, "end": day + pd.Timedelta(days=1)}
            assert not inside(answers, within).any()
            assert inside(sessions, within, "started_at").any() == (name == "silent_day")


def test_citations_of_one_model_drop_for_a_week(answers: pd.DataFrame, planted: dict) -> None:
    fact = planted["citation_loophole"]
    mine = answers[answers["fine"] & (answers["model"] == fact["model"])]
    during = inside(mine, fact)
    assert mine.loc[during, "cited"].mean() == pytest.approx(fact["coverage"], abs=1e-4)
    assert fact["coverage"] < 0.3 < 0.85 < fact["usual_coverage"]
    assert (mine.loc[during & ~mine["cited"], "citation_rate"] == 0).all()


def test_a_part_of_one_day_arrives_days_late(answers: pd.DataFrame, planted: dict) -> None:
    fact = planted["late_rows"]
    late = answers[inside(answers, fact) & (answers["recorded_at"] >= pd.Timestamp(fact["recorded_from"]))]
    assert len(late) == fact["answers"] > 0
    rest = answers.drop(late.index)
    assert (rest["recorded_at"] - rest["created_at"]).max() < pd.Timedelta(hours=6)
    assert (answers["recorded_at"] >= answers["created_at"]).mean() > 0.99


def test_all_findings_lie_in_the_last_31_days(planted: dict) -> None:
    first = pd.Timestamp(END, tz="UTC") - pd.Timedelta(days=31)
    assert len(planted) == 7
    assert all(first <= fact["start"] < fact["end"] <= pd.Timestamp(END, tz="UTC") for fact in planted.values())


def test_the_school_has_a_rhythm_and_grows(seeded: Connection, answers: pd.DataFrame) -> None:
    hour = answers["created_at"].dt.tz_convert("Asia/Tokyo").dt.hour
    assert hour.between(17, 22).mean() > 0.45 > 0.05 > hour.between(1, 5).mean()
    languages = pd.read_sql("select language, content from mued.log_entries", seeded)
    japanese = languages["content"].str.contains(r"[ぁ-んァ-ン一-龥]", regex=True)
    assert (japanese == (languages["language"] == "ja")).all()
    assert set(languages["language"]) == {"ja", "en"}
    joined = pd.read_sql("select created_at from mued.users where role = 'student' order by 1", seeded)["created_at"]
    assert (joined < pd.Timestamp("2026-07-18", tz="UTC")).mean() == pytest.approx(0.55, abs=0.15)
    per_learner = answers.groupby("user_id").size()
    assert 20 < per_learner.mean() < 60  # over 45 days


def test_quality_cost_and_feedback_hang_together(answers: pd.DataFrame) -> None:
    rated = answers[answers["user_feedback"].notna() & answers["relevance_score"].notna()]
    by_rating = rated.astype({"relevance_score": float}).groupby("user_feedback")["relevance_score"].mean()
    assert by_rating[1] > by_rating[-1] + 0.03
    assert 0.1 < len(rated) / len(answers) < 0.3
    costs = answers[answers["fine"]].groupby("model")["cost"].median()
    assert costs["nocturne-beta"] > costs["sonata-large"] > costs["etude-1"] > costs["sonata-small"]
    assert 0 < answers.loc[answers["fine"], "cost"].isna().mean() < 0.03
    assert answers.loc[~answers["fine"], ["latency_ms", "cost", "relevance_score", "response"]].isna().all().all()
    assert answers["latency_ms"].quantile(0.999) > 5 * answers["latency_ms"].median()


def test_citations_resolve_mostly_and_fail_in_every_way(seeded_database) -> None:
    with seeded_database.connect(db.OWNER) as connection:
        counts = dict(connection.exec_driver_sql("select resolution, count(*) from mued.fact_citation group by 1").all())
    assert set(counts) == {"resolvable", "missing", "not_permitted", "unlicensed", "expired"}
    assert 0.9 < counts["resolvable"] / sum(counts.values()) < 0.99


def test_keys_carry_the_mark_of_their_seeding() -> None:
    spec, other = Spec("mued", 5, 40, 7, END), Spec("mued", 5, 40, 8, END)
    made = draw.keys(spec, spec.rng("x"), 50)
    assert len({key.tobytes() for key in made}) == 50
    assert all(key.tobytes()[:6] == spec.prefix for key in made)
    assert {(key[6] >> 4, key[8] >> 6) for key in made} == {(8, 2)}
    assert spec.prefix != other.prefix
