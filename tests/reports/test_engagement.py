"""The engagement report on simulated data: figures against plain pandas over the facts, and every planted fact named."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from workbench import db
from workbench.metrics.learner_states import STATES, ActiveDays
from workbench.publish.data import canonical
from workbench.queries import engagement as questions
from workbench.reports import engagement
from workbench.settings import settings

pytestmark = [pytest.mark.xdist_group("engaged"), pytest.mark.usefixtures("in_utc")]
AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "platform": "all", "timezone": "UTC", "as_of": "2036-12-01T00:00:00Z"}
LEARNS = "activity not in ('visited', 'booked', 'messaged', 'rated')"
Frames = dict[str, pd.DataFrame]


def build(database: Any, role: str = db.READER, **parameters: Any) -> Frames:
    with database.connect(role) as connection:
        return engagement.build(connection, {**AUGUST, **parameters})


@pytest.fixture(scope="module", autouse=True)
def key(pseudonym_key: str) -> Any:
    patch = pytest.MonkeyPatch()
    patch.setenv("WORKBENCH_PSEUDONYM_KEY", pseudonym_key)
    settings.cache_clear()
    yield
    patch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def frames(engaged_database: Any) -> Frames:
    return build(engaged_database)


@pytest.fixture(scope="module")
def active(engaged_database: Any) -> pd.DataFrame:
    """One row per learner and day with learning, from the facts: `platform`, `learner_id`, `day`, `tenant`."""
    question = f"""
        select distinct f.platform, f.learner_id, f.tenant, cast(f.occurred_at at time zone 'UTC' as date) as day
        from marts.fact_activity as f
        join marts.dim_learner as p on p.platform = f.platform and p.learner_id = f.learner_id and p.role in ('student', 'learner')
        where {LEARNS}"""  # noqa: S608 -- a constant of this file
    with engaged_database.connect() as connection:
        found = pd.read_sql_query(text(question), connection, parse_dates=["day"])
    return found.astype({"learner_id": str})


@pytest.fixture(scope="module")
def planted(engaged_database: Any) -> dict[tuple[str, str], Any]:
    with engaged_database.connect() as connection:
        rows = connection.exec_driver_sql(
            "select platform, fact, started_at, ended_at, details from marts.seed_fact where kind = 'planted'"
        ).all()
    return {(row.platform, row.fact): row for row in rows}


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["suppressed"].astype(bool)]


def found(frames: Frames, kind: str, platform: str) -> pd.DataFrame:
    findings = frames["findings"]
    return findings[(findings["kind"] == kind) & (findings["platform"] == platform)]


# --- planted facts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["learning", "video"])
def test_a_release_that_breaks_one_device_is_named(frames: Frames, planted: dict, platform: str) -> None:
    fact = planted[platform, "release_drop"]
    row = found(frames, "completion_drop", platform).iloc[0]
    assert row["subject"] == fact.details["device"]
    assert abs(row["from_day"].date() - fact.started_at.date()) <= timedelta(days=2)
    assert row["value"] == pytest.approx(fact.details["completed_after"], abs=0.15) and row["usual"] > row["value"] + 0.3
    assert f"device {fact.details['device']}" in frames["verdict"]["sentence"].iloc[0]


def test_a_tenant_that_left_is_named(frames: Frames, planted: dict) -> None:
    fact = planted["video", "tenant_left"]
    row = found(frames, "group_gone", "video").iloc[0]
    assert row["subject"] == fact.details["tenant"]
    assert abs(row["from_day"].tz_localize("UTC") - fact.started_at) <= pd.Timedelta(days=2)
    assert f"tenant {fact.details['tenant']}" in frames["verdict"]["sentence"].iloc[0]


def test_days_on_which_nobody_learned_are_named(frames: Frames, planted: dict) -> None:
    rows = found(frames, "idle_days", "video")
    holiday = planted["video", "holiday"]
    assert (
        (rows["from_day"].dt.tz_localize("UTC") <= holiday.ended_at) & (rows["to_day"].dt.tz_localize("UTC") >= holiday.started_at)
    ).any()
    idle = pd.Timestamp(planted["learning", "idle_day"].details["day"])
    assert (found(frames, "idle_days", "learning")["from_day"] == idle).any()
    assert "nobody learned on" in frames["verdict"]["sentence"].iloc[0]


def test_a_cohort_that_leaves_is_named(frames: Frames, planted: dict) -> None:
    window = planted["learning", "leaving_cohort"]
    rows = found(frames, "cohort_left", "learning")
    inside = (rows["to_day"].dt.tz_localize("UTC") >= window.started_at) & (rows["from_day"].dt.tz_localize("UTC") < window.ended_at)
    assert len(rows) and inside.all()


def test_what_was_not_planted_is_not_found(frames: Frames) -> None:
    assert not len(found(frames, "completion_drop", "mued")) and not len(found(frames, "completion_drop", "drivemaster"))
    assert len(found(frames, "group_gone", "video")) == 1
    assert not frames["findings"].query("kind == 'cohort_left' and platform != 'learning'").size


def test_a_period_where_nothing_happened_says_so(engaged_database: Any) -> None:
    frames = build(engaged_database, start="2020-01-01", end="2020-02-01")
    assert frames["verdict"].iloc[0].to_dict() == {
        "state": "no_data", "sentence": "Nothing happened: nobody was active in the period or in the one before.",
    }  # fmt: skip
    assert not len(frames["findings"])
    assert build(engaged_database, start="2040-01-01", end="2040-02-01")["verdict"]["state"].iloc[0] == "no_data"


# --- figures ---------------------------------------------------------------------------------------------------------


def test_active_learners_are_those_of_the_facts(frames: Frames, active: pd.DataFrame) -> None:
    daily = frames["activity_daily"]
    for platform in ("*", "mued", "learning", "drivemaster", "video"):
        mine = active if platform == "*" else active[active["platform"] == platform]
        rows = daily[(daily["platform"] == platform) & daily["is_period"]]
        assert len(rows) == 31 and rows["dau"].notna().sum() >= 20
        for row in rows.itertuples():
            for name, days in (("dau", 1), ("wau", 7), ("mau", 28)):
                value = getattr(row, name)
                inside = mine[(mine["day"] <= row.day) & (mine["day"] > row.day - pd.Timedelta(days=days))]
                assert np.isnan(float(value)) or value == len(inside[["platform", "learner_id"]].drop_duplicates())


def test_the_change_is_that_of_the_means_with_weekdays_evened_out(frames: Frames, active: pd.DataFrame) -> None:
    row = frames["activity_summary"].iloc[0]
    counted = active.groupby("day").size().reindex(pd.date_range("2026-07-01", "2026-08-31"), fill_value=0)
    august, july = counted["2026-08-01":], counted[:"2026-07-31"]
    assert (row["platform"], row["dau"], row["previous"]) == ("*", pytest.approx(august.mean()), pytest.approx(july.mean()))
    assert row["low"] < row["difference"] < row["high"]
    dummies = pd.get_dummies(counted.index.day_of_week).astype(float).assign(late=[0.0] * 31 + [1.0] * 31)
    slope = np.linalg.lstsq(dummies.to_numpy(), counted.to_numpy(dtype=float), rcond=None)[0][-1]
    assert row["difference"] == pytest.approx(slope)


def test_states_add_up_to_the_enrolled(frames: Frames, engaged_database: Any, active: pd.DataFrame) -> None:
    question = """
        select platform, count(*) from marts.dim_learner
        where role in ('student', 'learner') and joined_at < '2026-09-01Z' and (deleted_at is null or deleted_at >= '2026-09-01Z')
        group by platform"""
    with engaged_database.connect() as connection:
        enrolled = dict(connection.exec_driver_sql(question).all())
    summary = frames["activity_summary"].set_index("platform")["enrolled"]
    for platform, number in enrolled.items():
        assert summary[platform] == number
        part = frames["states"][frames["states"]["platform"] == platform]
        told = part["learners"].astype(float)
        assert list(part["state"]) == list(STATES) and told.sum() <= number
        assert told.notna().all() == (told.sum() == number)
    last = active.groupby(["platform", "learner_id"])["day"].max()
    risk = (last <= pd.Timestamp("2026-08-24")) & (last > pd.Timestamp("2026-08-03"))
    row = frames["states"].set_index(["platform", "state"])["learners"]["*", "at_risk"]
    assert np.isnan(float(row)) or abs(row - risk.sum()) <= 5, "but for those who left"


@pytest.mark.parametrize(
    ("before", "on"),
    [("2026-07-31", "2026-08-31"), ("2026-06-20", "2026-07-04"), ("2026-08-02", "2026-08-03"), ("2025-01-01", "2026-08-15")],
)
def test_states_and_who_is_newly_at_risk_are_those_of_the_facts(before: str, on: str, engaged_database: Any, active: pd.DataFrame) -> None:
    """Every learner's state by `metrics.learner_states` over the facts, and the pairs of states counted."""
    question = """
        select platform, cast(learner_id as text) as learner_id, cast(joined_at at time zone 'UTC' as date) as joined,
               cast(deleted_at at time zone 'UTC' as date) as gone
        from marts.dim_learner where role in ('student', 'learner')"""
    answers = """
        select cast(learner_id as text) as learner_id, cast(occurred_at at time zone 'UTC' as date) as day from marts.fact_ai_answer
        where learner_id is not null"""
    first, last = pd.Timestamp(before), pd.Timestamp(on)
    with engaged_database.connect() as connection:
        people = pd.read_sql_query(text(question), connection, parse_dates=["joined", "gone"]).set_index("learner_id")
        found = questions.states(connection, before=first.date(), on=last.date())
        risky = questions.newly_at_risk(connection, on=last.date())
        helped = pd.read_sql_query(text(answers), connection, parse_dates=["day"])
    days = ActiveDays.of(active["learner_id"], active["day"])
    for name, day, absent in (("before", first, "not_joined"), ("after", last, "left")):
        people[name] = pd.Series(days.states(np.datetime64(day, "D")), index=days.learners).reindex(
            people.index, fill_value="never_started"
        )
        there = (people["joined"] <= day) & ~(people["gone"] <= day)
        people[name] = people[name].where(there, absent)
    people = people[(people["before"] != "not_joined") | (people["after"] != "left")]
    plain = people.groupby(["platform", "before", "after"]).size()
    counted = found.groupby(["platform", "state_before", "state_after"])["learners"].sum()
    assert counted.to_dict() == plain.to_dict() and len(plain) > 8
    between = active[(active["day"] > first) & (active["day"] <= last)]["learner_id"].unique()
    assert found["active"].sum() == people.index.isin(between).sum()
    asked = helped[(helped["day"] > first) & (helped["day"] <= last)].groupby("learner_id").size()
    asked = people.join(asked.rename("answers"), how="inner").groupby(["platform", "after"])["answers"].agg(["size", "sum"])
    sums = found[found["users"] > 0].groupby(["platform", "state_after"])[["users", "answers"]].sum()
    assert sums.index.equals(asked.index) and (sums.to_numpy() == asked.to_numpy()).all()
    seen = active[active["day"] <= last].groupby("learner_id")["day"].max()
    new = seen[(seen <= last - pd.Timedelta(days=7)) & (seen > last - pd.Timedelta(days=14))]
    assert set(risky["learner_id"]) == set(new.index) & set(people.index[people["after"] == "at_risk"])
    assert risky.set_index("learner_id")["last_day"].to_dict() == new[risky["learner_id"]].to_dict()


def test_retention_of_a_platform_is_that_of_the_facts(frames: Frames, engaged_database: Any, active: pd.DataFrame) -> None:
    question = "select learner_id, cast(joined_at at time zone 'UTC' as date) as joined from marts.dim_learner where platform = 'learning'"
    with engaged_database.connect() as connection:
        joined = pd.read_sql_query(text(f"{question} and role = 'learner'"), connection, parse_dates=["joined"]).astype({"learner_id": str})
    joined = joined[joined["joined"] >= pd.Timestamp("2026-06-15")]
    days = joined.merge(active[active["platform"] == "learning"], on="learner_id", how="left")
    days["week"] = (days["day"] - days["joined"]).dt.days // 7
    reach = (pd.Timestamp("2026-08-31") - joined["joined"]).dt.days - 6
    rows = shown(frames["retention"]).query("platform == 'learning' and kind == 'classic'")
    pooled = rows[rows["cohort_week"].isna()]
    assert len(pooled) >= 2
    for row in pooled.itertuples():
        reached = joined[(reach >= 7 * row.week)]["learner_id"]
        back = days[days["learner_id"].isin(reached) & (days["week"] == row.week)]["learner_id"].nunique()
        assert (row.reached, row.retained) == (len(reached), back)


def test_the_three_kinds_of_retention_agree(frames: Frames) -> None:
    rows = shown(frames["retention"])
    rows = rows[rows["cohort_week"].isna()]
    wide = rows.pivot(index=["platform", "week"], columns="kind", values="rate").astype(float)
    assert (wide["classic"] <= wide["rolling"]).where(wide["rolling"].notna() & wide["classic"].notna(), True).all()
    later = wide[wide.index.get_level_values("week") > 0]
    assert (later["classic"] <= later["cumulative"]).where(later["cumulative"].notna() & later["classic"].notna(), True).all()


def test_an_unrelated_platform_changes_nothing(frames: Frames, engaged_database: Any) -> None:
    alone = build(engaged_database, platform="video")
    columns = ["days", "dau", "previous", "difference", "low", "high", "change"]
    both = [part["activity_summary"].set_index("platform").loc["video", columns] for part in (frames, alone)]
    assert both[0].equals(both[1])
    names = ["from_day", "to_day", "subject", "sentence", "evidence"]
    assert frames["findings"].query("platform == 'video'")[names].values.tolist() == alone["findings"][names].values.tolist()
    for name in ("milestones", "video_curves"):
        assert canonical(frames[name]) == canonical(alone[name])


def test_the_rule_at_risk_is_tried_with_what_was_known(frames: Frames) -> None:
    tried = frames["backtest"]
    assert tried["cut_off"].isna().tolist() == [False] * (len(tried) - 1) + [True]
    told = shown(tried)
    assert len(told) and ((told["hits"] <= told["flagged"]) & (told["hits"] <= told["left"]) & (told["left"] <= told["judged"])).all()
    assert (told["precision_low"] <= told["precision"]).all() and (told["precision"] > told["base_rate"]).all()


def test_every_funnel_narrows(frames: Frames) -> None:
    told = shown(frames["funnels"])
    assert set(frames["funnels"]["flow"]) == {"interview", "study", "concept", "video"}
    for _, part in told.groupby("flow"):
        assert part["learners"].astype(float).is_monotonic_decreasing


# --- as data ---------------------------------------------------------------------------------------------------------


def test_same_inputs_and_cut_off_give_the_same_bytes(frames: Frames, published: Callable[[str], Path]) -> None:
    written = json.loads((published("engagement") / "data.json").read_text(encoding="utf-8"))
    again = canonical({key: written[key] for key in ("frames", "verdict", "rows_read")})
    assert canonical({**engagement.meta(frames), "frames": engagement.lasting(frames)}) == again and "newly_at_risk" in again


def test_learners_have_pseudonyms_and_names_for_one_run_are_not_kept(frames: Frames, engaged_database: Any, active: pd.DataFrame) -> None:
    written = canonical(
        {"frames": frames["newly_at_risk"], "rest": {n: f for n, f in frames.items() if n not in ("milestones", "video_curves")}}
    )
    assert frames["newly_at_risk"]["learner"].str.fullmatch(r"L-[A-Z2-7]{10}").all() and len(frames["newly_at_risk"])
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", written)
    patch = pytest.MonkeyPatch()
    patch.delenv("WORKBENCH_PSEUDONYM_KEY")
    settings.cache_clear()
    try:
        unkeyed = build(engaged_database, platform="learning")
    finally:
        patch.undo()
        settings.cache_clear()
    assert len(unkeyed["newly_at_risk"]) and "newly_at_risk" not in engagement.lasting(unkeyed)


def test_a_role_that_may_see_identities_gets_ids_and_the_read_is_noted(engaged_database: Any, active: pd.DataFrame) -> None:
    frames = build(engaged_database, role=db.IDENTIFIED, platform="learning")
    told = set(frames["newly_at_risk"]["learner"])
    assert told and told <= set(active["learner_id"]) and "newly_at_risk" not in engagement.lasting(frames)
    with engaged_database.connect() as connection:
        details = (
            connection.exec_driver_sql("select details ->> 'report' from marts.audit where action = 'identified_read'").scalars().all()
        )
    assert "engagement" in details


def test_an_earlier_cut_off_says_the_same_of_a_past_period(engaged_database: Any) -> None:
    parameters = {"start": "2026-08-01", "end": "2026-08-15", "platform": "learning"}
    late, early = (build(engaged_database, **parameters, as_of=at) for at in ("2036-01-01T00:00:00Z", "2026-09-01T12:00:00Z"))
    sources = [part["provenance"].set_index("item").loc["computed from", "value"] for part in (late, early)]
    assert sources == ["rollups", "facts"]
    for name in ("activity_summary", "activity_daily", "states", "session_summary", "session_hours", "verdict", "findings"):
        assert canonical(late[name]) == canonical(early[name]), name


def test_a_tenant_of_few_shows_nothing(engaged_database: Any) -> None:
    frames = build(engaged_database, tenant="no such tenant")
    assert frames["verdict"]["state"].iloc[0] == "no_data" and not len(frames["states"])
