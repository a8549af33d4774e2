"""Bring the rollups up to date, and answer for an earlier moment than the last refresh.

Rollups are computed by SQL (`sql/marts/rollups/`, `sql/<platform>/rollups/`) from the fact views, day by day: a day is deleted and
inserted whole, so a refresh may be repeated, interrupted or run twice at once (definition Q4). Which days changed since the last
refresh is noted by triggers in `marts.touched_day`, in the transaction that changes them. Each batch reads that log, the facts and
nothing newer in one REPEATABLE READ transaction, so a row written meanwhile is either in the batch or still noted for the next.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from workbench import db, paths, sqlfiles
from workbench.errors import UsageError
from workbench.rollups import batch, compute, derived, earlier, learners, parts, plan
from workbench.rollups.batch import Batch
from workbench.rollups.families import ATTEMPTS
from workbench.rollups.families import chosen as of_names
from workbench.rollups.parts import Recipe
from workbench.rollups.plan import Job, Plan

Progress = Callable[[int, int | None, str], None]


MANY = 10_000
"""Rows written after which the server's statistics of the rollups are brought up to date, which it does by itself a minute later."""


@dataclass
class RefreshReport:
    """What a refresh did.

    Attributes:
        days: UTC days computed, each platform's counted apart. batches: transactions by day. rows: rows written, by rollup.
        sealed: (platform, time zone, local day) left alone because raw rows of the day were archived.
        seconds: duration of it all; summary_seconds: of that, the platforms' materialized views.
        summaries: platforms whose materialized views were refreshed.
    """

    days: int = 0
    batches: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    sealed: list[tuple[str, str, date]] = field(default_factory=list)
    seconds: float = 0.0
    summary_seconds: float = 0.0
    summaries: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        sealed = [{"platform": platform, "time_zone": zone, "day": day.isoformat()} for platform, zone, day in self.sealed]
        numbers = {"seconds": round(self.seconds, 3), "summary_seconds": round(self.summary_seconds, 3)}
        made = {"days": self.days, "batches": self.batches, "rows": dict(sorted(self.rows.items())), "summaries": self.summaries}
        return {**made, "sealed": sealed, **numbers}

    def text(self) -> str:
        """The report in a few lines for a terminal."""
        if not self.days and not self.summaries:
            return "The rollups are up to date: nothing changed since the last refresh."
        lines = [f"Computed {self.days} day{'s' * (self.days != 1)} in {self.seconds:.1f} s."]
        if self.summaries:
            lines.append(f"  summaries of {', '.join(self.summaries)}, {self.summary_seconds:.1f} s of it")
        lines += [f"  {rollup}: {count:,} rows" for rollup, count in sorted(self.rows.items())]
        if self.sealed:
            lines.append(f"  left alone, raw rows archived: {len(self.sealed)} local days, {self.sealed[0][2]} to {self.sealed[-1][2]}")
        return "\n".join(lines)


def refresh(
    connection: Connection, start: date | None = None, end: date | None = None, full: bool = False, progress: Progress | None = None
) -> RefreshReport:
    """Compute what changed since the last refresh; a second refresh at the same time waits and then finds nothing to do.

    Besides touched days, parts that are new or differently defined (a time zone added to the settings, a changed objective, fact
    view or SQL file) are computed over all days. Days that overlap a range in `marts.sealed_range` are left as they are and listed.

    Args:
        connection: of the login role (it becomes `workbench_loader` in each batch), without an open transaction.
        start, end: compute all UTC days of `[start, end)`, touched or not, and leave the others for the next refresh. Rows that depend on
            all answers of a learner (`item_response`, `learner_skill`) are computed anew only for learners with a day among these on
            which their answers changed (by a hash kept in `learner_attempt_day`).
        full: compute every day that has raw rows or stored rollups, and the rows of every learner.
        progress: told days done, days in all, and which batch.

    Raises:
        UsageError: a transaction is open, `start` is not before `end`, or an objective file is wrong.
    """
    if connection.in_transaction():
        raise UsageError("A refresh commits one transaction a batch; give it a connection without an open transaction.")
    if start and end and start >= end:
        raise UsageError(f"The range is empty: --from {start} is not before --to {end}.")
    began, report = time.monotonic(), RefreshReport()
    with db.advisory_lock(connection, "rollup"):
        connection.commit()
        with _transaction(connection):
            chosen = plan.make(connection, start, end, full)
        _run_jobs(connection, chosen, report, progress)
        _finish(connection, chosen, report)
    report.seconds = time.monotonic() - began
    return report


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """A transaction of the loader that sees one moment of the database."""
    with connection.begin():
        modes = ("set transaction isolation level repeatable read", f"set local role {db.LOADER}", "set local work_mem = '128MB'")
        # not through `db.raw`, which asks something first: after that the isolation is fixed
        connection.connection.driver_connection.execute("; ".join(modes), prepare=False)
        yield


def _run_jobs(connection: Connection, chosen: Plan, report: RefreshReport, progress: Progress | None) -> None:
    done, total = 0, sum(job.days for job in chosen.jobs)
    computed: set[tuple[str, date]] = set()
    for job in chosen.jobs:
        with _transaction(connection):
            _run_job(connection, job, report)
        computed.update((job.recipe.platform, job.start + timedelta(days=number)) for number in range(job.days))
        report.days, done = len(computed), done + job.days
        report.batches += 1
        if progress:
            progress(done, total, f"{job.recipe.platform} {job.start:%Y-%m}")
    with _transaction(connection):
        derivable = compute.derivable(connection, chosen.recipes)
    for recipe, anew in zip(chosen.recipes, chosen.anew, strict=True):
        if recipe in derivable:
            with _transaction(connection):
                report.rows.update({rollup: count for rollup, count in compute.derive(connection, recipe, anew).items() if count})


def _run_job(connection: Connection, job: Job, report: RefreshReport) -> None:
    start, end, recipe = job.start - job.reach, job.end + job.reach, job.recipe
    due = Batch(recipe, start, end, job.parts)
    if job.is_whole:
        noted = {"platform": recipe.platform, "facts": list(recipe.facts)}
        sqlfiles.execute(connection, "marts/rollups/forget_touched_days", start=job.start, end=job.end, **noted)
    compute.days(connection, due)
    compute.note(connection, recipe, start, end)
    report.rows.update(due.rows)
    known = set(report.sealed)
    report.sealed.extend(entry for zone, day in due.sealed if (entry := (recipe.platform, zone, day)) not in known)


def _finish(connection: Connection, chosen: Plan, report: RefreshReport) -> None:
    """Refresh the platforms' summaries, note how fresh the parts are now, and forget parts that are no longer kept."""
    if sum(report.rows.values()) >= MANY:  # reports that follow at once would be planned as if the tables were empty
        names = [f"marts.{name}" for recipe in chosen.recipes for name in recipe.family.tables if name in report.rows]
        with connection.begin():
            connection.exec_driver_sql(f"analyze {', '.join(dict.fromkeys(names))}")
    began = time.monotonic()
    report.summaries = _refresh_summaries(connection, chosen)
    report.summary_seconds = time.monotonic() - began
    if not chosen.is_range:
        with _transaction(connection):
            _note(connection, chosen.recipes, chosen.as_of)


def _refresh_summaries(connection: Connection, chosen: Plan) -> list[str]:
    """The materialized views of every platform that has `refresh_summaries()`, where days were computed or any fact changed; what was
    noted about facts without rollups is then done with."""
    computed = {job.recipe.platform for job in chosen.jobs}
    with _transaction(connection):
        found = sqlfiles.fetch(connection, "marts/rollups/summaries", platforms=list(paths.installed_platforms()))
    due = [row.platform for row in found if row.platform in computed or row.is_touched or chosen.full]
    for platform in due:
        with _transaction(connection):
            _forget_others(connection, [platform], chosen.recipes)
            connection.exec_driver_sql(f"select {platform}.refresh_summaries()")
    return due


def _note(connection: Connection, recipes: Sequence[Recipe], as_of: datetime) -> None:
    """Which parts are complete up to when."""
    platforms = list(dict.fromkeys(recipe.platform for recipe in recipes))
    _forget_others(connection, platforms, recipes)
    everything = [(recipe.platform, part.rollup, part.key, part.definition) for recipe in recipes for part in recipe.parts]
    kept = [f"{platform} {rollup} {key}" for platform, rollup, key, _ in everything]
    sqlfiles.execute(connection, "marts/rollups/retire_states", platforms=platforms, parts=kept)
    names = ("platforms", "rollups", "parts", "definitions")
    columns = {name: [row[place] for row in everything] for place, name in enumerate(names)}
    sqlfiles.execute(connection, "marts/rollups/note_states", refreshed_at=as_of, **columns)


def _forget_others(connection: Connection, platforms: Sequence[str], recipes: Sequence[Recipe]) -> None:
    """Forget what was noted about facts of these platforms that no rollup is made of."""
    kept = [f"{recipe.platform} {fact}" for recipe in recipes for fact in (*recipe.facts, derived.SOURCE)]
    sqlfiles.execute(connection, "marts/rollups/forget_other_days", platforms=platforms, kept=kept)


@dataclass(frozen=True)
class CutOff:
    """Up to when the figures of a connection reach.

    Attributes:
        at: only rows that happened and were recorded before this instant count.
        source: `rollups` (stored, as of their last refresh) or `facts` (computed for this session).
    """

    at: datetime
    source: str


@contextmanager
def cut_off(
    connection: Connection, at: datetime | None, start: date, end: date, platform: str | Sequence[str] = "all", timezone: str = "UTC",
    families: Sequence[str] = ("answers",),
) -> Iterator[CutOff]:  # fmt: skip
    """Let every query of `workbench.queries.marts` on this connection answer as of `at`.

    The stored rollups are used when they are not newer than `at`; then the cut-off is their last refresh. For an earlier one, or
    when a part of them is missing or out of date with its definition, they are computed from the facts for this session.

    Args:
        at: aware instant; without one the last refresh.
        start, end: local days `[start, end)` of `timezone` that will be asked for.
        families: of rollups that will be asked for: `answers` (of AI), `activity`, `attempts`. Others answer as of their last refresh.

    Raises:
        UsageError: no such platform, time zone or family, or raw rows of the days were archived and cannot be counted again.
    """
    names = parts.chosen_platforms(platform)
    parts.kept_zone(timezone)
    chosen = of_names(families)
    recipes = [recipe for recipe in plan.installed(connection, chosen) if recipe.platform in names]
    moments = [plan.refreshed_at(connection, recipe) for recipe in recipes]
    refreshed = None if None in moments else min(moments, default=None)
    if refreshed and (at is None or at >= refreshed):
        with _answering(connection, refreshed, {}):
            yield CutOff(refreshed, "rollups")
        return
    moment = at or connection.exec_driver_sql("select now()").scalar_one()
    learners.check_archived(connection, [recipe.platform for recipe in recipes if recipe.family == ATTEMPTS], moment)
    with earlier.tables(connection, recipes, moment, start, end, timezone, chosen) as sealed:
        if sealed:
            days = sorted(day for _, day in sealed)
            raise UsageError(
                f"The raw rows of {days[0]} to {days[-1]} are archived, so their figures as of {moment:%Y-%m-%d %H:%M %Z} "
                f"cannot be computed; leave out as_of to use the stored rollups."
            )
        with _answering(connection, moment, batch.earlier(chosen)):
            yield CutOff(moment, "facts")


@contextmanager
def _answering(connection: Connection, at: datetime, tables: Mapping[str, str]) -> Iterator[None]:
    connection.info[sqlfiles.REPLACED] = {"{as_of}": at.isoformat(), **tables}
    try:
        yield
    finally:
        connection.info.pop(sqlfiles.REPLACED, None)
