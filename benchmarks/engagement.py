"""What the engagement report's frames cost from the rollups, from SQL over the raw events, and from polars over a Parquet export.

    python benchmarks/engagement.py [--rows 1000000 10000000] [--rounds 5] [--learners 20000]

Simulated interactions of 365 days in `learning` (`engagement_data.py`), on a server of its own. Both sizes have the same learners; in the
larger one each has ten times the sessions. The frames:

- distinct active learners of every day, of the 7 and the 28 days that end with it, over the year;
- the weekly cohorts of the year with classic, rolling and cumulative retention;
- how many learners went from which state to which between two moments four weeks apart (new, active, at risk, dormant, returned, …);
- sessions a day by device, and the histogram of their lengths.

Each from the rollups by the functions of `workbench.queries.engagement`, by SQL over `marts.fact_activity` and `marts.fact_session`, and by
polars (`pip install polars`; left out where it is missing) over one Parquet file of the same events; all three must agree. Then the rollups
themselves: a full rebuild, and the refresh after one learner's event was added to one day (median of three).

"Wall" is time on the clock; "CPU" that of this process and of the server's processes together: other work on the machine moves it less.
"""

import argparse
import importlib.util
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import engagement_data
import pandas as pd
import psutil
import pyarrow.parquet
from rag_slo import Spent, median, say, settle, spent
from sqlalchemy import Connection

from workbench import db, embedded, rollup
from workbench.metrics import retention
from workbench.queries import engagement

START, END = date(2025, 9, 1), date(2026, 9, 1)
PERIOD = {"start": START, "end": END, "platform": "learning"}
MOMENTS = (date(2026, 8, 3), date(2026, 8, 31))
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "random_page_cost": "1.1", "maintenance_work_mem": "256MB"}
# ruff: noqa: S608 -- the pieces below are constants of this file
ACTIVE = """select distinct learner_id, (occurred_at at time zone 'UTC')::date as day from marts.fact_activity
    where platform = 'learning' and occurred_at < '2026-09-01' and activity not in ('visited', 'booked', 'messaged', 'rated')"""
WINDOWS = f"""
with active as ({ACTIVE}),
spell as (select day, lead(day) over (partition by learner_id order by day) as next_day, learner_id from active),
edge as (
    select e.day, sum(e.d) as d, sum(e.w) as w, sum(e.m) as m
    from spell as s cross join lateral (values (s.day, 1, 1, 1), (least(s.day + 1, s.next_day), -1, 0, 0),
        (least(s.day + 7, s.next_day), 0, -1, 0), (least(s.day + 28, s.next_day), 0, 0, -1)) as e(day, d, w, m)
    group by 1)
select day, sum(d) over o as dau, sum(w) over o as wau, sum(m) over o as mau from edge window o as (order by day) order by day"""
COHORTS = f"""
with active as ({ACTIVE}),
come as (
    select l.learner_id, (l.joined_at at time zone 'UTC')::date as start_day, (a.day - (l.joined_at at time zone 'UTC')::date) / 7 as week
    from marts.dim_learner as l join active as a using (learner_id)
    where l.platform = 'learning' and a.day >= (l.joined_at at time zone 'UTC')::date
    group by 1, 2, 3),
placed as (
    select start_day, week, min(week) filter (where week > 0) over (partition by learner_id) as back,
           max(week) over (partition by learner_id) as last from come)
select start_day, week, count(*) as active, count(*) filter (where week = back) as first_back,
       count(*) filter (where week = last) as last_active
from placed group by 1, 2 order by 1, 2"""
STATES = f"""
with active as ({ACTIVE} and occurred_at < '2026-09-01'),
days as (
    select l.learner_id, (l.joined_at at time zone 'UTC')::date as joined, m.day, min(a.day) as first, max(a.day) as last,
           max(a.day) filter (where a.day < m.day - 6) as gone, min(a.day) filter (where a.day >= m.day - 6) as back
    from marts.dim_learner as l cross join (values (date '2026-08-03'), (date '2026-08-31')) as m (day)
    left join active as a on a.learner_id = l.learner_id and a.day <= m.day
    where l.platform = 'learning' group by 1, 2, 3),
state as (
    select learner_id, day,
           case when joined > day then 'not_joined' when first is null then 'never_started' when first > day - 7 then 'new'
                when back - gone >= 28 then 'returned' when back is not null then 'active' when last > day - 28 then 'at_risk'
                else 'dormant' end as of
    from days)
select one.of as state_before, two.of as state_after, count(*) as learners
from state as one join state as two using (learner_id)
where one.day = '2026-08-03' and two.day = '2026-08-31' and two.of <> 'not_joined' group by 1, 2 order by 1, 2"""
SESSIONS = """
with session as (
    select (started_at at time zone 'UTC')::date as day, device, marts.sketch_bucket(
        round(extract(epoch from ended_at - started_at) * 1000)::float8) as bucket
    from marts.fact_session where platform = 'learning' and started_at < '2026-09-01'),
cell as (select day, device, bucket, count(*) as n from session group by 1, 2, 3)
select day, device, sum(n) as sessions, array_agg(bucket order by bucket) as buckets, array_agg(n order by bucket) as counts
from cell group by 1, 2 order by 1, 2"""


ROLLED: dict[str, Callable[[Connection], Any]] = {
    "active learners": lambda connection: engagement.activity(connection, **PERIOD),
    "cohorts": lambda connection: retention.triangle(engagement.cohorts(connection, **PERIOD), END - timedelta(days=1)),
    "states": lambda connection: engagement.states(connection, before=MOMENTS[0], on=MOMENTS[1], platform="learning"),
    "sessions": lambda connection: engagement.sessions(connection, **PERIOD),
}
RAW: dict[str, Callable[[Connection], Any]] = {
    "active learners": lambda connection: pd.read_sql(WINDOWS, connection),
    "cohorts": lambda connection: pd.read_sql(COHORTS, connection),
    "states": lambda connection: pd.read_sql(STATES, connection),
    "sessions": lambda connection: pd.read_sql(SESSIONS, connection),
}


@dataclass
class Measured:
    """All figures of one size; frames by name."""

    rows: int
    rolled: dict[str, Spent]
    raw: dict[str, Spent]
    polars: dict[str, Spent]
    full: Spent
    day: Spent

    def total(self, which: str) -> Spent:
        """All frames together."""
        parts = getattr(self, which).values()
        return Spent(sum(part.wall for part in parts), sum(part.cpu for part in parts))


def main() -> None:
    """Measure, print tables, and say which goals are met."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--learners", type=int, default=20_000)
    options = asked.parse_args()
    measured = []
    for rows in options.rows:
        with embedded.temporary_server(memory=False, **SETTINGS) as url, db.engine(None, url).connect() as connection:
            engagement_data.generate(connection, rows, options.learners)
            measured.append(measure(connection, rows, options.rounds))
        show(measured[-1])
    judge(measured)


def measure(connection: Connection, rows: int, rounds: int) -> Measured:
    """Everything of one size, the rollups first because the frames need them."""
    postmaster = psutil.Process(connection.exec_driver_sql("select pg_backend_pid()").scalar_one()).parent()
    connection.rollback()
    full = spent(postmaster, lambda: rollup.refresh(connection, full=True))
    settle(connection)
    days = []
    for number in range(3):
        add_event(connection, number)
        days.append(spent(postmaster, lambda: rollup.refresh(connection)))
    settle(connection)
    rolled = {name: median([spent(postmaster, lambda ask=ask: ask(connection)) for _ in range(rounds)]) for name, ask in ROLLED.items()}
    raw = {name: spent(postmaster, lambda ask=ask: ask(connection)) for name, ask in RAW.items()}
    check(connection)
    fast = in_polars(connection, postmaster, rounds) if importlib.util.find_spec("polars") else {}
    connection.rollback()
    return Measured(rows, rolled, raw, fast, full, median(days))


def add_event(connection: Connection, number: int) -> None:
    """An answer of a learner on one day in the middle of the year."""
    connection.exec_driver_sql(
        """insert into learning.interactions (learning_session_id, user_id, interaction_type, interaction_data, created_at, is_correct)
        select id, user_id, 'answer', '{}', timestamptz '2026-06-10' + %s * interval '5 days', true
        from learning.learning_sessions where started_at > '2026-06-09' order by started_at limit 1""",
        (number,),
    )
    connection.commit()


def check(connection: Connection) -> None:
    """The frames from the rollups are those of the raw rows."""
    found, exact = ROLLED["active learners"](connection), RAW["active learners"](connection)
    found = found[(found["tenant"] == "*") & (found["device"] == "*")].set_index("day")[["dau", "wau", "mau"]]
    exact = exact.assign(day=pd.to_datetime(exact["day"])).set_index("day").reindex(found.index).ffill()
    assert (found.to_numpy() == exact.to_numpy(dtype=float)).all(), "active learners differ"
    cells = engagement.cohorts(connection, **PERIOD)
    cells = cells[cells["active"] > 0].sort_values(["start_day", "week"])[["active", "first_back", "last_active"]]
    assert (cells.to_numpy() == RAW["cohorts"](connection)[["active", "first_back", "last_active"]].to_numpy()).all(), "cohorts differ"
    mine = ROLLED["states"](connection).groupby(["state_before", "state_after"])["learners"].sum()
    theirs = RAW["states"](connection).set_index(["state_before", "state_after"])["learners"]
    assert mine.to_dict() == theirs.to_dict(), "states differ"
    sessions = ROLLED["sessions"](connection)
    assert sessions["sessions"].sum() == RAW["sessions"](connection)["sessions"].sum(), "sessions differ"


def in_polars(connection: Connection, postmaster: psutil.Process, rounds: int) -> dict[str, Spent]:
    """The same frames by polars over one Parquet file of the events."""
    import polars as pl

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        file = Path(folder) / "events.parquet"
        export(connection, file)
        people = pl.from_pandas(pd.read_sql(
            "select learner_id::text as learner_id, (joined_at at time zone 'UTC')::date as start_day "
            "from marts.dim_learner where platform = 'learning'", connection,
        )).with_columns(pl.col("start_day").cast(pl.Date))  # fmt: skip
        connection.rollback()
        events = pl.scan_parquet(file).with_columns(pl.col("at").dt.date().alias("day"))
        asks = {
            "active learners": lambda: polars_windows(pl, events),
            "cohorts": lambda: polars_cohorts(pl, events, people),
            "states": lambda: polars_states(pl, events, people),
            "sessions": lambda: polars_sessions(pl, events),
        }
        return {name: median([spent(postmaster, ask) for _ in range(rounds)]) for name, ask in asks.items()}


def export(connection: Connection, file: Path) -> None:
    """The columns that the frames need, as an analyst would export them."""
    writer = None
    text = """select i.user_id::text as learner_id, i.learning_session_id::text as session_id, i.interaction_type, i.created_at as at,
        s.started_at, s.ended_at, s.session_data ->> 'device' as device
        from learning.interactions as i join learning.learning_sessions as s on s.id = i.learning_session_id order by i.created_at"""
    streamed = connection.execution_options(stream_results=True)
    for part in pd.read_sql(text, streamed, chunksize=500_000):
        table = pyarrow.Table.from_pandas(part, preserve_index=False)
        writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()
    connection.execution_options(stream_results=False)
    connection.rollback()


def polars_windows(pl: Any, events: Any) -> Any:
    """Distinct learners by the same method as the SQL: the next active day ends a day's contribution."""
    active = events.select("learner_id", "day").unique().sort("learner_id", "day")
    spell = active.with_columns(pl.col("day").shift(-1).over("learner_id").alias("next"))
    edges = []
    for length, name in ((1, "dau"), (7, "wau"), (28, "mau")):
        end = pl.col("day").dt.offset_by(f"{length}d")
        out = spell.select(pl.min_horizontal(end, pl.col("next").fill_null(end)).alias("day"), pl.lit(-1).alias(name))
        edges.append(pl.concat([spell.select("day", pl.lit(1).alias(name)), out]).group_by("day").agg(pl.sum(name)).sort("day"))
    return [edge.with_columns(pl.col(name).cum_sum()).collect() for edge, name in zip(edges, ("dau", "wau", "mau"), strict=True)]


def polars_cohorts(pl: Any, events: Any, people: Any) -> Any:
    """Start day by week."""
    active = events.select("learner_id", "day").unique().join(people.lazy(), on="learner_id")
    week = ((pl.col("day") - pl.col("start_day")).dt.total_days() // 7).alias("week")
    come = active.filter(pl.col("day") >= pl.col("start_day")).select("learner_id", "start_day", week).unique()
    placed = come.with_columns(
        pl.col("week").filter(pl.col("week") > 0).min().over("learner_id").alias("back"),
        pl.col("week").max().over("learner_id").alias("last"),
    )
    counts = [
        pl.len().alias("active"),
        (pl.col("week") == pl.col("back")).sum(),
        (pl.col("week") == pl.col("last")).sum().alias("last_active"),
    ]
    return placed.group_by("start_day", "week").agg(counts[0], counts[1].alias("first_back"), counts[2]).sort("start_day", "week").collect()


def polars_states(pl: Any, events: Any, people: Any) -> Any:
    """How many learners went from which state to which."""
    active = events.select("learner_id", "day").unique()
    asks, states = [], []
    for place, on in enumerate(MOMENTS):
        day, week = pl.col("day"), on - timedelta(days=6)
        first, last, gone, back = (f"{name}{place}" for name in ("first", "last", "gone", "back"))
        asks += [day.filter(day <= on).min().alias(first), day.filter(day <= on).max().alias(last)]
        asks += [day.filter(day < week).max().alias(gone), day.filter(day.is_between(week, on)).min().alias(back)]
        gap = (pl.col(back) - pl.col(gone)).dt.total_days()
        states.append(
            pl.when(pl.col("start_day") > on).then(pl.lit("not_joined")).when(pl.col(first).is_null()).then(pl.lit("never_started"))
            .when(pl.col(first) >= week).then(pl.lit("new")).when(gap >= 28).then(pl.lit("returned"))
            .when(pl.col(back).is_not_null()).then(pl.lit("active"))
            .when(pl.col(last) > on - timedelta(days=28)).then(pl.lit("at_risk")).otherwise(pl.lit("dormant")).alias(f"state{place}")
        )  # fmt: skip
    known = (
        people.lazy().filter(pl.col("start_day") <= MOMENTS[1]).join(active.group_by("learner_id").agg(asks), on="learner_id", how="left")
    )
    return known.select(states).group_by("state0", "state1").len().collect()


def polars_sessions(pl: Any, events: Any) -> Any:
    """Sessions a day and device with the quantiles of their lengths."""
    spans = events.group_by("learner_id", "session_id").agg(
        pl.min("started_at").alias("begun"), pl.first("ended_at").alias("ended"), pl.first("device")
    )
    lengths = spans.with_columns(
        (pl.col("ended") - pl.col("begun")).dt.total_milliseconds().alias("ms"), pl.col("begun").dt.date().alias("day")
    )
    return lengths.group_by("day", "device").agg(pl.len(), pl.col("ms").median(), pl.col("ms").quantile(0.95).alias("p95")).collect()


def show(one: Measured) -> None:
    """A table of one size."""
    print(
        f"\n{one.rows:,} events over 365 days{'wall ms':>20}{'CPU ms':>10}{'raw SQL ms':>13}{'CPU ms':>10}{'polars ms':>12}{'CPU ms':>10}"
    )
    for name in ROLLED:
        fast, slow = one.rolled[name], one.raw[name]
        other = one.polars.get(name, Spent(float("nan"), float("nan")))
        line = f"  {name:26}{fast.wall * 1e3:12.1f}{fast.cpu * 1e3:10.1f}{slow.wall * 1e3:13.0f}{slow.cpu * 1e3:10.0f}"
        print(f"{line}{other.wall * 1e3:12.0f}{other.cpu * 1e3:10.0f}")
    print(f"  full rebuild {one.full.wall:.1f} s (CPU {one.full.cpu:.1f}); one day {one.day.wall:.2f} s (CPU {one.day.cpu:.2f})")


def judge(measured: list[Measured]) -> None:
    """The goals, each with its figures."""
    print()
    for one in measured:
        fast, slow = one.total("rolled"), one.total("raw")
        say(
            slow.wall / fast.wall >= 20,
            f"{one.rows:,}: rollups at least 20 times as fast as SQL over raw events: {slow.wall / fast.wall:.0f}",
        )
        if one.polars:
            ratio = one.total("polars").wall / fast.wall
            say(ratio >= 3, f"{one.rows:,}: rollups at least 3 times as fast as polars over Parquet: {ratio:.1f}")
        share = one.day.wall / one.full.wall
        say(share <= 0.05, f"{one.rows:,}: refresh of one day at most 5 % of a full rebuild: {share:.1%}")
    if len(measured) > 1:
        ratio = measured[-1].total("rolled").wall / measured[0].total("rolled").wall
        say(ratio <= 2, f"{measured[-1].rows:,} rows take at most twice the time of {measured[0].rows:,}: {ratio:.2f}")


if __name__ == "__main__":
    main()
