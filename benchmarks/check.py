"""What the data checks cost: all of them over the simulated platforms, and one large table against aggregate queries written for it.

    python benchmarks/check.py [--rows 1000000] [--rounds 3]

All four platforms are simulated at their default size and every rule is asked once (goal: under 20 s with the import of Great
Expectations, and under 500 MB). Then the answers of MUED are copied, with keys of their own, until there are `--rows` of them. Its suite is
asked through Great Expectations, and by `check_by_hand.sql`, one query that counts what breaks the same rules (goal: at most 2.5 times as
long, and as much work of server and Python together). Rounds take turns, because other work slows both; the first does not count. In the
end the rules are broken, and both must find the same ones.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import URL, Connection

from workbench import check, db, embedded, migrate, paths, rollup, seed
from workbench.checking import session
from workbench.checking.schema import Suite

TABLE = "mued.ai_dialogue_log"
BY_HAND = Path(__file__).with_suffix("").with_name("check_by_hand.sql")
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
        ours, hand = rounds(
            url, given.rounds, lambda: say_rules(check.run(connection, [TABLE], as_of=AS_OF, record=False)), lambda: by_hand(url)
        )
        print(f"{number:,} rows, {len(suite.rules)} rules: checks {ours.words}, one query by hand {hand.words}")
        say(ours.seconds / hand.seconds <= 2.5, f"checks take {ours.seconds / hand.seconds:.2f} times as long as the query by hand")
        say(ours.work / hand.work <= 2.5, f"and {ours.work / hand.work:.2f} times the work")
        break_all(url, suite)
        found = {result.rule.id for result in check.run(connection, [TABLE], as_of=AS_OF, record=False).worst("info")}
        say(found == by_hand(url), f"with every rule broken both find the same {len(found)} at fault")


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


def by_hand(url: URL) -> set[str]:
    """Ask the query by hand, as of the same instant; returns the rules that do not hold."""
    with session.connection(url, {"workbench.check_as_of": AS_OF}) as alone:
        alone.execute("set role none")  # it reads the texts themselves
        asked = alone.execute(BY_HAND.read_text(encoding="utf-8"))
        names, counts = [column.name for column in asked.description or []], asked.fetchone() or ()
    return {name for name, count in zip(names, counts, strict=True) if count}


def break_all(url: URL, suite: Suite) -> None:
    """Make every rule fail at once, by what its file says, but for silence, which would take the other faults away."""
    with psycopg.connect(**db.parameters(url), autocommit=True) as alone:
        alone.execute("set session_replication_role = replica")
        for rule in suite.rules:
            for name in rule.drop:
                column = name.removeprefix("column:")
                change = f'drop constraint if exists "{name}"' if column == name else f'alter column "{column}" drop not null'
                alone.execute(f"alter table {TABLE} {change}")
            if rule.breaks and not rule.breaks.startswith("delete"):
                alone.execute(rule.breaks)  # type: ignore[arg-type]


def say_rules(run: check.CheckRun) -> None:
    """A line about a run, so that nobody compares runs that found nothing with runs that broke off."""
    assert not run.errors, run.text()
    print(f"  {run.text().splitlines()[0]}")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of processors, of this process and of the servers."""

    seconds: float
    work: float

    @property
    def words(self) -> str:
        """Both, for the reader."""
        return f"{self.seconds:.2f} s ({self.work:.2f} s of work)"


def rounds(url: URL, number: int, *works: Callable[[], object]) -> list[Cost]:
    """Medians of rounds in which the works take turns, after one that does not count."""
    costs = [[cost(url, work) for work in works] for _ in range(number + 1)][1:]
    return [
        Cost(statistics.median(one.seconds for one in mine), statistics.median(one.work for one in mine))
        for mine in zip(*costs, strict=True)
    ]


def cost(url: URL, work: Callable[[], object]) -> Cost:
    """What it takes."""
    before = worked(url)
    took = seconds(work)
    time.sleep(0.5)  # a session that ended is counted once the server has taken note
    return Cost(took, worked(url) - before)


def worked(url: URL) -> float:
    """Seconds that this process and the server of the benchmark have been at work so far, sessions that ended among them."""
    with psycopg.connect(**db.parameters(url)) as alone:
        server = psutil.Process(psutil.Process(alone.info.backend_pid).ppid())
        return sum(sum(one.cpu_times()[:4]) for one in (psutil.Process(), server, *server.children()))  # [:4]: with children that ended


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(is_met: bool, goal: str) -> None:
    """A goal with its figure."""
    print(f"{'met   ' if is_met else 'MISSED'}  {goal}")


if __name__ == "__main__":
    main()
