"""Data checks: load the suites, run them through Great Expectations as the reading role, keep what was found.

    from workbench import check, connect

    with connect() as connection:
        run = check.run(connection, ["mued.provenance"])
    print(run.text())

The rules of a table that judge rows share one scan; which rows fail is asked in a second pass, only where something does, and only
their keys are read. Rules loaded, asked and answered are the same rules: whatever got no answer is an error that names file and rule.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from workbench import sqlfiles
from workbench.checking import answering, ledger, session
from workbench.checking import suites as suite_files
from workbench.checking.asking import Part
from workbench.checking.results import CheckRun, RuleResult
from workbench.checking.schema import SCHEMAS, Rule, Suite
from workbench.checking.targets import Chosen, choose
from workbench.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["CheckRun", "Rule", "RuleResult", "Suite", "load_suites", "run"]

Progress = Callable[[int, int | None, str], None]


def load_suites(folder: Path | None = None, extra: Iterable[Path] | None = None) -> list[Suite]:
    """All suites, without a database.

    Args:
        folder: the shipped files, by default `expectations/`. extra: folders with your own, by default those of `WORKBENCH_CHECKS_PATH`.

    Raises:
        UsageError: a file is wrong; the sentence names file, rule, field and what is allowed.
    """
    return suite_files.load(folder, extra)


def run(
    connection: "Connection", targets: Iterable[str] | None = None, *, since: datetime | None = None, sample: float | None = None,
    as_of: datetime | None = None, progress: Progress | None = None, record: bool = True, suites: Iterable[Suite] | None = None,
) -> CheckRun:  # fmt: skip
    """Run the rules that the targets name, all without a target.

    Args:
        connection: tells which database; the run has connections of its own, as `workbench_reader`, and sees what is committed.
        targets: platforms, tables, topics, rule ids or patterns of them.
        since: judge row by row only rows from then on (by the suite's `time`). sample: and of those only so many per cent.
            Uniqueness and SQL rules see all rows; SQL rules ask `marts.check_since()` where they can.
        as_of: judge freshness and retention as of this instant instead of now.
        progress: told rules done, rules in all, and the table.
        record: keep the results in `marts.check_run` and `marts.check_result`.
        suites: instead of those of `load_suites()`.

    Raises:
        UsageError: a suite file is wrong, a target names nothing, or nothing is left to check here.
        DatabaseUnreachable: no server answers. One that is lost on the way leaves errors in the results.
    """
    started = datetime.now(UTC)
    asked = tuple(targets or ())
    chosen = choose(load_suites() if suites is None else list(suites), asked)
    with session.opened(connection.engine.url, as_of, since) as opened:
        here = {row[0] for row in _catalogue(opened, "schemas", names=list(SCHEMAS))}
        kept, skipped = _installed(chosen, here)
        results = _answers(opened, kept, Part(since, sample), _instants(as_of, since), progress)
    platforms = tuple(schema for schema in SCHEMAS if any(suite.platform == schema for suite, _ in kept))
    times = (str(uuid4()), started, datetime.now(UTC), as_of, since, sample)
    found = CheckRun(*times, platforms, skipped, asked, results)
    if record and not any(result.fault == "unreachable" for result in results):
        ledger.record(connection.engine.url, found)
    return found


def _installed(chosen: Chosen, here: set[str]) -> tuple[Chosen, tuple[str, ...]]:
    """What can be asked of this database, and the platforms that are not set up in it."""
    kept = []
    for suite, rules in chosen:
        left = [rule for rule in rules if _schemas(suite, rule) <= here]
        kept += [(suite, left)] if left else []
    skipped = tuple(schema for schema in SCHEMAS if schema not in here and any(suite.platform == schema for suite, _ in chosen))
    if not kept:
        raise UsageError(f"There is nothing to check: {', '.join(skipped) or 'no suite'} is not set up here; run `workbench db up`.")
    return kept, skipped


def _schemas(suite: Suite, rule: Rule) -> set[str]:
    return {suite.platform, *(table.split(".")[0] for table in (suite.table, *rule.reads))}


def _catalogue(opened: session.Session, name: str, **parameters: object) -> list[tuple]:
    with opened.engine.connect() as connection:
        return [tuple(row) for row in sqlfiles.fetch(connection, f"marts/check/{name}", **parameters)]


def _answers(opened: session.Session, chosen: Chosen, part: Part, instants: str, progress: Progress | None) -> list[RuleResult]:
    tables = sorted({suite.table for suite, _ in chosen})
    columns = answering.columns(opened, tables, _catalogue(opened, "columns", tables=tables))
    total, results = sum(len(rules) for _, rules in chosen), []
    for suite, rules in chosen:
        if progress:
            progress(len(results), total, suite.name)
        results += answering.Examination(opened, suite, columns[suite.table], part, instants).answers(rules)
    if progress:
        progress(total, total, "done")
    return results


def _instants(as_of: datetime | None, since: datetime | None) -> str:
    """Settings by which a person sees what the run saw."""
    values = {"workbench.check_as_of": as_of, "workbench.check_since": since}
    return "".join(f"set {name} = '{value.isoformat()}'; " for name, value in values.items() if value)
