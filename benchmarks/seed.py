"""How long it takes to fill each platform with simulated data of the default size (500 learners, 90 days).

    python benchmarks/seed.py [--learners 500] [--days 90] [--rounds 1]

Each platform is seeded into the empty tables of a server of its own with fsync on, up to and with the commit; with all indexes, checks,
references, row security, audit and touch triggers in place. "Wall" is time on the clock, "user" the CPU of this process outside the
kernel, "CPU" all of this process and of the server's processes together: other work on the machine moves those less.

One round on two cores that others kept busy (load average 2):

    platform          rows  wall s  user s   CPU s   rows/s
    mued           112,492     7.1     0.9     6.7   15,780
    learning        65,065     1.5     0.2     1.5   43,597
    drivemaster     95,820     2.4     0.4     2.2   40,010
    video          132,776     7.1     0.4     6.6   18,629
    together       406,153    18.1     2.0    17.0   22,386

The server does the work: the client draws and encodes the rows in a tenth of the time. Rows of the audit trail are not counted.
"""

import argparse
import dataclasses
import time
from datetime import date

import psutil
from sqlalchemy import Engine

from workbench import db, embedded, migrate, seed

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclasses.dataclass(frozen=True)
class Timing:
    """What the seeding of one platform took."""

    platform: str
    rows: int
    wall: float
    user: float
    cpu: float


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--learners", type=int, default=500)
    asked.add_argument("--days", type=int, default=90)
    asked.add_argument("--rounds", type=int, default=1)
    options = asked.parse_args()
    for _ in range(options.rounds):
        with embedded.temporary_server(**DURABLE) as url:
            engine = db.engine(None, url)
            with engine.connect() as connection:
                migrate.setup(connection)
                connection.commit()
            report([timed(engine, platform, options.learners, options.days) for platform in seed.platforms()])
            engine.dispose()


def timed(engine: Engine, platform: str, learners: int, days: int) -> Timing:
    """One seeding up to its commit."""
    with engine.connect() as connection:
        backend = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
        postmaster = psutil.Process(backend).parent()
        connection.rollback()
        mine = psutil.Process()
        user, all_before, wall = mine.cpu_times().user, spent([mine, postmaster, *postmaster.children()]), time.monotonic()
        made = seed.seed(connection, platform, learners=learners, days=days, end=date(2026, 9, 1))
        connection.commit()
        wall = time.monotonic() - wall
        cpu = spent([mine, postmaster, *postmaster.children()]) - all_before
        return Timing(platform, sum(made.rows.values()), wall, mine.cpu_times().user - user, cpu)


def spent(processes: list[psutil.Process]) -> float:
    """CPU seconds of the processes so far."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def report(timings: list[Timing]) -> None:
    """One line a platform, and their sum."""
    total = Timing("together", *(sum(getattr(t, name) for t in timings) for name in ("rows", "wall", "user", "cpu")))
    print(f"{'platform':12} {'rows':>9} {'wall s':>7} {'user s':>7} {'CPU s':>7} {'rows/s':>8}")
    for one in (*timings, total):
        print(f"{one.platform:12} {one.rows:9,} {one.wall:7.1f} {one.user:7.1f} {one.cpu:7.1f} {one.rows / one.wall:8,.0f}")


if __name__ == "__main__":
    main()
