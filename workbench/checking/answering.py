"""The rules of a suite put to the database: asked together, asked alone where that gives trouble, and looked into where they fail."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from workbench.checking import asking
from workbench.checking.asking import WHOLE, Columns, Part, Question
from workbench.checking.results import Fault, RuleResult
from workbench.checking.schema import Rule, Suite
from workbench.checking.session import Answer, Session, Trouble, trouble
from workbench.errors import WorkbenchError

KEYS = 20
"""Keys kept of a rule that fails."""

_Write = Callable[[Sequence[Rule]], tuple[str, list[Question]]]


@dataclass(frozen=True)
class Examination:
    """A suite being looked at.

    Attributes:
        columns: those of its table, none when there is no such table. part: what row by row rules look at.
        instants: settings that a person needs to see the same rows, as SQL.
    """

    session: Session
    suite: Suite
    columns: Columns
    part: Part
    instants: str = ""

    def answers(self, rules: Sequence[Rule]) -> list[RuleResult]:
        """One result for each rule, in their order."""
        if not self.columns:
            return [self._error(rule, Trouble(f"there is no table {self.suite.table}", "42P01")) for rule in rules]
        wrong = asking.missing(self.suite, rules, self.columns)
        if self.part.since and self.suite.time and self.suite.time not in self.columns:
            wrong |= {rule.id: f"time: {self.suite.table} has no column {self.suite.time}" for rule in rules}
        found = {rule.id: self._error(rule, Trouble(wrong[rule.id], "42703")) for rule in rules if rule.id in wrong}
        left = [rule for rule in rules if rule.id not in wrong]
        for chosen, part, write in self._batches(left):
            found |= self._asked(chosen, part, write)
        return [found[rule.id] for rule in rules]

    def _batches(self, rules: Sequence[Rule]) -> list[tuple[list[Rule], Part, _Write]]:
        """Rules that share a query: those of rows, those of the whole table, those that count for themselves."""

        def scan(part: Part) -> _Write:
            return lambda chosen: asking.scan(self.suite, chosen, self.columns, part)

        forms = {form: [rule for rule in rules if rule.form == form] for form in ("row", "table", "unique", "query")}
        whole = self.part == WHOLE
        batches = [
            (forms["row"] + (forms["table"] if whole else []), self.part, scan(self.part)),
            ([] if whole else forms["table"], WHOLE, scan(WHOLE)),
            (forms["unique"] + forms["query"], WHOLE, lambda chosen: asking.counts(self.suite, chosen)),
        ]
        return [batch for batch in batches if batch[0]]

    def _asked(self, rules: Sequence[Rule], part: Part, write: _Write) -> dict[str, RuleResult]:
        began = time.perf_counter()
        answers = self.session.ask(*write(rules))
        each = (time.perf_counter() - began) / len(rules)
        found = {}
        for rule in rules:
            answer, took = answers[rule.id], each
            if isinstance(answer, Trouble) and not answer.is_lost and len(rules) > 1:
                began = time.perf_counter()
                answer = self.session.ask(*write([rule]))[rule.id]
                took += time.perf_counter() - began
            found[rule.id] = self._result(rule, answer, part, round(took * 1000))
        return found

    def _result(self, rule: Rule, answer: Answer, part: Part, duration_ms: int) -> RuleResult:
        if isinstance(answer, Trouble):
            return self._error(rule, answer, duration_ms)
        if answer:
            return RuleResult(rule, self.suite, "passed", 0 if rule.form != "table" else None, duration_ms=duration_ms)
        return self._failure(rule, part, duration_ms)

    def _failure(self, rule: Rule, part: Part, duration_ms: int) -> RuleResult:
        """The second pass: how many rows, and the keys of the first."""
        query = asking.at_fault(self.suite, rule, self.columns, part)
        if query is None:
            about, see = f"{self.suite.table} as a whole is not as it should be: {rule.says}", asking.overview(self.suite, rule)
            return RuleResult(rule, self.suite, "failed", None, [], about, see, duration_ms)
        see = f"{self.instants}{query};"
        try:
            rows = self.session.rows(asking.first(query, rule.key, KEYS))
            number, keys = int(rows[0][0]) if rows else 0, [self._key(rule, row[1:]) for row in rows]
        except (SQLAlchemyError, WorkbenchError) as error:
            about = f"rows of {self.suite.table} fail; how many is not known ({trouble(error).sentence})"
            return RuleResult(rule, self.suite, "failed", None, [], about, see, duration_ms)
        message = f"{number:,} row{'s' * (number != 1)} {'fails' if number == 1 else 'fail'}"
        return RuleResult(rule, self.suite, "failed", number, keys, message, see, duration_ms)

    def _key(self, rule: Rule, row: Sequence[Any]) -> dict[str, Any]:
        return {column: _plain(value) for column, value in zip(rule.key, row, strict=True)}

    def _error(self, rule: Rule, found: Trouble, duration_ms: int = 0) -> RuleResult:
        place = f" ({rule.file})" if rule.file else ""
        return RuleResult(
            rule, self.suite, "error", message=f"{found.sentence}{place}", duration_ms=duration_ms, fault=_fault(found),
        )  # fmt: skip


def _fault(found: Trouble) -> Fault:
    if found.is_lost:
        return "lost" if found.state else "unreachable"
    # what the server refuses to run (no such column, no privilege, no SQL) is for the file's author; a limit is not
    return "suite" if found.state is None or found.state.startswith(("42", "22")) else "limit"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, UUID) else value
