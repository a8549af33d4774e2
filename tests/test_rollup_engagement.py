"""Rollups of engagement: exact against the raw rows, incremental equals full, and the people behind them may go or change."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from workbench import db, rollup, sqlfiles
from workbench import settings as configuration
from workbench.errors import UsageError
from workbench.metrics.sketch import Sketch
from workbench.queries import marts
from workbench.rollups import derived

TABLES = {
    "learner_day": "time_zone, platform, day, learner_id, tenant",
    "session_day": "time_zone, platform, day, tenant, device, kind",
    "activity_day": "time_zone, platform, day, tenant, device",
    "learner_cohort": "time_zone, platform, learner_id",
    "cohort_week": "time_zone, platform, basis, tenant, start_day, week",
}
IDLE = ["visited", "booked", "messaged", "rated"]
ZONES = ("UTC", "Asia/Tokyo")
ANNA, BEN, CLEO, DAN = LEARNERS = [UUID(int=n) for n in range(1, 5)]
TEACHER = UUID(int=9)
NORTH, SOUTH = UUID(int=101), UUID(int=102)
TENANT = {ANNA: NORTH, BEN: NORTH, CLEO: SOUTH, DAN: SOUTH, TEACHER: NORTH}
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
EVENT = """
insert into video.analytics_events (tenant_id, user_id, event_type, category, device_type, occurred_at, recorded_at)
values (%s, %s, %s, %s, %s, %s, %s) returning id
"""
CATEGORY = {
    "video_start": "learning",
    "lesson_completed": "learning",
    "page_view": "navigation",
    "login": "system",
    "load_time": "performance",
}


def change(connection: Connection, statement: str, *values: Any) -> None:
    connection.exec_driver_sql(statement, values or None)
    connection.commit()


def watch(connection: Connection, *events: tuple[Any, ...]) -> list[UUID]:
    """Store events: learner, instant, then as far as they matter type, device and when they were recorded."""
    found = []
    for who, at, *more in events:
        kind, device, recorded = (*more, *("video_start", "desktop", None)[len(more) :])
        row = (TENANT[who], who, kind, CATEGORY[kind], device, at, recorded or at)
        found.append(connection.exec_driver_sql(EVENT, row).scalar_one())
    connection.commit()
    return found


def dump(connection: Connection, *tables: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in tables or TABLES:
        query = f"select to_jsonb(t) from marts.{table} as t order by {TABLES[table]}"  # noqa: S608
        found[table] = list(connection.exec_driver_sql(query).scalars())
    connection.rollback()
    return found


def windows(connection: Connection, day: str, tenant: str = "*", device: str = "*", zone: str = "UTC") -> tuple[int, int, int] | None:
    asked = "select dau, wau, mau from marts.activity_day where day = %s and tenant = %s and device = %s and time_zone = %s"
    row = connection.exec_driver_sql(asked, (day, tenant, device, zone)).one_or_none()
    connection.rollback()
    return row and tuple(row)


@pytest.fixture
def school(cleared_database: Any) -> Iterator[Connection]:
    """A connection on a fresh database of video with two tenants, four learners who joined on 1 March 2026, and a teacher."""
    with cleared_database.connect() as connection:
        for tenant, slug in ((NORTH, "north"), (SOUTH, "south")):
            connection.exec_driver_sql("insert into video.tenants (id, slug, name) values (%s, %s, 'x')", (tenant, slug))
        for who, tenant in TENANT.items():
            connection.exec_driver_sql(
                "insert into video.users (id, tenant_id, email, display_name, role, created_at) values (%s, %s, %s, 'x', %s, '2026-03-01')",
                (who, tenant, f"{who}@example.org", "teacher" if who == TEACHER else "student"),
            )
        connection.commit()
        yield connection


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the time zones that are kept."""

    def keep(names: str) -> None:
        monkeypatch.setenv("WORKBENCH_TIMEZONES", names)
        configuration.settings.cache_clear()

    yield keep
    monkeypatch.undo()
    configuration.settings.cache_clear()


# Incremental and full

# Neighbours, the ends of a month and of windows of 7 and 28 days; every day more is a batch more.
days = st.sampled_from([0, 1, 6, 7, 8, 9, 27, 28, 49]).map(lambda n: datetime(2026, 2, 20, tzinfo=UTC) + timedelta(days=n))
moments = st.builds(lambda day, n: day + timedelta(minutes=5 * n), days, st.integers(0, 12 * 24 - 1)) | st.integers(0, 40).map(
    lambda n: datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(minutes=7 * n)
)
events = st.tuples(
    st.sampled_from([*LEARNERS, TEACHER]), moments, st.sampled_from([*CATEGORY]), st.sampled_from(["desktop", "mobile", "*", None])
)
changes = st.one_of(
    st.tuples(st.just("watch"), events),
    st.tuples(st.sampled_from(["delete", "move", "other device"]), st.integers(0, 30)),
    st.tuples(st.sampled_from(["teach", "learn", "leave", "join earlier", "refresh"]), st.integers(0, 3)),
    st.tuples(st.just("rename"), st.integers(0, 2)),
)
STATEMENTS = {
    "delete": "delete from video.analytics_events where id = %s",
    "move": "update video.analytics_events set occurred_at = occurred_at + interval '40 hours' where id = %s",
    "other device": "update video.analytics_events set device_type = 'tv' where id = %s",
    "teach": "update video.users set role = 'teacher' where id = %s",
    "learn": "update video.users set role = 'student' where id = %s",
    "leave": "update video.users set deleted_at = '2026-04-01' where id = %s",
    "join earlier": "update video.users set created_at = created_at - interval '9 days' where id = %s",
}


def apply(connection: Connection, known: list[UUID], kind: str, what: Any) -> None:
    if kind == "watch":
        known.extend(watch(connection, what))
    elif kind == "refresh":
        rollup.refresh(connection)
    elif kind == "rename":
        change(connection, "update video.tenants set slug = %s where id = %s", f"north-{what}", NORTH)
    elif kind in ("delete", "move", "other device"):
        if known:
            change(connection, STATEMENTS[kind], known[what % len(known)])
    else:
        change(connection, STATEMENTS[kind], LEARNERS[what])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(events, max_size=15), then=st.lists(changes, max_size=8))
def test_incremental_refreshes_end_where_a_full_one_does(school: Connection, first: list[Any], then: list[tuple[str, Any]]) -> None:
    change(school, "delete from video.analytics_events")
    change(school, "update video.users set role = 'student', deleted_at = null, created_at = '2026-03-01' where id = any(%s)", LEARNERS)
    known = watch(school, *first)
    rollup.refresh(school)
    for kind, what in then:
        apply(school, known, kind, what)
    rollup.refresh(school)
    incremental = dump(school)
    rollup.refresh(school, full=True)
    assert dump(school) == incremental
    assert school.exec_driver_sql("select count(*) from marts.touched_day").scalar_one() == 0
    audit = marts.rollup_audit(
        school, start="2026-02-01", end="2026-06-01", platform="video", timezone="Asia/Tokyo", families=["activity"]
    )  # the other platforms hold nothing; all of them are audited below
    assert (audit["drift"] == 0).all()
    school.rollback()
    assert rollup.refresh(school).rows == {}


def test_the_order_in_which_rows_arrive_does_not_matter(school: Connection) -> None:
    rows = [(who, NOON + timedelta(hours=13 * n + 5 * m)) for n in range(12) for m, who in enumerate(LEARNERS) if (n + m) % 3]
    found = []
    for order in (rows, rows[::-1]):
        change(school, "delete from video.analytics_events")
        rollup.refresh(school)
        for part in (order[:5], order[5:6], order[6:]):
            watch(school, *part)
            rollup.refresh(school)
        found.append(dump(school))
    assert found[0] == found[1]


def test_a_second_refresh_finds_nothing_and_rewrites_nothing(school: Connection) -> None:
    watch(school, (ANNA, NOON), (CLEO, NOON + timedelta(days=3)))
    assert rollup.refresh(school).days > 0
    versions = {table: school.exec_driver_sql(f"select array_agg(xmin::text) from marts.{table}").scalar_one() for table in TABLES}  # noqa: S608
    school.rollback()
    report = rollup.refresh(school)
    assert (report.days, report.rows, report.text().split(":")[0]) == (0, {}, "The rollups are up to date")
    assert {table: school.exec_driver_sql(f"select array_agg(xmin::text) from marts.{table}").scalar_one() for table in TABLES} == versions  # noqa: S608


def test_a_refresh_that_is_killed_before_it_derives_is_finished_by_the_next(school: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    watch(school, (ANNA, NOON))
    rollup.refresh(school)
    watch(school, (BEN, NOON))
    with monkeypatch.context() as patched:
        patched.setattr(derived, "compute", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rollup.refresh(school)
    assert len(dump(school)["learner_day"]) == 4  # two learners in two time zones: the day is done
    assert windows(school, "2026-03-10") == (1, 1, 1)
    report = rollup.refresh(school)
    assert (report.days, windows(school, "2026-03-10")) == (0, (2, 2, 2))
    kept = dump(school)
    rollup.refresh(school, full=True)
    assert dump(school) == kept


def test_a_range_is_computed_and_leaves_other_days_noted(school: Connection) -> None:
    watch(school, *((ANNA, NOON + timedelta(days=n)) for n in range(9)))
    rollup.refresh(school)
    watch(school, (BEN, NOON + timedelta(hours=5)), (BEN, NOON + timedelta(days=5)))
    rollup.refresh(school, start=date(2026, 3, 13), end=date(2026, 3, 18))
    assert [windows(school, day) for day in ("2026-03-10", "2026-03-15")] == [(1, 1, 1), (2, 2, 2)]
    noted = "select distinct fact, day from marts.touched_day where fact in ('fact_activity', 'fact_session')"
    assert {row.day.day for row in school.exec_driver_sql(noted)} == {10}


def test_a_stray_row_of_another_century_costs_little(school: Connection) -> None:
    far = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 5, 5, tzinfo=UTC)]
    watch(school, (ANNA, NOON), *((BEN, at) for at in far))
    report = rollup.refresh(school, full=True)
    assert (report.batches, report.days) == (3, 3)
    assert (
        school.exec_driver_sql("select count(*) from marts.activity_day where time_zone = 'UTC' and tenant = '*'").scalar_one()
        == 3 * 28 * 2
    )
    assert school.exec_driver_sql("select max(week) from marts.cohort_week").scalar_one() == 32767  # the last that can be told


# Exactness against plain pandas


@pytest.fixture(scope="module")
def simulated(simulated_copy: Any) -> Iterator[Connection]:
    """A connection on the simulated database of all platforms; only read."""
    with simulated_copy.connect() as connection:
        yield connection


Raw = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def happened(simulated: Connection) -> Raw:
    """Events and sessions of learners, and the learners."""
    people = pd.read_sql("select * from marts.dim_learner where role in ('student', 'learner')", simulated)
    events = pd.read_sql("select * from marts.fact_activity", simulated)
    sessions = pd.read_sql("select * from marts.fact_session", simulated)
    simulated.rollback()
    key = ["platform", "learner_id"]
    return events.merge(people[key]), sessions.merge(people[key]), people


def in_zone(happened: Raw, zone: str) -> Raw:
    """The same with the local day and hour."""
    found = []
    for frame, at in zip(happened[:2], ("occurred_at", "started_at"), strict=True):
        local = pd.to_datetime(frame[at], utc=True).dt.tz_convert(zone)
        found.append(frame.assign(day=local.dt.normalize().dt.tz_localize(None), hour=local.dt.hour))
    return found[0], found[1], happened[2]


def stored(connection: Connection, table: str, zone: str) -> pd.DataFrame:
    found = pd.read_sql(f"select * from marts.{table} where time_zone = %(zone)s", connection, params={"zone": zone})  # noqa: S608
    connection.rollback()
    for name in set(found) & {"day", "joined_day", "first_day", "last_day", "start_day"}:
        found[name] = pd.to_datetime(found[name])
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_windows_are_the_distinct_learners_that_plain_pandas_counts(simulated: Connection, happened: Raw, zone: str) -> None:
    events, sessions, _ = in_zone(happened, zone)
    first = sessions.sort_values(["started_at", "session_id"]).groupby(["platform", "learner_id", "day"], as_index=False)["device"].first()
    active = events[~events["activity"].isin(IDLE)].merge(first, how="left").fillna({"device": "unknown"})
    active = active.drop_duplicates(["platform", "learner_id", "day"])
    told = stored(simulated, "activity_day", zone)
    assert set(told["platform"]) == {"mued", "learning", "drivemaster", "video"}
    expected = Counter()
    for cell in ("both", "tenant", "device", "all"):
        tenant = active["tenant"] if cell in ("both", "tenant") else "*"
        device = active["device"] if cell in ("both", "device") else "*"
        cells = active.assign(tenant=tenant, device=device)[["platform", "tenant", "device", "day", "learner_id"]]
        for name, length in (("dau", 1), ("wau", 7), ("mau", 28)):
            spread = [cells.assign(day=cells["day"] + pd.Timedelta(days=step)) for step in range(length)]
            counts = pd.concat(spread).groupby(["platform", "tenant", "device", "day"])["learner_id"].nunique()
            expected.update({(*key, name): count for key, count in counts.items()})
    rows = told.set_index(["platform", "tenant", "device", "day"])[["dau", "wau", "mau"]].stack()
    assert {key: value for key, value in rows.items() if value} == dict(expected)
    totals = told[told["tenant"].eq("*") & told["device"].eq("*")]
    assert (totals["dau"] <= totals["wau"]).all() and (totals["wau"] <= totals["mau"]).all()


@pytest.mark.parametrize("zone", ZONES)
def test_learner_days_and_sessions_are_those_of_the_raw_rows(simulated: Connection, happened: Raw, zone: str) -> None:
    events, sessions, _ = in_zone(happened, zone)
    days = stored(simulated, "learner_day", zone).set_index(["platform", "learner_id", "day"])
    counts = events.groupby(["platform", "learner_id", "day", "activity"]).size().unstack(fill_value=0)
    for activity in counts:
        assert days[activity][days[activity] > 0].to_dict() == counts[activity][counts[activity] > 0].to_dict()
    active = events[~events["activity"].isin(IDLE)].groupby(["platform", "learner_id", "day"])["duration_ms"].sum()
    assert days["active_ms"][days["active_ms"] > 0].to_dict() == active[active > 0].to_dict()
    hours = sessions.groupby(["platform", "learner_id", "day"])["hour"].agg(lambda found: sum(1 << hour for hour in set(found)))
    assert days["session_hours"][days["session_hours"] > 0].to_dict() == hours.to_dict()
    length = (sessions["ended_at"] - sessions["started_at"]).dt.total_seconds() * 1000
    ended = sessions.assign(ms=length.round())[length >= 0]
    key = ["platform", "day", "tenant", "device", "kind"]
    cells = stored(simulated, "session_day", zone).set_index(key)
    lengths = {cell: Sketch.of(group["ms"].tolist()) for cell, group in ended.fillna({"device": "unknown"}).groupby(key)}
    assert cells["sessions"].to_dict() == sessions.fillna({"device": "unknown"}).groupby(key).size().to_dict()
    assert {cell: Sketch(np.array(row["buckets"]), np.array(row["counts"])) for cell, row in cells.iterrows() if row["counts"]} == lengths
    assert cells["unended"].sum() == len(sessions) - len(ended)
    assert cells["session_ms"].sum() == ended["ms"].sum() == days["session_ms"].sum()
    assert np.stack(cells["hours"]).sum(axis=0).tolist() == np.bincount(sessions["hour"], minlength=24).tolist()
    assert cells["completion_sum"].sum() == pytest.approx(sessions["completion_ratio"].sum(), abs=1e-6 * len(sessions))


@pytest.mark.parametrize("zone", ZONES)
def test_cohorts_are_those_of_learners_one_by_one(simulated: Connection, happened: Raw, zone: str) -> None:
    events, _, people = in_zone(happened, zone)
    active = events[~events["activity"].isin(IDLE)].groupby(["platform", "learner_id"])["day"].agg(lambda found: sorted(set(found)))
    expected: Counter[tuple[Any, ...]] = Counter()
    learners = {}
    for person in people.itertuples():
        days = active.get((person.platform, person.learner_id), [])
        joined = pd.Timestamp(person.joined_at).tz_convert(zone).normalize().tz_localize(None)
        learners[person.platform, person.learner_id] = (joined, days[0] if days else pd.NaT, days[-1] if days else pd.NaT)
        for basis, start in (("joined", joined), *([("first_active", days[0])] if days else [])):
            weeks = sorted({(day - start).days // 7 for day in days if day >= start})
            later = [week for week in weeks if week > 0]
            cohort = (person.platform, basis, person.tenant, start)
            expected[*cohort, 0, "members"] += 1
            expected.update((*cohort, week, "active") for week in weeks)
            expected.update([(*cohort, later[0], "first_back")] if later else [])
            expected.update([(*cohort, weeks[-1], "last_active")] if weeks else [])
    told = stored(simulated, "learner_cohort", zone)
    columns = ["joined_day", "first_day", "last_day"]
    found = {(row.platform, row.learner_id): tuple(getattr(row, name) for name in columns) for row in told.itertuples()}
    assert {key: str(value) for key, value in found.items()} == {key: str(value) for key, value in learners.items()}
    assert told["first_day"].isna().any()  # who joined and did nothing is there
    cells = stored(simulated, "cohort_week", zone)
    names = ["platform", "basis", "tenant", "start_day", "week"]
    rows = cells.assign(members=cells["members"].where(cells["week"] == 0, 0)).set_index(names)[
        ["members", "active", "first_back", "last_active"]
    ]
    assert {key: value for key, value in rows.stack().items() if value} == dict(expected)
    assert (cells.groupby(names[:-1])["members"].nunique() == 1).all()


def test_the_audit_of_the_simulated_platforms_finds_no_drift(simulated: Connection) -> None:
    audit = marts.rollup_audit(simulated, start="2026-08-01", end="2026-09-01", families=["activity"])
    simulated.rollback()
    assert set(audit["rollup"]) == {"learner_day", "session_day", "activity_day", "cohort_week"}
    assert (audit["drift"] == 0).all() and not audit["is_pending"].any()
    fresh = marts.rollup_freshness(simulated, families=["activity"])
    assert set(fresh["rollup"]) == set(TABLES) and (fresh["pending_days"] == 0).all()
    assert set(TABLES).isdisjoint(marts.rollup_freshness(simulated)["rollup"])


# Days and time zones


def test_days_are_as_long_as_their_time_zone_makes_them(school: Connection, zones: Callable[[str], None]) -> None:
    zones("Europe/Berlin")
    watch(school, *((ANNA, datetime(2026, 3, 28, 0, 30, tzinfo=UTC) + timedelta(hours=n)) for n in range(72)))
    watch(school, *((BEN, datetime(2026, 10, 24, 0, 30, tzinfo=UTC) + timedelta(hours=n)) for n in range(72)))
    rollup.refresh(school)
    days = stored(school, "learner_day", "Europe/Berlin").set_index("day")
    assert [days["started"][day] for day in ("2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26")] == [23, 24, 25, 24]
    assert days["session_hours"]["2026-03-29"] == 2**24 - 1 - (1 << 2)  # no hour from two to three
    sessions = stored(school, "session_day", "Europe/Berlin").set_index("day")["hours"]
    assert [sessions[day][2] for day in ("2026-03-29", "2026-03-30", "2026-10-25")] == [0, 1, 2]
    assert (stored(school, "learner_day", "UTC").groupby("day")["started"].sum() == 24).all()


def test_another_time_zone_moves_only_what_lies_at_the_boundary(school: Connection, zones: Callable[[str], None]) -> None:
    zones("UTC,Asia/Tokyo")
    moments = [NOON + timedelta(minutes=97 * n) for n in range(200)]
    watch(school, *((LEARNERS[n % 4], at) for n, at in enumerate(moments)))
    rollup.refresh(school)
    moved = Counter()
    for at in moments:
        if at.hour >= 15:  # nine hours ahead: midnight there
            moved.update({at.date() + timedelta(days=1): 1, at.date(): -1})
    told = {zone: stored(school, "learner_day", zone).groupby("day")["started"].sum() for zone in ZONES}
    difference = told["Asia/Tokyo"].sub(told["UTC"], fill_value=0)
    assert {day.date(): int(value) for day, value in difference.items() if value} == {day: count for day, count in moved.items() if count}


def test_a_time_zone_that_is_added_is_filled_and_one_taken_away_comes_back_whole(school: Connection, zones: Callable[[str], None]) -> None:
    zones("UTC")
    watch(school, (ANNA, NOON))
    rollup.refresh(school)
    zones("UTC,Asia/Tokyo")
    assert rollup.refresh(school).rows["learner_day"] == 1
    assert windows(school, "2026-03-10", zone="Asia/Tokyo") == (1, 1, 1)
    zones("UTC")
    watch(school, (BEN, NOON))
    rollup.refresh(school)
    zones("UTC,Asia/Tokyo")
    rollup.refresh(school)
    assert windows(school, "2026-03-10", zone="Asia/Tokyo") == (2, 2, 2)


# Sessions that are cut from events


def test_a_sitting_ends_after_thirty_minutes_without_an_event_and_holds_a_day_at_most(school: Connection) -> None:
    minutes = [0, 30, 60.5, 61]  # the second gap is longer than thirty minutes
    watch(school, *((ANNA, NOON + timedelta(minutes=n), "page_view") for n in minutes))
    watch(school, *((BEN, NOON + timedelta(minutes=20 * n), "page_view") for n in range(3 * 80)))  # for 80 hours
    watch(school, (CLEO, NOON, "page_view"), (CLEO, NOON, "page_view"), (TEACHER, NOON))
    query = "select learner_id, started_at, ended_at from marts.fact_session where learner_id <> %s order by 1, 2"
    found = [(row.learner_id, row.started_at - NOON, row.ended_at - row.started_at) for row in school.exec_driver_sql(query, (TEACHER,))]
    assert found == [
        (ANNA, timedelta(0), timedelta(minutes=30)),
        (ANNA, timedelta(minutes=60.5), timedelta(minutes=0.5)),
        (BEN, timedelta(0), timedelta(hours=23, minutes=40)),
        (CLEO, timedelta(0), timedelta(0)),
    ]


def test_a_late_event_changes_the_session_of_the_day_before(school: Connection) -> None:
    evening = datetime(2026, 3, 9, 23, 50, tzinfo=UTC)
    watch(school, (ANNA, evening))
    rollup.refresh(school)
    watch(school, (ANNA, evening + timedelta(minutes=20)))
    assert rollup.refresh(school).days == 1
    sessions = stored(school, "session_day", "UTC")
    assert sessions[["day", "sessions", "session_ms"]].to_numpy().tolist() == [[pd.Timestamp("2026-03-09"), 1, 20 * 60_000]]
    # what joined two sittings is taken away: the second begins on the day after
    watch(school, (ANNA, evening + timedelta(minutes=9)), (ANNA, evening + timedelta(minutes=39)))
    rollup.refresh(school)
    change(
        school,
        "delete from video.analytics_events where occurred_at in (%s, %s)",
        evening + timedelta(minutes=9),
        evening + timedelta(minutes=20),
    )
    rollup.refresh(school)
    assert stored(school, "session_day", "UTC")["day"].dt.day.tolist() == [9, 10]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


@pytest.mark.parametrize(("platform", "table"), [("video", "analytics_events"), ("drivemaster", "learning_events")])
def test_sessions_of_a_period_are_found_through_partitions_and_indexes(simulated: Connection, platform: str, table: str) -> None:
    asked = "select * from marts.fact_session where platform = %s and started_at >= '2026-08-10' and started_at < '2026-08-11'"
    plan = list(nodes(simulated.exec_driver_sql(f"explain (format json) {asked}", (platform,)).scalar_one()[0]["Plan"]))
    simulated.rollback()
    scans = [node for node in plan if node.get("Relation Name", "").startswith(f"{table}_p")]  # the default partition is empty
    assert {node["Relation Name"] for node in scans if node["Alias"].startswith("opening")} == {f"{table}_p2026_08"}
    assert not [node for node in scans if node["Node Type"] == "Seq Scan"]
    probes = [
        node["Index Cond"] for node in plan if node.get("Index Name", "").startswith(f"{table}_p") and "opening." in node["Index Cond"]
    ]
    assert probes and all("(user_id = " in probe for probe in probes)


# People who come, change and go


def test_those_who_teach_are_left_out_and_those_who_did_nothing_are_there(school: Connection) -> None:
    watch(school, (ANNA, NOON), (TEACHER, NOON), (BEN, NOON, "login"))
    rollup.refresh(school)
    assert windows(school, "2026-03-10") == (1, 1, 1)
    assert set(stored(school, "learner_day", "UTC")["learner_id"]) == {ANNA, BEN}
    cohort = stored(school, "learner_cohort", "UTC").set_index("learner_id")
    assert set(cohort.index) == set(LEARNERS) and cohort["first_day"].notna().sum() == 1
    change(school, "insert into video.users (tenant_id, email, display_name, role) values (%s, 'new@example.org', 'x', 'student')", SOUTH)
    report = rollup.refresh(school)
    assert (report.days, report.rows["learner_cohort"]) == (0, 2)


def test_a_learner_who_begins_to_teach_leaves_and_may_come_back(school: Connection) -> None:
    watch(school, (ANNA, NOON), (BEN, NOON), (ANNA, NOON + timedelta(days=9)))
    rollup.refresh(school)
    before = dump(school)
    change(school, "update video.users set role = 'teacher' where id = %s", ANNA)
    rollup.refresh(school)
    assert windows(school, "2026-03-10") == (1, 1, 1)
    assert ANNA not in set(stored(school, "learner_cohort", "UTC")["learner_id"])
    change(school, "update video.users set role = 'student', last_login_at = now() where id = %s", ANNA)
    rollup.refresh(school)
    assert dump(school) == before


def test_a_platform_without_accounts_any_more_keeps_no_engagement(school: Connection) -> None:
    watch(school, (ANNA, NOON), (BEN, NOON + timedelta(days=3)))
    rollup.refresh(school)
    change(school, "delete from video.analytics_events")
    change(school, "delete from video.users")
    rollup.refresh(school)
    assert dump(school) == {table: [] for table in TABLES}
    assert school.exec_driver_sql("select count(*) from marts.touched_day").scalar_one() == 0


def figures(connection: Connection) -> list[Any]:
    found = dump(connection, "activity_day", "cohort_week")
    return [found["activity_day"], found["cohort_week"]]


def erase(connection: Connection, who: UUID) -> None:
    change(connection, "delete from video.analytics_events where user_id = %s", who)
    change(connection, "delete from video.users where id = %s", who)


def test_people_who_were_erased_stay_as_a_number(cleared_database: Any, school: Connection) -> None:
    watch(school, *((LEARNERS[n % 4], NOON + timedelta(hours=31 * n), "video_start", ("desktop", "mobile")[n % 2]) for n in range(24)))
    rollup.refresh(school)
    before = figures(school)
    with cleared_database.connect(db.LOADER) as loader:
        assert loader.exec_driver_sql("select marts.anonymise_learner('video', %s)", (ANNA,)).scalar_one() == 12
        loader.commit()
    erase(school, ANNA)
    for full in (False, True):
        rollup.refresh(school, full=full)
        assert figures(school) == before
    days = stored(school, "learner_day", "UTC")
    stand_in = set(days[days["is_erased"]]["learner_id"])
    assert (
        len(stand_in) == 1
        and ANNA not in set(days["learner_id"])
        and ANNA not in set(stored(school, "learner_cohort", "UTC")["learner_id"])
    )
    assert set(stored(school, "learner_cohort", "Asia/Tokyo").query("is_erased")["learner_id"]) == stand_in
    erase(school, BEN)  # without having been made anonymous
    rollup.refresh(school)
    assert BEN not in set(stored(school, "learner_day", "UTC")["learner_id"])
    assert figures(school) != before


def test_only_the_loader_makes_people_anonymous(school: Connection) -> None:
    may = "select has_function_privilege(%s, 'marts.anonymise_learner(text, uuid)', 'execute')"
    assert [school.exec_driver_sql(may, (role,)).scalar_one() for role in (db.LOADER, *db.READERS)] == [True, False, False]


# Earlier cut-offs, archives


def told(connection: Connection, zone: str = "UTC") -> pd.DataFrame:
    tables = ["learner_day", "session_day", "activity_day", "cohort_week"]
    chosen = {"platforms": ["video"], "rollups": tables, "zone": zone, "start": date(2026, 3, 1), "end": date(2026, 6, 1)}
    return sqlfiles.read(connection, "marts/queries/rollup_audit", **chosen)


def test_an_earlier_cut_off_answers_as_the_refresh_of_then(cleared_database: Any, school: Connection) -> None:
    watch(school, *((LEARNERS[n % 3], NOON + timedelta(hours=31 * n)) for n in range(20)))
    rollup.refresh(school)
    change(school, "select marts.anonymise_learner('video', %s)", BEN)
    erase(school, BEN)
    rollup.refresh(school)
    then = [told(school, zone) for zone in ZONES]
    school.rollback()
    known = NOON + timedelta(days=40)
    watch(school, (DAN, NOON, "video_start", "mobile", known), (CLEO, known), (ANNA, NOON + timedelta(hours=5), "login", None, known))
    change(school, "update video.users set deleted_at = %s where id = %s", known, DAN)
    rollup.refresh(school)
    with cleared_database.connect(db.READER) as reader:
        now = told(reader)
        for frame, zone in zip(then, ZONES, strict=True):
            with rollup.cut_off(reader, known, date(2026, 3, 15), date(2026, 4, 20), "video", zone, families=["activity"]) as cut:
                assert (cut.at, cut.source) == (known, "facts")
                found = told(reader, zone)
                shown = found[~found["rollup"].eq("session_day") | found["day"].between("2026-03-15", "2026-04-19")]
                kept = frame[~frame["rollup"].eq("session_day") | frame["day"].between("2026-03-15", "2026-04-19")]
                erased = kept["rollup"].eq("session_day")  # sessions of the erased are gone from sessions, then as now
                pd.testing.assert_frame_equal(
                    shown[~shown["rollup"].eq("session_day")].reset_index(drop=True), kept[~erased].reset_index(drop=True)
                )
        assert not now.equals(then[0])
        with rollup.cut_off(reader, None, date(2026, 3, 1), date(2026, 4, 1), families=["activity"]) as cut:
            assert cut.source == "rollups"
            assert told(reader).equals(now)
        asked = rollup.cut_off(reader, None, date(2026, 3, 1), date(2026, 4, 1), families=["engagement"])
        with pytest.raises(UsageError, match=r"No such family of rollups: engagement; known: answers, activity"), asked:
            pass


def test_sealed_days_outlive_their_raw_rows_also_for_what_is_derived(cleared_database: Any, school: Connection) -> None:
    watch(school, *((LEARNERS[n % 4], NOON + timedelta(days=2 * n)) for n in range(20)))
    rollup.refresh(school)
    before = dump(school)
    seal = (
        "insert into marts.sealed_range (platform, fact, from_at, until_at, reason)"
        " values ('video', %s, '2026-03-01', '2026-04-01', 'test')"
    )
    for fact in ("fact_activity", "fact_session"):
        change(school, seal, fact)
    change(school, "delete from video.analytics_events where occurred_at < '2026-04-01'")
    report = rollup.refresh(school)
    assert ("video", "UTC", date(2026, 3, 12)) in report.sealed and json.dumps(report.as_dict())
    assert dump(school) == before
    rollup.refresh(school, full=True)
    assert dump(school) == before
    with cleared_database.connect(db.READER) as reader:
        now = told(reader)
        with rollup.cut_off(reader, NOON + timedelta(days=60), date(2026, 4, 5), date(2026, 5, 1), "video", families=["activity"]):
            again = told(reader)
        for table in ("activity_day", "cohort_week", "learner_day"):  # all that was before is told by what is stored of it
            chosen = [frame[frame["rollup"].eq(table)].reset_index(drop=True) for frame in (again, now)]
            pd.testing.assert_frame_equal(*chosen)
        with (
            pytest.raises(UsageError, match="are archived"),
            rollup.cut_off(reader, NOON + timedelta(days=60), date(2026, 3, 5), date(2026, 5, 1), "video", families=["activity"]),
        ):
            pass


def test_the_audit_names_what_was_tampered_with(school: Connection) -> None:
    watch(school, *((LEARNERS[n % 4], NOON + timedelta(days=n)) for n in range(6)))
    rollup.refresh(school)
    change(
        school,
        "update marts.activity_day set wau = wau + 1, mau = mau + 1"
        " where day = '2026-03-12' and tenant = '*' and device = '*' and time_zone = 'UTC'",
    )
    change(school, "update marts.learner_day set active_ms = 5 where day = '2026-03-11'")
    watch(school, (ANNA, NOON + timedelta(days=20)))
    audit = marts.rollup_audit(school, start="2026-03-01", end="2026-05-01", families=["activity"])
    drifting = audit[audit["drift"].ne(0) & ~audit["is_pending"]]
    assert [(row.day.day, row.rollup, row.metric, row.drift) for row in drifting.itertuples()] == [
        (11, "learner_day", "active_ms", 5.0), (12, "activity_day", "mau", 1.0), (12, "activity_day", "wau", 1.0),
    ]  # fmt: skip
    assert set(audit[audit["drift"].ne(0) & audit["is_pending"]]["day"].dt.month) >= {3, 4}


def test_the_clock_of_the_zone_decides_the_hour(school: Connection) -> None:
    watch(school, (ANNA, datetime(2026, 3, 10, 20, 15, tzinfo=UTC)))
    rollup.refresh(school)
    for zone in ZONES:
        local = datetime(2026, 3, 10, 20, 15, tzinfo=UTC).astimezone(ZoneInfo(zone))
        row = stored(school, "learner_day", zone).iloc[0]
        assert (row["day"].date(), row["session_hours"]) == (local.date(), 1 << local.hour)
