"""What a run of the checks found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workbench.checking.schema import SEVERITIES, Rule, Suite
from workbench.errors import DatabaseUnreachable, Finding, RunFailed, UsageError

Fault = Literal["", "suite", "limit", "lost", "unreachable"]
"""What an error is about: the suite file or its table, a limit of the run, a connection that broke, or that no server answers."""


@dataclass(frozen=True)
class RuleResult:
    """The answer to one rule.

    Attributes:
        state: passed, failed or error (nobody knows). failed: rows at fault, None where rows are not what is judged or were not counted.
        keys: keys of the first rows at fault, never another column. message: what was found, in a sentence.
        see_sql: SQL that shows the rows at fault. duration_ms: its share of the time of the query it was asked in.
        fault: of an error, whose it is.
    """

    rule: Rule
    suite: Suite
    state: Literal["passed", "failed", "error"]
    failed: int | None = None
    keys: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""
    see_sql: str = ""
    duration_ms: int = 0
    fault: Fault = ""

    def as_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        rule, suite = self.rule, self.suite
        about = {"rule": rule.id, "table": suite.table, "suite": suite.name, "platform": suite.platform, "severity": rule.severity}
        words = {"topic": rule.topic, "reason": rule.reason, "source": rule.source, "says": rule.says, "owner": suite.owner}
        found = {"state": self.state, "failed": self.failed, "keys": self.keys, "message": self.message}
        return {**about, **found, **words, "see_sql": self.see_sql, "file": str(suite.path), "duration_ms": self.duration_ms}


@dataclass(frozen=True)
class CheckRun:
    """A run of the checks.

    Attributes:
        as_of: the instant it judges; None stands for the time of the run. since, sample: what part of the rows it looked at.
        platforms: those whose rules ran. skipped: those that are not set up in this database. results: in the order of the suites.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime
    as_of: datetime | None
    since: datetime | None
    sample: float | None
    platforms: tuple[str, ...]
    skipped: tuple[str, ...]
    targets: tuple[str, ...]
    results: list[RuleResult]

    @property
    def errors(self) -> list[RuleResult]:
        """Rules that got no answer."""
        return [result for result in self.results if result.state == "error"]

    def worst(self, bar: str = "critical") -> list[RuleResult]:
        """Rules that failed with this severity or a worse one, the worst first."""
        counted = SEVERITIES[: SEVERITIES.index(bar) + 1]
        found = [result for result in self.results if result.state == "failed" and result.rule.severity in counted]
        return sorted(found, key=lambda result: SEVERITIES.index(result.rule.severity))

    def counts(self) -> dict[str, int]:
        """Rules by state, and the failed ones by severity."""
        states = Counter(result.state for result in self.results)
        failed = Counter(result.rule.severity for result in self.results if result.state == "failed")
        by_state = {"rules": len(self.results), **{state: states[state] for state in ("passed", "failed", "error")}}
        return {**by_state, **{severity: failed[severity] for severity in SEVERITIES}}

    def as_dict(self) -> dict[str, Any]:
        """The run, ready for JSON."""
        instants = {name: _iso(getattr(self, name)) for name in ("started_at", "finished_at", "as_of", "since")}
        asked = {"sample": self.sample, "targets": list(self.targets), "platforms": list(self.platforms), "skipped": list(self.skipped)}
        return {"run_id": self.run_id, **instants, **asked, "counts": self.counts(), "results": [one.as_dict() for one in self.results]}

    def text(self) -> str:
        """The run for people: a line in all, and one for each rule that did not pass."""
        count = self.counts()
        seconds = (self.finished_at - self.started_at).total_seconds()
        failed = ", ".join(f"{count[severity]} {severity}" for severity in SEVERITIES if count[severity])
        sums = f"{count['passed']} passed, {count['failed']} failed{f' ({failed})' if failed else ''}"
        lines = [f"{count['rules']} rules in {seconds:.1f} s: {sums}, {count['error']} without an answer.{self._left_out()}"]
        lines += [f"  {result.rule.severity:8} {result.rule.id} {result.suite.table}: {result.message}" for result in self.worst("info")]
        lines += [f"  error    {result.rule.id} {result.suite.path}: {result.message}" for result in self.errors]
        return "\n".join(lines)

    def _left_out(self) -> str:
        part = [f"rows since {self.since:%Y-%m-%d}"] if self.since else []
        part += [f"a sample of {self.sample:g} %"] if self.sample else []
        looked = f" Row by row only {' and '.join(part)} were looked at; uniqueness and SQL rules saw all rows." if part else ""
        return looked + (f" Not set up here: {', '.join(self.skipped)}." if self.skipped else "")

    def raise_for(self, bar: str = "critical") -> None:
        """Raise what the run comes to.

        Raises:
            DatabaseUnreachable, UsageError, RunFailed: a rule got no answer (no server; its suite, table or privilege; a limit or loss).
            Finding: a rule of this severity or a worse one failed.
        """
        if self.errors:
            raise _error(self.errors)
        if found := self.worst(bar):
            names = ", ".join(result.rule.id for result in found[:10])
            more = f" and {len(found) - 10} more" if len(found) > 10 else ""
            raise Finding(f"{len(found)} rule{'s' * (len(found) != 1)} at or above {bar} failed: {names}{more}.")


def _error(errors: Sequence[RuleResult]) -> Exception:
    faults = {result.fault for result in errors}
    kind = DatabaseUnreachable if "unreachable" in faults else RunFailed if faults & {"limit", "lost"} else UsageError
    first = errors[0]
    more = f" ({len(errors) - 1} more got no answer)" if len(errors) > 1 else ""
    return kind(f"{first.suite.path}: rule {first.rule.id}: {first.message.rstrip('.')}{more}.")


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
