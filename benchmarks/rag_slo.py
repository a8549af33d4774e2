"""What the report's frames cost from the rollups, from SQL over the raw rows, and from the raw rows in pandas.

    python benchmarks/rag_slo.py [--rows 1000000 10000000] [--rounds 9] [--read-rows 1000000]

Simulated answers of 365 days in `mued.ai_dialogue_log` (three models, two sources, 5,000 learners, heavy-tailed latency, 1 % errors, one
citation on average), on a server of its own; keys, checks and indexes that neither reports nor rollups use are left out, to load faster.
The frames: the 22 counts and sums by day (answers, errors, cost, citations and how they resolve, relevance, feedback, tokens); p50, p95,
p99 by day; the same over all 365 days; the counts and sums by model and source; percentiles by model. Per size:

- from the rollups, by the functions of `workbench.queries.marts` (median of the rounds);
- from the raw rows, by SQL with `percentile_cont` over `marts.fact_ai_answer` (once; the rebuild has warmed the cache);
- from the raw rows, by `pandas.read_sql` and groupby (once, over `--read-rows` rows at most, scaled to all);
- the rollups themselves: a full rebuild, and the refresh after one row was added to one day (median of three).

"Wall" is time on the clock; "CPU" that of this process and of the server's processes together: other work on the machine moves it less.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import psutil
from sqlalchemy import Connection

from workbench import db, embedded, migrate, rollup
from workbench.queries import marts

PERIOD = {"start": "2025-09-01", "end": "2026-09-01"}
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "random_page_cost": "1.1"}
PERCENTILES = ["p50_ms", "p95_ms", "p99_ms"]
UNUSED = ("idx_ai_dialogue_user", "idx_ai_dialogue_user_created", "idx_ai_dialogue_session", "idx_ai_dialogue_citations")
SLOWING = ("ai_dialogue_log_pkey", "ai_dialogue_citations_shape")

CONTENT = """
insert into mued.provenance (id, content_type, license_type, acquisition_method, acquired_at, retention_years, permission_flag)
select md5('content' || i)::uuid, 'material', case when mod(i, 50) > 0 then 'cc_by'::mued.license_type end, 'manual_upload', '2025-01-01',
       case when mod(i, 40) = 0 then 1 end, mod(i, 60) > 0
from generate_series(1, 2000) as i
"""
ANSWERS = """
insert into mued.ai_dialogue_log (
    user_id, citations, latency_ms, citation_rate, token_cost_jpy, relevance_score, user_feedback, model, source, input_tokens,
    output_tokens, error_code, created_at, recorded_at)
select md5('learner' || floor(random() * 5000))::uuid,
       case when cited < 0.1 then '[]' else '[{"provenance_id": "' || md5('content' || floor(random() * 2020))::uuid || '"}' ||
           case when cited < 0.6 then '' else ', {"provenance_id": "' || md5('content' || floor(random() * 2020))::uuid || '"}' end || ']'
       end::jsonb,
       case when not failed then round((
           exp(6.6 + 0.35 * model + (0.4 + 0.1 * model) * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))
           * case when random() < 0.004 then 20 else 1 end)::numeric, 1) end,
       round((random() * 100)::numeric, 2), case when random() < 0.99 then round((0.2 + model * random())::numeric, 4) end,
       round(least(1, 0.55 + 0.45 * random())::numeric, 3), (array[1, 1, 1, 0, -1])[ceil(random() * 40)],
       'model-' || model, case when random() < 0.7 then 'note' else 'local' end, 500, 300, case when failed then 'timeout' end, at, at
from (
    select random() as cited, random() < 0.01 as failed, ceil(random() * 3) as model,
           timestamptz '2025-09-01' + i * (interval '365 days' / %(rows)s) as at
    from generate_series(0, %(rows)s - 1) as i
) as answer
"""
# ruff: noqa: S608 -- the pieces below are constants of this file
WITHIN = "occurred_at >= %(start)s and occurred_at < %(end)s"
EXACT = "percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms) as p"
DAY = "(occurred_at at time zone 'UTC')::date"
SPLIT = "answers, p[1] as p50_ms, p[2] as p95_ms, p[3] as p99_ms"
FINE = f"count(*) as answers, {EXACT} from marts.fact_ai_answer where {WITHIN} and not is_error"
SUMS = """
with answer as (
    select {key}, count(*) as answers, count(*) filter (where is_error) as errors,
           count(*) filter (where not is_error and citation_count > 0) as cited, count(cost_jpy) as priced,
           sum(cost_jpy)::float8 as cost_jpy, sum(cost_jpy * cost_jpy)::float8 as cost_square_sum,
           count(citation_rate_pct) filter (where not is_error) as citation_rate_count,
           sum(citation_rate_pct) filter (where not is_error) as citation_rate_sum,
           sum(citation_rate_pct ^ 2) filter (where not is_error) as citation_rate_square_sum,
           count(relevance_score) filter (where not is_error) as relevance_count,
           sum(relevance_score) filter (where not is_error) as relevance_sum,
           sum(relevance_score ^ 2) filter (where not is_error) as relevance_square_sum,
           count(*) filter (where feedback = 1) as feedback_up, count(*) filter (where feedback = 0) as feedback_zero,
           count(*) filter (where feedback = -1) as feedback_down,
           sum(input_tokens)::bigint as input_tokens, sum(output_tokens)::bigint as output_tokens
    from marts.fact_ai_answer where {within} group by {group}
), citation as (
    select {key}, count(*) as citations, count(*) filter (where resolution = 'resolvable') as resolvable_citations,
           count(*) filter (where resolution = 'missing') as citations_missing,
           count(*) filter (where resolution = 'not_permitted') as citations_not_permitted,
           count(*) filter (where resolution = 'unlicensed') as citations_unlicensed,
           count(*) filter (where resolution = 'expired') as citations_expired
    from marts.fact_citation where {within} group by {group}
)
select * from answer join citation using ({names}) order by {names}
"""
RAW = {
    "by day": SUMS.format(key=f"{DAY} as day", group=1, names="day", within=WITHIN),
    "latency by day": f"select day, {SPLIT} from (select {DAY} as day, {FINE} group by 1) as d order by 1",
    "latency of the period": f"select {SPLIT} from (select {FINE}) as d",
    "by model": SUMS.format(key="model, source", group="1, 2", names="model, source", within=WITHIN),
    "latency by model": f"select model, {SPLIT} from (select model, {FINE} group by 1) as d order by 1",
}
ROLLED: dict[str, Callable[[Connection], pd.DataFrame]] = {
    "by day": lambda connection: marts.ai_answer_daily(connection, **PERIOD),
    "latency by day": lambda connection: marts.ai_latency_daily(connection, **PERIOD),
    "latency of the period": lambda connection: marts.ai_latency_period(connection, **PERIOD),
    "by model": lambda connection: marts.ai_answer_by_model(connection, **PERIOD),
    "latency by model": lambda connection: marts.ai_latency_period(connection, **PERIOD, by_model=True),
}
TOUCH = "insert into mued.ai_dialogue_log (latency_ms, created_at) values (1000, timestamptz '2026-03-10' + %s * interval '5 days')"
ANSWER_ROWS = f"""
select occurred_at, model, source, is_error, latency_ms, cost_jpy, citation_count, citation_rate_pct, relevance_score, feedback,
       input_tokens, output_tokens
from marts.fact_ai_answer where {WITHIN} order by occurred_at limit %(rows)s"""
CITATION_ROWS = f"select occurred_at, model, source, resolution from marts.fact_citation where {WITHIN} and occurred_at <= %(last)s"


@dataclass
class Spent:
    """Seconds on the clock and of the processors."""

    wall: float
    cpu: float


@dataclass
class Measured:
    """All figures of one size; frames by name for the rollups and the raw SQL."""

    rows: int
    rolled: dict[str, Spent]
    raw: dict[str, Spent]
    pandas: Spent
    full: Spent
    day: Spent
    summaries: float
    error: float

    def total(self, which: str) -> Spent:
        """All frames together."""
        parts = getattr(self, which).values()
        return Spent(sum(part.wall for part in parts), sum(part.cpu for part in parts))


def main() -> None:
    """Measure, print tables, and say which goals are met."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--read-rows", type=int, default=1_000_000, help="rows that pandas reads at most")
    options = asked.parse_args()
    measured = []
    for rows in options.rows:
        with embedded.temporary_server(memory=False, **SETTINGS) as url, db.engine(None, url).connect() as connection:
            generate(connection, rows)
            measured.append(measure(connection, rows, options.rounds, options.read_rows))
        show(measured[-1])
    judge(measured)


def generate(connection: Connection, rows: int) -> None:
    """The schemas and so many answers, spread evenly over the period; triggers and references rest meanwhile, the index comes last."""
    migrate.setup(connection, ["mued"])
    connection.commit()
    for index in (*UNUSED, "idx_ai_dialogue_created"):
        connection.exec_driver_sql(f"drop index mued.{index}")
    for constraint in SLOWING:
        connection.exec_driver_sql(f"alter table mued.ai_dialogue_log drop constraint {constraint}")
    connection.exec_driver_sql("set session_replication_role to replica")
    connection.exec_driver_sql(CONTENT)
    connection.exec_driver_sql(ANSWERS, {"rows": rows})
    connection.exec_driver_sql("set session_replication_role to origin")
    connection.exec_driver_sql("create index idx_ai_dialogue_created on mued.ai_dialogue_log (created_at)")
    connection.commit()
    settle(connection)


def settle(connection: Connection) -> None:
    """What the server does by itself within a minute after many rows were written."""
    connection.commit()
    driver = connection.connection.driver_connection
    driver.autocommit = True
    driver.execute("vacuum analyze")
    driver.autocommit = False


def measure(connection: Connection, rows: int, rounds: int, read_rows: int) -> Measured:
    """Everything of one size, the rollups first because the frames need them."""
    postmaster = psutil.Process(connection.exec_driver_sql("select pg_backend_pid()").scalar_one()).parent()
    connection.rollback()
    full = spent(postmaster, lambda: rollup.refresh(connection, full=True))
    days, summaries = [], []
    for number in range(3):
        connection.exec_driver_sql(TOUCH, (number,))
        connection.commit()
        reports: list[rollup.RefreshReport] = []
        days.append(spent(postmaster, lambda reports=reports: reports.append(rollup.refresh(connection))))
        summaries.append(reports[0].summary_seconds)
    settle(connection)
    rolled = {name: median([spent(postmaster, lambda ask=ask: ask(connection)) for _ in range(rounds)]) for name, ask in ROLLED.items()}
    raw = {name: spent(postmaster, lambda text=text: pd.read_sql(text, connection, params=PERIOD)) for name, text in RAW.items()}
    some = min(rows, read_rows)
    read = spent(postmaster, lambda: in_pandas(connection, some))
    scaled = Spent(read.wall * rows / some, read.cpu * rows / some)
    check_sums(connection)
    error = largest_error(connection)
    connection.rollback()
    return Measured(rows, rolled, raw, scaled, full, median(days), statistics.median(summaries), error)


def in_pandas(connection: Connection, rows: int) -> list[object]:
    """The frames from rows that were read one by one."""
    read = pd.read_sql(ANSWER_ROWS, connection, params={**PERIOD, "rows": rows})
    cited = pd.read_sql(CITATION_ROWS, connection, params={**PERIOD, "last": read["occurred_at"].iloc[-1]})
    read["is_cited"] = ~read["is_error"] & (read["citation_count"] > 0)
    for name in ("cost_jpy", "citation_rate_pct", "relevance_score"):
        read[f"{name}_square"] = read[name] ** 2
    for value in (-1, 0, 1):
        read[f"feedback_{value}"] = read["feedback"] == value
    fine = read[~read["is_error"]]
    kinds = pd.crosstab(cited["occurred_at"].dt.floor("D"), cited["resolution"])
    measures = [name for name in read if name not in ("occurred_at", "model", "source", "latency_ms", "feedback")]
    quantiles = [0.5, 0.95, 0.99]
    by_day, by_model = read["occurred_at"].dt.floor("D"), ["model", "source"]
    return [
        read.groupby(by_day)[measures].agg(["sum", "count"]),
        kinds,
        fine.groupby(by_day)["latency_ms"].quantile(quantiles), fine["latency_ms"].quantile(quantiles),
        read.groupby(by_model)[measures].agg(["sum", "count"]), cited.groupby([*by_model, "resolution"]).size(),
        fine.groupby("model")["latency_ms"].quantile(quantiles),
    ]  # fmt: skip


def check_sums(connection: Connection) -> None:
    """The counts and sums from the rollups are those of the raw rows."""
    for name, keys in (("by day", ["day"]), ("by model", ["model", "source"])):
        exact = pd.read_sql(RAW[name], connection, params=PERIOD).astype({"day": "datetime64[us]"} if keys == ["day"] else {})
        found = ROLLED[name](connection).set_index(keys)
        shared = exact.set_index(keys).reindex(columns=found.columns)
        pd.testing.assert_frame_equal(found.loc[shared.index], shared, check_dtype=False, check_index_type=False, rtol=1e-9)


def largest_error(connection: Connection) -> float:
    """The largest relative difference between a percentile from the rollups and the exact one, over all frames."""
    worst = 0.0
    for name in ("latency by day", "latency of the period", "latency by model"):
        exact = pd.read_sql(RAW[name], connection, params=PERIOD)
        found = ROLLED[name](connection)
        if name == "latency by model":
            exact, found = exact[exact["model"].notna()], found[found["model"] != "unknown"]
        difference = found[PERCENTILES].to_numpy() / exact[PERCENTILES].to_numpy(dtype=float) - 1
        worst = max(worst, float(np.abs(difference).max()))
    return worst


def spent(postmaster: psutil.Process, work: Callable[[], object]) -> Spent:
    """What a piece of work takes."""
    before, wall = cpu(postmaster), time.perf_counter()
    work()
    return Spent(time.perf_counter() - wall, cpu(postmaster) - before)


def cpu(postmaster: psutil.Process) -> float:
    """CPU seconds so far of this process, the server's processes and those they waited for."""
    processes = [psutil.Process(), *postmaster.children(recursive=True)]
    ended = postmaster.cpu_times()
    return ended.children_user + ended.children_system + sum(sum(process.cpu_times()[:2]) for process in processes)


def median(found: list[Spent]) -> Spent:
    """Medians of both figures."""
    return Spent(statistics.median(one.wall for one in found), statistics.fmean(one.cpu for one in found))


def show(one: Measured) -> None:
    """A table of one size."""
    print(f"\n{one.rows:,} answers over 365 days{'wall ms':>22}{'CPU ms':>10}{'raw SQL ms':>13}{'CPU ms':>10}")
    for name in ROLLED:
        fast, slow = one.rolled[name], one.raw[name]
        print(f"  {name:34}{fast.wall * 1e3:12.1f}{fast.cpu * 1e3:10.1f}{slow.wall * 1e3:13.0f}{slow.cpu * 1e3:10.0f}")
    fast, slow = one.total("rolled"), one.total("raw")
    print(f"  {'all frames':34}{fast.wall * 1e3:12.1f}{fast.cpu * 1e3:10.1f}{slow.wall * 1e3:13.0f}{slow.cpu * 1e3:10.0f}")
    print(f"  pandas.read_sql of the rows, and groupby: {one.pandas.wall:.1f} s, CPU {one.pandas.cpu:.1f} s")
    print(f"  raw SQL : rollups = {slow.wall / fast.wall:.0f} (CPU {slow.cpu / fast.cpu:.0f})")
    print(f"  read_sql : rollups = {one.pandas.wall / fast.wall:.0f} (CPU {one.pandas.cpu / fast.cpu:.0f})")
    print(f"  full rebuild {one.full.wall:.1f} s (CPU {one.full.cpu:.1f}); one day {one.day.wall:.2f} s (CPU {one.day.cpu:.2f}),")
    print(f"    of that the platform's materialized views {one.summaries:.2f} s")
    print(f"  largest error of a percentile: {one.error:.3%}")


def judge(measured: list[Measured]) -> None:
    """The goals, each with its figures."""
    print()
    for one in measured:
        fast, slow = one.total("rolled"), one.total("raw")
        say(slow.wall / fast.wall >= 100, f"{one.rows:,}: rollups at least 100 times as fast as percentile_cont over raw rows")
        say(one.pandas.wall / fast.wall >= 400, f"{one.rows:,}: rollups at least 400 times as fast as pandas.read_sql of the rows")
        say(one.error <= 0.01, f"{one.rows:,}: every percentile within 1 % of exact")
        say(one.day.wall / one.full.wall <= 0.03, f"{one.rows:,}: refresh of one day at most 3 % of a full rebuild")
    if len(measured) > 1:
        ratio = measured[-1].total("rolled").wall / measured[0].total("rolled").wall
        say(ratio <= 2, f"{measured[-1].rows:,} rows take at most twice the time of {measured[0].rows:,}: {ratio:.2f}")


def say(is_met: bool, goal: str) -> None:
    """One goal."""
    print(f"{'met   ' if is_met else 'MISSED'}  {goal}")


if __name__ == "__main__":
    main()
