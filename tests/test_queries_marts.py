"""Queries over the rollups: filters, merging over platforms and series, kinds of days without data, sentences for wrong use."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, paths
from workbench.errors import UsageError
from workbench.metrics.sketch import LN_GAMMA, Sketch
from workbench.queries import marts
from workbench.rollups import families

MARCH = {"start": "2026-03-01", "end": "2026-04-01"}
MEASURES = [
    "errors", "cited", "citations", "resolvable_citations", "citations_missing", "citations_not_permitted", "citations_unlicensed",
    "citations_expired", "priced", "cost_jpy", "cost_square_sum", "citation_rate_count", "citation_rate_sum", "citation_rate_square_sum",
    "relevance_count", "relevance_sum", "relevance_square_sum", "feedback_up", "feedback_zero", "feedback_down", "input_tokens",
    "output_tokens",
]  # fmt: skip
FILTERED = [
    marts.ai_answer_daily, marts.ai_answer_by_model, marts.ai_latency_daily, marts.ai_latency_period, marts.ai_latency_exact,
    marts.ai_latency_histogram, marts.ai_learner_day, marts.slo_slices, marts.ai_days_without_data,
]  # fmt: skip


def insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(f"%({name})s" for name in values)
    connection.exec_driver_sql(f"insert into {table} ({', '.join(values)}) values ({names})", values)  # noqa: S608


def answers(connection: Connection, day: str, **given: Any) -> None:
    series = {"time_zone": "UTC", "platform": "mued", "day": day, "tenant": "t", "model": "m", "source": "s"}
    insert(connection, "marts.ai_answer_day", **{**series, **dict.fromkeys(MEASURES, 0), "answers": 1, **given})


def latency(connection: Connection, day: str, values: list[float], platform: str = "mued", tenant: str = "*", model: str = "*") -> None:
    sketch = Sketch.of(values)
    p50, p95, p99 = np.quantile(values, [0.5, 0.95, 0.99])
    insert(
        connection, "marts.ai_answer_latency", time_zone="UTC", day=day, platform=platform, tenant=tenant, model=model, source="*",
        answers=len(values), p50_ms=p50, p95_ms=p95, p99_ms=p99, buckets=sketch.buckets.tolist(), counts=sketch.counts.tolist(),
    )  # fmt: skip


def slices(connection: Connection, day: str, slots: list[int], platform: str = "mued", tenant: str = "*", model: str = "*") -> None:
    ones = [1] * len(slots)
    insert(
        connection, "marts.slo_slice", platform=platform, day=day, slo="latency", tenant=tenant, model=model, good=0, total=len(slots),
        slots=slots, slot_good=[0] * len(slots), slot_total=ones,
    )  # fmt: skip


@pytest.mark.parametrize("question", FILTERED, ids=lambda question: question.__name__)
def test_wrong_use_is_told_in_a_sentence(connection: Connection, question: Any) -> None:
    with pytest.raises(UsageError, match=r"No such platform: moodle; known: all, mued"):
        question(connection, **MARCH, platform=["mued", "moodle"])
    with pytest.raises(UsageError, match=r"No such platform: \(none given\)"):
        question(connection, **MARCH, platform=[])
    with pytest.raises(UsageError, match=r"No rollups are kept for the time zone Europe/Paris; kept: UTC, Asia/Tokyo\."):
        question(connection, **MARCH, timezone="Europe/Paris")
    with pytest.raises(UsageError, match="The period is empty: 2026-03-01 is not before 2026-03-01"):
        question(connection, start=date(2026, 3, 1), end="2026-03-01")


@pytest.mark.parametrize("question", FILTERED, ids=lambda question: question.__name__)
def test_an_empty_period_keeps_its_columns(connection: Connection, question: Any) -> None:
    found = question(connection, start="2019-01-01", end="2019-01-02", tenant="t", model="m", timezone="Asia/Tokyo")
    assert list(found.columns) and len(found) == (1 if question in (marts.ai_latency_exact, marts.ai_days_without_data) else 0)


def test_daily_sums_follow_the_filters(connection: Connection) -> None:
    for tenant, model in (("t", "a"), ("t", "b"), ("u", "a")):
        answers(connection, "2026-03-02", tenant=tenant, model=model, cost_jpy="0.1", priced=1)
    answers(connection, "2026-03-31", answers=5)
    answers(connection, "2026-04-01", answers=7)

    def daily(**chosen: Any) -> list[int]:
        return marts.ai_answer_daily(connection, **MARCH, **chosen)["answers"].tolist()

    assert (daily(), daily(tenant="t"), daily(model="a"), daily(tenant="u", model="a"), daily(tenant="x")) == ([3, 5], [2, 5], [2], [1], [])
    found = marts.ai_answer_daily(connection, **MARCH)
    assert (found["cost_jpy"].iloc[0], str(found["cost_jpy"].dtype), str(found["day"].dtype)) == (0.3, "float64", "datetime64[us]")
    assert list(found.columns) == ["day", "answers", *MEASURES]


def test_sums_by_model_keep_the_source_apart(connection: Connection) -> None:
    for source, count in (("note", 2), ("local", 3)):
        answers(connection, "2026-03-02", source=source, answers=count, relevance_sum="0.7")
        answers(connection, "2026-03-03", source=source, answers=count, relevance_sum="0.7")
    found = marts.ai_answer_by_model(connection, start="2026-03-02", end="2026-03-20")
    assert found[["model", "source", "answers", "relevance_sum"]].to_numpy().tolist() == [["m", "local", 6, 1.4], ["m", "note", 4, 1.4]]


def test_percentiles_of_a_day_are_exact_for_one_platform_and_merged_for_several(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "installed_platforms", lambda: ("mued", "video"))
    one, other = [100.0, 200.0, 5000.0], [0.0, 50.0]
    latency(connection, "2026-03-02", one)
    latency(connection, "2026-03-02", other, platform="video")
    latency(connection, "2026-03-03", other, platform="video")
    found = marts.ai_latency_daily(connection, **MARCH)
    assert found["is_exact"].tolist() == [False, True]
    assert found["answers"].tolist() == [5, 2]
    merged = (Sketch.of(one) + Sketch.of(other)).quantiles([0.5, 0.95, 0.99])
    assert found[["p50_ms", "p95_ms", "p99_ms"]].iloc[0].tolist() == pytest.approx(merged.tolist(), rel=1e-12)
    assert found["p95_ms"].iloc[1] == pytest.approx(np.quantile(other, 0.95))
    assert marts.ai_latency_daily(connection, **MARCH, platform="mued")["is_exact"].tolist() == [True]


def test_percentiles_of_the_period_by_model_and_for_one_tenant(connection: Connection) -> None:
    latency(connection, "2026-03-02", [10.0, 20.0])
    latency(connection, "2026-03-02", [10.0], model="a")
    latency(connection, "2026-03-02", [20.0], model="b")
    latency(connection, "2026-03-02", [30.0], tenant="t")

    def period(**chosen: Any) -> dict[str, float]:
        found = marts.ai_latency_period(connection, start="2026-03-02", end="2026-03-20", **chosen)
        return found.set_index("model")["p50_ms"].round(0).to_dict()

    assert period() == {"*": 15}
    assert period(by_model=True) == {"a": 10, "b": 20}
    assert (period(model="b"), period(model="b", by_model=True), period(tenant="t")) == ({"b": 20}, {"b": 20}, {"*": 30})


def test_bands_of_the_histogram_hold_every_answer_once(connection: Connection) -> None:
    values = [0.0, 1.0, 100.0, 101.0, 3000.0, 59999.0]
    latency(connection, "2026-03-02", values)
    found = marts.ai_latency_histogram(connection, **MARCH, merge=7)
    assert found["answers"].sum() == len(values)
    assert found.iloc[0][["from_ms", "to_ms", "answers"]].tolist() == [0, 0, 1]
    bands = found.iloc[1:]
    assert np.allclose(np.log(bands["to_ms"] / bands["from_ms"]), 7 * LN_GAMMA)
    for value in values[1:]:
        assert ((bands["from_ms"] < value * 1.0001) & (value <= bands["to_ms"] * 1.0001)).sum() >= 1
    with pytest.raises(UsageError, match="at least one bucket"):
        marts.ai_latency_histogram(connection, **MARCH, merge=0)


def test_slices_begin_and_end_with_the_local_day(connection: Connection) -> None:
    slices(connection, "2026-02-28", [179, 180, 287])
    slices(connection, "2026-03-31", [179, 180])
    found = marts.slo_slices(connection, **MARCH, timezone="Asia/Tokyo")
    assert found["slot"].tolist() == [pd.Timestamp(text, tz="UTC") for text in ("2026-02-28 15:00", "2026-02-28 23:55", "2026-03-31 14:55")]
    assert [str(kind) for kind in found.dtypes][1:] == ["datetime64[us, UTC]", "int64", "int64"]
    assert len(marts.slo_slices(connection, **MARCH)) == 2


def test_slices_of_platforms_and_tenants_add_up(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "installed_platforms", lambda: ("mued", "video"))
    for platform in ("mued", "video"):
        slices(connection, "2026-03-05", [3, 7], platform)
        slices(connection, "2026-03-05", [3], platform, tenant="t", model="a")
        slices(connection, "2026-03-05", [7], platform, tenant="u", model="a")
    assert marts.slo_slices(connection, **MARCH)["total"].tolist() == [2, 2]
    assert marts.slo_slices(connection, **MARCH, platform="video", model="a")["total"].tolist() == [1, 1]
    found = marts.slo_slices(connection, **MARCH, tenant="u")
    assert (found["total"].tolist(), found["slot"].dt.minute.tolist()) == ([2], [35])


def test_days_without_answers_are_idle_silent_or_unused(connection: Connection) -> None:
    learner = UUID(int=1)
    insert(connection, "mued.users", id=learner, email="a@example.org", display_name="x")
    for day in (3, 4):
        insert(connection, "mued.sessions", user_id=learner, started_at=datetime(2026, 3, day, 23, tzinfo=UTC))
    answers(connection, "2026-03-01", model="a")
    answers(connection, "2026-03-04", model="b", answers=2)
    period = {"start": "2026-03-01", "end": "2026-03-06"}
    found = marts.ai_days_without_data(connection, **period)
    assert [(row.day.day, row.sessions, row.kind) for row in found.itertuples()] == [(2, 0, "idle"), (3, 1, "silent"), (5, 0, "idle")]
    found = marts.ai_days_without_data(connection, **period, model="a")
    assert found["kind"].tolist() == ["idle", "silent", "unused", "idle"]
    assert found["other_answers"].tolist() == [0, 0, 2, 0]


def test_days_that_have_not_begun_are_not_without_data(connection: Connection) -> None:
    today = datetime.now(UTC).date()
    found = marts.ai_days_without_data(connection, start=today - timedelta(days=1), end=today + timedelta(days=30))
    assert found["day"].dt.date.tolist() == [today - timedelta(days=1), today]


def test_learners_of_one_model_are_counted_from_raw_rows(connection: Connection) -> None:
    learner = UUID(int=1)
    insert(connection, "mued.users", id=learner, email="a@example.org", display_name="x")
    for model, ms in (("a", 100.0), ("a", 9000.0), ("b", 1.0)):
        given = {"user_id": learner, "model": model, "latency_ms": ms, "token_cost_jpy": 2, "citations": '[{"provenance_id": null}]'}
        insert(connection, "mued.ai_dialogue_log", **given, created_at=datetime(2026, 3, 5, 16, tzinfo=UTC))
    found = marts.ai_learner_day(connection, **MARCH, model="a")
    assert found.to_dict("records") == [
        {"learner_id": str(learner), "tenant": "mued", "days": 1, "answers": 2, "errors": 0, "bad": 1, "priced": 2, "cost_jpy": 4.0}
    ]
    assert marts.ai_learner_day(connection, **MARCH).empty


def test_every_book_and_rollup_is_documented(connection: Connection) -> None:
    bare = """select c.relname, a.attname from pg_class as c
              join pg_attribute as a on a.attrelid = c.oid and a.attnum >= 0 and not a.attisdropped
              where c.relnamespace = 'marts'::regnamespace and c.relkind = 'r'
                and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)"""
    assert connection.exec_driver_sql(bare).all() == []
    silent = "select proname from pg_proc where pronamespace = 'marts'::regnamespace and obj_description(oid, 'pg_proc') is null"
    assert connection.exec_driver_sql(silent).all() == []


@pytest.mark.parametrize("table", families.TABLES)
def test_readers_read_rollups_and_only_the_loader_writes_them(connection: Connection, table: str) -> None:
    may = "select has_table_privilege(%s, %s, 'select'), has_table_privilege(%s, %s, 'insert, update, delete, truncate')"
    for role in db.READERS:
        assert connection.exec_driver_sql(may, (role, f"marts.{table}") * 2).one() == (True, False)
    assert connection.exec_driver_sql(may, (db.LOADER, f"marts.{table}") * 2).one() == (True, True)


def test_freshness_counts_the_days_that_wait(connection: Connection) -> None:
    state = {"rollup": "ai_answer_day", "part": "UTC", "platform": "mued", "definition": "x", "refreshed_at": datetime.now(UTC)}
    insert(connection, "marts.rollup_state", **state)
    for fact, day in (("fact_ai_answer", 1), ("fact_ai_answer", 1), ("fact_citation", 2), ("fact_activity", 3)):
        insert(connection, "marts.touched_day", platform="mued", fact=fact, day=date(2026, 3, day))
    found = marts.rollup_freshness(connection)
    assert found[["platform", "rollup", "part", "pending_days"]].to_numpy().tolist() == [["mued", "ai_answer_day", "UTC", 2]]
