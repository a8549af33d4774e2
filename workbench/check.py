"""Data checks: load the suites, run them through Great Expectations as the reading role, keep what was found.

    from workbench import check, connect

    with connect() as connection:
        run = check.run(connection, ["mued.provenance"])
    print(run.text())

The rules of a table that judge rows share one scan; which rows fail is asked in a second pass, only where something does, and only
their keys are read. Rules loaded, asked and answered are the same rules: whatever got no answer is an error that names file and rule.

What needs a database is imported inside the functions that use it: suite files are read and listed without.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from workbench import paths
from workbench.checking import junit, service
from workbench.checking import suites as suite_files
from workbench.checking.asking import Part
from workbench.checking.results import CheckRun, RuleResult
from workbench.checking.schema import SEVERITIES, Rule, Suite, schemas
from workbench.checking.targets import Chosen, choose
from workbench.errors import UsageError
from workbench.yamlfiles import known_word

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from workbench.checking.session import Session

__all__ = [
    "CheckRun", "Rule", "RuleResult", "Suite", "draft", "lint", "list_rules", "load_suites", "publish_page", "run", "severity",
    "write_junit", "write_page",
]  # fmt: skip

WORKERS = 2
"""Suites looked at at once: while the server answers for one, Great Expectations prepares the other."""

Progress = Callable[[int, int | None, str], None]


def load_suites(folder: Path | None = None, extra: Iterable[Path] | None = None) -> list[Suite]:
    """All suites, without a database: those of the files, and one a platform made of the OpenSLO files.

    Args:
        folder: the shipped files, by default `expectations/`; of another folder no objectives are looked for.
        extra: folders with your own, by default those of `WORKBENCH_CHECKS_PATH`.

    Raises:
        UsageError: a file is wrong; the sentence names file, rule, field and what is allowed.
    """
    found = suite_files.load(folder, extra)
    return found if folder else [*found, *service.suites()]


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
    from workbench.checking import catalogue, ledger, session

    if sample is not None and not 0 < sample <= 100:
        raise UsageError(f"--sample {sample:g}: it is per cent of the rows, above 0 and at most 100.")
    started = datetime.now(UTC)
    asked = tuple(targets or ())
    chosen = choose(load_suites() if suites is None else list(suites), asked)
    with session.opened(connection.engine.url, as_of, since, WORKERS) as opened:
        kept, skipped = _installed(chosen, catalogue.schemas(opened[0], schemas()))
        results = _answers(opened, kept, Part(since, sample), _instants(as_of, since), progress)
    platforms = tuple(schema for schema in schemas() if any(suite.platform == schema for suite, _ in kept))
    times = (str(uuid4()), started, datetime.now(UTC), as_of, since, sample)
    found = CheckRun(*times, platforms, skipped, asked, results)
    if any(result.fault == "lost" for result in results) and not session.answers(connection.engine.url):
        found = replace(found, results=[replace(one, fault="unreachable") if one.fault == "lost" else one for one in results])
    if record and not any(result.fault == "unreachable" for result in found.results):
        ledger.record(connection, found)
    return found


def severity(word: str) -> str:
    """A severity, checked.

    Raises:
        UsageError: it is none.
    """
    known_word("--fail-on", word, SEVERITIES)
    return word


def list_rules(targets: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The rules that the targets name, with the table, severity, topic, reason, source and what is asked.

    Raises:
        UsageError: a suite file is wrong, or a target names nothing.
    """
    fields = ("rule", "table", "platform", "severity", "topic", "reason", "source", "says", "owner", "file")
    found = [RuleResult(rule, suite, "passed").as_dict() for suite, rules in choose(load_suites(), targets) for rule in rules]
    return [{field: one[field] for field in fields} for one in found]


def lint(files: Iterable[Path] | None = None) -> str:
    """Validate suite files, alone and beside all others, and say how many rules they hold.

    Raises:
        UsageError: one or more are wrong; a sentence for each.
    """
    given = [path.resolve() for path in files or []]
    wrong, found = [], []
    for path in given:
        try:
            found.append(suite_files.read(path, shipped=path.is_relative_to(paths.EXPECTATIONS)))
        except UsageError as error:
            wrong.append(str(error))
    if wrong:
        raise UsageError(" ".join(wrong))
    everything = load_suites()
    suite_files.refuse_twins([*found, *(suite for suite in everything if suite.path.resolve() not in given)])
    counted = found if given else everything
    return f"{sum(len(suite.rules) for suite in counted)} rules of {len(counted)} suites are sound."


def write_junit(found: CheckRun, path: Path, fail_on: str = "critical") -> None:
    """Write a run as JUnit XML; `fail_on` is the severity from which on a rule that fails is a failure."""
    junit.write(found, path, severity(fail_on))


def write_page(connection: "Connection", found: CheckRun, path: Path) -> None:
    """Write a run as an offline page, with the history of its rules."""
    from workbench.checking import page
    from workbench.queries import checks

    page.write_page(found, checks.history(connection), path)


def publish_page(connection: "Connection", found: CheckRun, out: Path | None = None) -> Path:
    """Put the page of a run among the published reports, and into their index.

    Args:
        out: folder of the published reports, by default that of `report run`.
    """
    from workbench import report
    from workbench.checking import page
    from workbench.queries import checks

    place = (out or paths.reports_out()).resolve()
    written = page.publish(found, checks.history(connection), place)
    report.write_index(place)
    return written


def draft(connection: "Connection", table: str, out: Path | None = None) -> Path:
    """Draft a suite from a live table and return its file.

    Raises:
        UsageError: no such table, or the file exists.
    """
    from workbench.checking import draft as drafting

    return drafting.write(connection, table, load_suites(), out)


def _installed(chosen: Chosen, here: set[str]) -> tuple[Chosen, tuple[str, ...]]:
    """What can be asked of this database, and the platforms that are not set up in it."""
    kept = []
    for suite, rules in chosen:
        left = [rule for rule in rules if _schemas(suite, rule) <= here]
        kept += [(suite, left)] if left else []
    skipped = tuple(schema for schema in schemas() if schema not in here and any(suite.platform == schema for suite, _ in chosen))
    if not kept:
        raise UsageError(f"There is nothing to check: {', '.join(skipped) or 'no suite'} is not set up here; run `workbench db up`.")
    return kept, skipped


def _schemas(suite: Suite, rule: Rule) -> set[str]:
    return {suite.platform, *(table.split(".")[0] for table in (suite.table, *rule.reads))}


def _answers(
    opened: "list[Session]", chosen: Chosen, part: Part, instants: str, progress: Progress | None
) -> list[RuleResult]:  # fmt: skip
    """The results of all suites, in their order; a thread for each session looks at one suite after the other."""
    from workbench.checking import answering, catalogue

    columns = catalogue.columns(opened[0], sorted({suite.table for suite, _ in chosen}))
    free: SimpleQueue[Session] = SimpleQueue()
    for one in opened:
        free.put(one)

    def examined(suite: Suite, rules: list[Rule]) -> list[RuleResult]:
        mine = free.get()
        try:
            return answering.Examination(mine, suite, columns[suite.table], part, instants).answers(rules)
        finally:
            free.put(mine)

    total, results = sum(len(rules) for _, rules in chosen), []
    pool = ThreadPoolExecutor(len(opened))
    try:
        for (suite, _), found in zip(chosen, pool.map(examined, *zip(*chosen, strict=True)), strict=True):
            results += found
            if progress:
                progress(len(results), total, suite.name)
    except BaseException:
        for one in opened:
            one.cancel()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return results


def _instants(as_of: datetime | None, since: datetime | None) -> str:
    """Settings by which a person sees what the run saw."""
    values = {"workbench.check_as_of": as_of, "workbench.check_since": since}
    return "".join(f"set {name} = '{value.isoformat()}'; " for name, value in values.items() if value)
