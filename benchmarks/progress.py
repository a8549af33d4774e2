"""What the progress report's frames cost from the rollups, and from the raw answers.

    python benchmarks/progress.py [--rows 10000000] [--rounds 5] [--learners 10000]

Simulated answers of 365 days in `drivemaster` (`progress_data.py`: forty concepts with parameters of tracing, four hundred items), on a
server of its own. The frames that come from rollups, by the functions of `workbench.queries.progress`:

- answers, right ones and points by skill in the last month;
- where every learner stands in every skill: answers, right ones, first and last, and the state of knowledge after the replay of all;
- learning curves: learners and errors by skill, opportunity and how far learners came;
- everybody enrolled with the answers of their last four weeks;
- first answers to items, of the learners drawn for the statistics of items.

The other side answers the same from raw rows: by SQL over `marts.fact_attempt`, and the replay by `workbench.metrics.bkt` over sequences
gathered by SQL. Both must agree. Raw answers of the learners drawn, which the report reads to judge predictions, are the same for both
and are shown apart. Then the rollups themselves: a full rebuild, and the refresh after one answer was added to one day (median of three).

Replay and fit as such are measured by `benchmarks/drivemaster.py`. "Wall" is time on the clock; "CPU" that of this process and of the
server's processes together: other work on the machine moves it less.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import progress_data
import psutil
from rag_slo import Spent, median, say, settle, spent
from sqlalchemy import Connection, text

from workbench import db, embedded, rollup
from workbench.metrics import bkt
from workbench.queries import progress
from workbench.reports.progress.inputs import READ_ANSWERS

SINCE, END = date(2026, 8, 4), date(2026, 9, 1)
UNTIL = datetime(2026, 9, 1, tzinfo=UTC)
MONTH = {"start": date(2026, 8, 1), "end": END}
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "random_page_cost": "1.1", "maintenance_work_mem": "256MB"}
ONLY = {"platform": "drivemaster"}
# ruff: noqa: S608 -- the pieces below are constants of this file
GIVEN = "from marts.fact_attempt where platform = 'drivemaster' and is_correct is not null and occurred_at < '2026-09-01'"
WORK = f"""select skill_id::text, count(*) as answers, count(*) filter (where is_correct) as correct
{GIVEN} and occurred_at >= '2026-08-01' group by 1 order by 1"""
SEQUENCES = f"""select learner_id::text, skill_id::text, count(*) as answers, count(*) filter (where is_correct) as correct,
    min(occurred_at) as first_at, max(occurred_at) as last_at,
    string_agg(case when is_correct then '1' else '0' end, '' order by occurred_at, attempt_id) as outcomes
{GIVEN} group by 1, 2 order by 1, 2"""
SKILLS = "select skill_id::text, prior, learn, guess, slip from marts.dim_skill where platform = 'drivemaster' order by 1"
CURVES = f"""
with first as (
    select distinct on (learner_id, item_id) learner_id, item_id, skill_id, occurred_at, is_correct
    {GIVEN} order by learner_id, item_id, occurred_at, attempt_id),
placed as (
    select skill_id, is_correct, row_number() over (partition by learner_id, skill_id order by occurred_at, item_id) as opportunity,
           count(*) over (partition by learner_id, skill_id) as reached
    from first)
select skill_id::text, reached, opportunity, count(*) as learners, count(*) filter (where not is_correct) as errors
from placed group by 1, 2, 3 order by 1, 2, 3"""
LEARNERS = f"""select l.learner_id::text, coalesce(r.answers, 0) as recent_answers, coalesce(r.correct, 0) as recent_correct
from marts.dim_learner as l
left join (select learner_id, count(*) as answers, count(*) filter (where is_correct) as correct
           {GIVEN} and occurred_at >= '2026-08-04' group by 1) as r using (learner_id)
where l.platform = 'drivemaster' and l.role = 'learner' order by 1"""
FIRST = f"""select distinct on (learner_id, item_id) learner_id::text, item_id::text, is_correct
{GIVEN} and ('x' || substr(md5(learner_id::text), 1, 7))::bit(28)::integer < %(share)s * 268435456
order by learner_id, item_id, occurred_at, attempt_id"""


def rolled(share: float) -> dict[str, Callable[[Connection], pd.DataFrame]]:
    """The frames by name, from the rollups."""
    return {
        "answers by skill": lambda connection: progress.work(connection, **MONTH, **ONLY),
        "states of learners": lambda connection: progress.states(connection, until=UNTIL, **ONLY),
        "learning curves": lambda connection: progress.opportunities(connection, until=UNTIL, **ONLY),
        "learners": lambda connection: progress.learners(connection, since=SINCE, end=END, until=UNTIL, share=share, **ONLY),
        "first answers": lambda connection: progress.first_answers(connection, until=UNTIL, share=share, **ONLY),
    }


def raw(share: float) -> dict[str, Callable[[Connection], pd.DataFrame]]:
    """The same from raw rows."""
    return {
        "answers by skill": lambda connection: pd.read_sql(WORK, connection),
        "states of learners": replayed,
        "learning curves": lambda connection: pd.read_sql(CURVES, connection),
        "learners": lambda connection: pd.read_sql(LEARNERS, connection),
        "first answers": lambda connection: pd.read_sql(FIRST, connection, params={"share": share}),
    }


def replayed(connection: Connection) -> pd.DataFrame:
    """Every sequence of answers through the tracing."""
    skills, found = pd.read_sql(SKILLS, connection), pd.read_sql(SEQUENCES, connection)
    given = bkt.parameters(*(skills[name].to_numpy() for name in ("prior", "learn", "guess", "slip")))
    lengths = found["answers"].to_numpy()
    right = np.frombuffer("".join(found["outcomes"]).encode(), dtype=np.uint8) == ord("1")
    key = np.repeat(skills.reset_index().set_index("skill_id")["index"].reindex(found["skill_id"]).to_numpy(), lengths)
    after = bkt.replay(np.repeat(np.arange(len(found)), lengths), key, right, given).log_odds
    return found.assign(log_odds=after[np.cumsum(lengths) - 1])


def main() -> None:
    """Measure, print tables, and say which goals are met."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--rows", type=int, nargs="+", default=[10_000_000])
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--learners", type=int, default=10_000)
    options = asked.parse_args()
    for rows in options.rows:
        with embedded.temporary_server(memory=False, **SETTINGS) as url, db.engine(None, url).connect() as connection:
            progress_data.generate(connection, rows, options.learners)
            measure(connection, rows, options.rounds)


def measure(connection: Connection, rows: int, rounds: int) -> None:
    """Everything of one size, the rollups first because the frames need them."""
    postmaster = psutil.Process(connection.exec_driver_sql("select pg_backend_pid()").scalar_one()).parent()
    connection.rollback()
    full = spent(postmaster, lambda: rollup.refresh(connection, full=True))
    settle(connection)
    days = []
    for number in range(3):
        add_answer(connection, number)
        days.append(spent(postmaster, lambda: rollup.refresh(connection)))
    settle(connection)
    share = min(1.0, READ_ANSWERS / rows)

    def often(ask: Callable[[Connection], pd.DataFrame]) -> Spent:
        return median([spent(postmaster, lambda: ask(connection)) for _ in range(rounds)])

    fast = {name: often(ask) for name, ask in rolled(share).items()}
    slow = {name: spent(postmaster, lambda ask=ask: ask(connection)) for name, ask in raw(share).items()}
    check(connection, share)
    both = often(lambda connection: progress.attempts(connection, until=UNTIL, share=share, **ONLY))
    connection.rollback()
    show(rows, fast, slow, both)
    print(f"  full rebuild {full.wall:.1f} s (CPU {full.cpu:.1f}); one day {median(days).wall:.2f} s (CPU {median(days).cpu:.2f})\n")
    ratio = sum(one.wall for one in slow.values()) / sum(one.wall for one in fast.values())
    say(ratio >= 20, f"{rows:,}: frames from rollups at least 20 times as fast as from raw answers: {ratio:.0f}")


def add_answer(connection: Connection, number: int) -> None:
    """A right answer of a learner on one day in the middle of the year."""
    add = text(
        """insert into drivemaster.learning_events (user_id, content_id, concept_id, event_type, "timestamp", recorded_at, response_data)
        select user_id, content_id, concept_id, event_type, "timestamp" + interval '1 second', now(), response_data
        from drivemaster.learning_events where "timestamp" > timestamptz '2026-03-10' + :number * interval '5 days'
        order by "timestamp" limit 1"""
    )
    connection.execute(add, {"number": number})
    connection.commit()


def check(connection: Connection, share: float) -> None:
    """The frames from the rollups are those of the raw rows."""
    columns = {
        "answers by skill": ["skill_id", "answers", "correct"],
        "states of learners": ["learner_id", "skill_id", "answers", "correct", "log_odds"],
        "learning curves": ["skill_id", "reached", "opportunity", "learners", "errors"],
        "learners": ["learner_id", "recent_answers", "recent_correct"],
        "first answers": ["learner_id", "item_id", "is_correct"],
    }
    for name, wanted in columns.items():
        mine, theirs = (made[name](connection)[wanted].sort_values(wanted[:2], ignore_index=True) for made in (rolled(share), raw(share)))
        if name == "learning curves":
            mine, theirs = (one.sort_values(wanted[:3], ignore_index=True) for one in (mine, theirs))
        if name == "answers by skill":
            mine = mine[mine["answers"] > 0].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, theirs, check_dtype=False, rtol=1e-9, obj=name)


def show(rows: int, fast: dict[str, Spent], slow: dict[str, Spent], both: Spent) -> None:
    """A table of one size."""
    print(f"\n{rows:,} answers over 365 days{'wall ms':>22}{'CPU ms':>10}{'raw ms':>13}{'CPU ms':>10}")
    pairs = [*((name, one, slow[name]) for name, one in fast.items()), ("(raw answers of learners drawn)", both, both)]
    for name, one, other in pairs:
        print(f"  {name:34}{one.wall * 1e3:12.1f}{one.cpu * 1e3:10.1f}{other.wall * 1e3:13.0f}{other.cpu * 1e3:10.0f}")


if __name__ == "__main__":
    main()
