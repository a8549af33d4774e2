"""What the data checks cost: all of them over the simulated platforms, and one large table against aggregate queries written for it.

    python benchmarks/check.py [--rows 1000000] [--rounds 3]

All four platforms are simulated at their default size and every rule is asked once (goal: under 20 s with the import of Great
Expectations, and under 500 MB). Then the answers of MUED are copied, with keys of their own, until there are `--rows` of them. Its suite is
asked through Great Expectations, and by hand: one query that scans the table once and counts the rows that break each rule, the other rules
as scalar sub-queries beside it (goal: at most 2.5 times as long). The first round of each warms up and does not count.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
from sqlalchemy import Connection

from workbench import check, db, embedded, migrate, paths, rollup, seed
from workbench.checking import asking, catalogue, session
from workbench.checking.schema import Suite

TABLE = "mued.ai_dialogue_log"
END = date(2026, 9, 1)
AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
COPIES = """
insert into mued.ai_dialogue_log (
    user_id, session_id, query, response, citations, latency_ms, citation_rate, token_cost_jpy, relevance_score, user_feedback, model,
    source, input_tokens, output_tokens, error_code, created_at, recorded_at)
select user_id, session_id, query, response, citations, latency_ms, citation_rate, token_cost_jpy, relevance_score, user_feedback, model,
       source, input_tokens, output_tokens, error_code, created_at, recorded_at
from mued.ai_dialogue_log cross join generate_series(2, %(copies)s)
"""


def main() -> None:
    """Measure, print, and say which goals are met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with embedded.temporary_server(shared_buffers="1GB", max_wal_size="8GB") as url, db.engine(url=url).connect() as connection:
        simulate(connection)
        whole = seconds(lambda: say_rules(check.run(connection, as_of=AS_OF, record=False)))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(whole <= 20, f"all rules over the simulated platforms in {whole:.1f} s, Great Expectations imported on the way")
        say(memory <= 500, f"most memory used: {memory:.0f} MB")
        number = grow(connection, given.rows)
        suite = next(suite for suite in check.load_suites() if suite.name == TABLE)
        query = by_hand(connection, suite)
        ours = rounds(given.rounds, lambda: say_rules(check.run(connection, [TABLE], as_of=AS_OF, record=False)))
        hand = rounds(given.rounds, lambda: asked(connection, query))
        print(f"{number:,} rows, {len(suite.rules)} rules: checks {ours:.2f} s, one query by hand {hand:.2f} s")
        say(ours / hand <= 2.5, f"checks take {ours / hand:.2f} times as long as the query by hand")


def simulate(connection: Connection) -> None:
    """All platforms at their default size."""
    migrate.setup(connection)
    for platform in paths.PLATFORMS:
        seed.seed(connection, platform, end=END)
        connection.commit()
    rollup.refresh(connection)
    connection.commit()


def grow(connection: Connection, rows: int) -> int:
    """Copy the answers until there are about as many; returns how many there are."""
    there = connection.exec_driver_sql(f"select count(*) from {TABLE}").scalar_one()  # noqa: S608 -- a name of this file
    connection.exec_driver_sql("set session_replication_role = replica")  # no trigger notes the days: nobody rolls them up
    connection.exec_driver_sql(COPIES, {"copies": max(rows // there, 1)})
    connection.exec_driver_sql("reset session_replication_role")
    connection.commit()
    with psycopg.connect(**db.parameters(connection.engine.url), autocommit=True) as alone:
        alone.execute(f"vacuum analyze {TABLE}")
    return connection.exec_driver_sql(f"select count(*) from {TABLE}").scalar_one()  # noqa: S608


def by_hand(connection: Connection, suite: Suite) -> str:
    """One query with the same rules."""
    with session.opened(connection.engine.url, AS_OF, None) as opened:
        columns = catalogue.columns(opened[0], [TABLE])[TABLE]
    filters = [f"count(*) filter (where {condition})" for rule in suite.rules if (condition := asking.failing(rule, columns))]
    others = [f"({asking.count(suite, rule)})" for rule in suite.rules if rule.form in ("unique", "query")]
    return f"select {', '.join(filters + others)} from {TABLE}"  # noqa: S608


def asked(connection: Connection, query: str) -> None:
    """Ask it as the checks do: as of the same instant."""
    connection.exec_driver_sql("select set_config('workbench.check_as_of', %s, false)", (AS_OF.isoformat(),))
    connection.exec_driver_sql(query.replace("%", "%%")).all()
    connection.rollback()


def say_rules(run: check.CheckRun) -> None:
    """A line about a run, so that nobody compares runs that found nothing with runs that broke off."""
    assert not run.errors, run.text()
    print(f"  {run.text().splitlines()[0]}")


def rounds(number: int, work: Callable[[], None]) -> float:
    """Median of the seconds of some rounds after one that does not count."""
    work()
    return statistics.median(seconds(work) for _ in range(number))


def seconds(work: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(is_met: bool, goal: str) -> None:
    """A goal with its figure."""
    print(f"{'met   ' if is_met else 'MISSED'}  {goal}")


if __name__ == "__main__":
    main()
