"""The RAG report on simulated data: every figure against plain pandas over the raw rows, and every planted fact named."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from workbench import db
from workbench.metrics.stats import wilson
from workbench.publish.data import canonical
from workbench.reports import rag_slo
from workbench.reports import scope as scopes

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": "mued", "timezone": "UTC", "as_of": "2026-12-01T00:00:00Z"}
CLEAN = {**AUGUST, "start": "2026-07-18", "end": "2026-08-01"}
Frames = dict[str, pd.DataFrame]


def build(database: Any, parameters: dict[str, Any]) -> Frames:
    with database.connect(db.READER) as connection:
        return rag_slo.build(connection, parameters)


@pytest.fixture(scope="module")
def frames(seeded_database: Any) -> Frames:
    return build(seeded_database, AUGUST)


@pytest.fixture(scope="module")
def raw(seeded_database: Any) -> pd.DataFrame:
    """The raw answers of August."""
    question = "select * from marts.fact_ai_answer where occurred_at >= '2026-08-01Z' and occurred_at < '2026-09-01Z'"
    with seeded_database.connect(db.READER) as connection:
        found = pd.read_sql_query(text(question), connection)
    found["day"] = found["occurred_at"].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
    return found.assign(fine=~found["is_error"], cost_jpy=found["cost_jpy"].astype(float))


@pytest.fixture(scope="module")
def citations(seeded_database: Any) -> pd.DataFrame:
    question = "select resolution, model from marts.fact_citation where occurred_at >= '2026-08-01Z' and occurred_at < '2026-09-01Z'"
    with seeded_database.connect(db.READER) as connection:
        return pd.read_sql_query(text(question), connection)


@pytest.fixture(scope="module")
def planted(seeded_database: Any) -> dict[str, Any]:
    with seeded_database.connect() as connection:
        rows = connection.exec_driver_sql("select fact, started_at, ended_at, details from marts.seed_fact where kind = 'planted'").all()
    return {row.fact: row for row in rows}


def one(frame: pd.DataFrame, column: str, value: object) -> pd.Series:
    found = frame[frame[column] == value]
    assert len(found) == 1, found
    return found.iloc[0]


# --- planted facts ---------------------------------------------------------------------------------------------------


def named(frames: Frames, kind: str, measure: str | None = None) -> pd.DataFrame:
    found = frames["findings"]
    return found[(found["kind"] == kind) & (found["measure"].eq(measure) if measure else True)]


def test_the_latency_incident_is_named_with_its_hours_and_its_model(frames: Frames, planted: dict[str, Any]) -> None:
    fact = planted["latency_incident"]
    found = named(frames, "incident", "latency").iloc[0]
    hours = pd.Timedelta(hours=2)
    assert abs(found["from_at"] - fact.started_at) <= hours and abs(found["to_at"] - fact.ended_at) <= hours
    assert fact.details["model"] in found["evidence"]
    episodes = frames["burn_episodes"][frames["burn_episodes"]["objective"] == "latency"]
    assert ((episodes["from_at"] < fact.ended_at) & (episodes["to_at"] > fact.started_at)).any()


def test_the_outage_is_named_with_its_source_and_not_told_of_every_model(frames: Frames, planted: dict[str, Any]) -> None:
    fact = planted["plugin_outage"]
    found = named(frames, "group_rate", "errors")
    assert list(found["subject"]) == [fact.details["source"]]
    assert found["from_at"].iloc[0] <= fact.started_at and found["to_at"].iloc[0] >= fact.ended_at
    assert found["bad"].iloc[0] >= fact.details["errors"]


def test_the_new_price_is_dated_and_its_interval_holds_the_factor(frames: Frames, planted: dict[str, Any]) -> None:
    fact = planted["price_change"]
    found = named(frames, "price_change")
    assert list(found["subject"]) == [fact.details["model"]]
    assert abs(found["from_at"].iloc[0] - fact.started_at) <= pd.Timedelta(days=1)
    assert found["low"].iloc[0] < fact.details["factor"] - 1 < found["high"].iloc[0]


@pytest.mark.parametrize(("fact", "kind"), [("silent_day", "silent"), ("idle_day", "idle")])
def test_a_day_without_answers_is_named_and_of_its_kind(frames: Frames, planted: dict[str, Any], fact: str, kind: str) -> None:
    day = pd.Timestamp(planted[fact].details["day"])
    assert one(frames["days_without_data"], "day", day)["kind"] == kind
    assert one(frames["answers_daily"], "day", day)["kind"] == kind
    found = named(frames, f"{kind}_day")
    assert ((found["from_at"].dt.tz_localize(None) <= day) & (found["to_at"].dt.tz_localize(None) > day)).any()


def test_the_loophole_is_named_with_its_model_and_days(frames: Frames, planted: dict[str, Any]) -> None:
    fact = planted["citation_loophole"]
    found = named(frames, "group_rate", "uncited")
    assert list(found["subject"]) == [fact.details["model"]]
    day = pd.Timedelta(days=1)
    assert abs(found["from_at"].iloc[0] - fact.started_at) <= day and abs(found["to_at"].iloc[0] - fact.ended_at) <= day
    assert found["rate"].iloc[0] == pytest.approx(1 - fact.details["coverage"], abs=0.05)


def test_a_period_in_which_nothing_was_planted_names_nothing(seeded_database: Any) -> None:
    assert len(build(seeded_database, CLEAN)["findings"]) == 0


def test_the_rules_never_read_what_was_planted() -> None:
    modules = Path(rag_slo.__file__).parent.glob("*.py")
    assert not [path.name for path in modules if re.search(r"seed_fact|import seed", path.read_text())]


# --- figures against plain pandas ------------------------------------------------------------------------------------


def test_objectives_are_good_over_total_of_the_raw_rows(frames: Frames, raw: pd.DataFrame, citations: pd.DataFrame) -> None:
    fine = raw[raw["fine"]]
    expected = {
        "availability": (raw["fine"].sum(), len(raw)),
        "latency": ((fine["latency_ms"] <= 3000).sum(), fine["latency_ms"].notna().sum()),
        "citation-coverage": ((fine["citation_count"] > 0).sum(), len(fine)),
        "citation-integrity": ((citations["resolution"] == "resolvable").sum(), len(citations)),
        "relevance": ((fine["relevance_score"] >= 0.7).sum(), fine["relevance_score"].notna().sum()),
        "satisfaction": ((raw["feedback"] == 1).sum(), raw["feedback"].isin([-1, 1]).sum()),
        "cost-per-answer": ((fine["cost_jpy"] <= 3).sum(), fine["cost_jpy"].notna().sum()),
    }
    for row in frames["objectives"].itertuples():
        good, total = expected[row.objective]
        assert (row.good, row.total) == (good, total), row.objective
        assert row.sli == pytest.approx(good / total) and (row.low, row.high) == pytest.approx(wilson(good, total))
        assert row.remaining == pytest.approx(1 - (total - good) / (total * (1 - row.target)))
        line = frames["burn_down"][frames["burn_down"]["objective"] == row.objective]["remaining"]
        assert line.iloc[0] == 1 and line.iloc[-1] == pytest.approx(row.remaining)


def test_latency_by_day_is_exact_and_over_the_period_within_one_per_cent(frames: Frames, raw: pd.DataFrame) -> None:
    fine = raw[raw["fine"]]
    daily = frames["latency_daily"].set_index("day")
    shown = daily[~daily["suppressed"].astype(bool)]
    assert len(shown) >= 20
    for day, row in shown.iterrows():
        values = fine.loc[fine["day"] == day, "latency_ms"]
        assert list(row[["p50_ms", "p95_ms", "p99_ms"]].astype(float)) == pytest.approx(list(values.quantile([0.5, 0.95, 0.99])))
        assert row["few"] == (len(values) < 100)
    period = frames["latency_period"].set_index("level")["ms"]
    for level, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        assert period[level] == pytest.approx(fine["latency_ms"].quantile(q), rel=0.011)
    check = frames["latency_check"].set_index("level")
    assert check["exact_ms"]["p95"] == pytest.approx(fine["latency_ms"].quantile(0.95)) and check["error"].abs().max() <= 0.011


def test_the_bands_hold_every_answer_that_may_be_shown(frames: Frames, raw: pd.DataFrame) -> None:
    bands = frames["latency_bands"]
    fine = raw[raw["fine"]]
    for row in bands[~bands["suppressed"].astype(bool)].itertuples():
        values = fine.loc[fine["day"] == row.day, "latency_ms"]
        inside = ((values > row.from_ms * 1.0101) & (values <= row.to_ms * 0.9899)).sum()
        around = ((values > row.from_ms * 0.9899) & (values <= row.to_ms * 1.0101)).sum()
        assert inside <= row.answers <= around and row.share == pytest.approx(row.answers / len(values))
        assert row.answers >= 10


def test_quality_has_the_means_and_shares_of_the_raw_rows(frames: Frames, raw: pd.DataFrame) -> None:
    fine = raw[raw["fine"]]
    quality = frames["quality"].set_index("measure")
    assert quality["value"]["coverage"] == pytest.approx((fine["citation_count"] > 0).mean())
    assert quality["value"]["relevance"] == pytest.approx(fine["relevance_score"].mean())
    assert quality["value"]["citation_rate"] == pytest.approx(fine["citation_rate_pct"].mean() / 100)
    assert quality["value"]["feedback"] == pytest.approx(fine["feedback"].mean())
    assert quality["count"]["feedback"] == fine["feedback"].notna().sum()
    assert quality["change"]["coverage"] == "lower"
    spread = fine["relevance_score"].std() / np.sqrt(fine["relevance_score"].count())
    assert quality["high"]["relevance"] - quality["value"]["relevance"] == pytest.approx(1.96 * spread, rel=0.01)


def test_alerts_say_what_they_count(frames: Frames) -> None:
    said = frames["alerts"].set_index("objective")["sentence"]
    counted = said[~said.str.startswith("The pace can never")]
    of_citations = counted.index == "citation-integrity"
    assert of_citations.any() and counted[of_citations].str.contains(" citations").all()
    assert counted[~of_citations].str.contains(" answers").all()


def test_reasons_of_unsound_citations_add_up(frames: Frames, citations: pd.DataFrame) -> None:
    counted = citations["resolution"].value_counts()
    shown = frames["citation_reasons"][~frames["citation_reasons"]["suppressed"].astype(bool)]
    assert len(shown)
    for row in shown.itertuples():
        assert row.citations == counted[row.reason] and row.share == pytest.approx(counted[row.reason] / len(citations))


def test_cost_is_a_ratio_of_sums_over_priced_answers(frames: Frames, raw: pd.DataFrame) -> None:
    row = frames["cost"].iloc[0]
    fine = raw[raw["fine"]]
    assert row["cost_jpy"] == pytest.approx(raw["cost_jpy"].sum())
    assert row["cost_per_answer"] == pytest.approx(raw["cost_jpy"].sum() / raw["cost_jpy"].notna().sum())
    assert row["unpriced"] == fine["cost_jpy"].isna().sum() > 0
    each = raw.groupby("learner_id")["cost_jpy"].sum()
    assert row["learners"] == len(each) and row["cost_per_learner"] == pytest.approx(each.mean())
    models = frames["cost_models"].set_index("model")
    shown = models[~models["suppressed"].astype(bool)]
    by_model = raw.groupby("model")["cost_jpy"].agg(["sum", "mean"])
    assert list(shown["cost_jpy"]) == pytest.approx(list(by_model["sum"].reindex(shown.index)))
    assert list(shown["cost_per_answer"]) == pytest.approx(list(by_model["mean"].reindex(shown.index)))
    forecast = frames["cost_forecast"].iloc[0]
    assert forecast["state"] == "complete" and forecast["spent"] == pytest.approx(raw["cost_jpy"].sum())


def test_an_unfinished_month_is_forecast_from_what_was_known_at_the_cut_off(seeded_database: Any, raw: pd.DataFrame) -> None:
    cut = pd.Timestamp("2026-08-26T00:00:00Z")
    row = build(seeded_database, {**AUGUST, "as_of": cut.isoformat()})["cost_forecast"].iloc[0]
    known = raw[(raw["occurred_at"] < cut) & (raw["recorded_at"] < cut)]
    assert row["spent"] == pytest.approx(known["cost_jpy"].sum())
    assert row["state"] == "forecast" and row["days_left"] == 6
    assert row["spent"] < row["low"] < row["total"] < row["high"]


def test_groups_are_compared_raw_and_standardised(frames: Frames, raw: pd.DataFrame) -> None:
    groups = frames["groups"]
    part = groups[(groups["dimension"] == "source") & (groups["rate"] == "availability") & ~groups["suppressed"].astype(bool)]
    known = raw.assign(source=raw["source"].fillna("unknown"))
    mix = known["model"].value_counts(normalize=True)
    for row in part.itertuples():
        mine = known[known["source"] == row.group]
        assert row.raw == pytest.approx(mine["fine"].mean())
        by_model = mine.groupby("model")["fine"].mean()
        weights = mix.reindex(by_model.index)
        assert row.standardised == pytest.approx((by_model * weights).sum() / weights.sum())


def test_bad_answers_are_told_of_learners_in_numbers_only(frames: Frames, raw: pd.DataFrame) -> None:
    fine = raw["fine"]
    late, uncited = fine & (raw["latency_ms"] > 3000), fine & (raw["citation_count"] == 0)
    dear, poor, disliked = raw["cost_jpy"] > 3, fine & (raw["relevance_score"] < 0.7), raw["feedback"] == -1
    bad = (~fine | late | uncited | dear | poor | disliked).groupby(raw["learner_id"]).sum()
    row = one(frames["bearers"], "tenant", "*")
    assert (row["learners"], row["bad"]) == (len(bad), bad.sum())
    spread = frames["bad_spread"]
    shown = spread[~spread["suppressed"].astype(bool)].set_index("bad_answers")["learners"]
    if "10 or more" in shown:
        assert shown["10 or more"] == (bad >= 10).sum()
    assert frames["concentration"].iloc[0]["bad"] == bad.sum()


def test_the_stored_rollups_agree_with_the_raw_rows(frames: Frames) -> None:
    assert set(frames["audit"]["rollup"]) >= {"ai_answer_day", "ai_answer_latency", "learner_ai_day", "slo_slice"}
    assert frames["audit"]["drifting"].sum() == 0 and len(frames["audit_drift"]) == 0


# --- as data ---------------------------------------------------------------------------------------------------------


def test_same_inputs_and_cut_off_give_the_same_bytes(seeded_database: Any, frames: Frames) -> None:
    again = build(seeded_database, AUGUST)
    assert canonical({**rag_slo.meta(frames), "frames": frames}) == canonical({**rag_slo.meta(again), "frames": again})


def test_a_cut_off_after_the_last_row_says_the_same_from_facts_as_from_rollups(seeded_database: Any, frames: Frames) -> None:
    early = build(seeded_database, {**AUGUST, "as_of": "2026-09-01T00:00:00Z"})
    assert one(early["provenance"], "item", "computed from")["value"] == "facts"
    for name in frames.keys() - {"provenance", "audit", "audit_drift", "freshness"}:
        assert canonical(early[name]) == canonical(frames[name]), name


def test_no_learner_is_in_the_data(frames: Frames, raw: pd.DataFrame) -> None:
    written = canonical({"frames": frames})
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", written)
    assert not any(str(learner) in written for learner in raw["learner_id"].dropna().unique())


def test_the_period_before_is_as_long_as_the_period_so_far() -> None:
    scope = scopes.Scope.of({**AUGUST, "as_of": "2026-08-11T00:00:00Z"})
    assert (scope.previous.start.isoformat(), scope.previous.end.isoformat()) == ("2026-07-21", "2026-08-01")
    whole = scopes.Scope.of(AUGUST)
    assert whole.previous.start.isoformat() == "2026-07-01" and whole.is_finished and whole.complete_until.isoformat() == "2026-09-01"
