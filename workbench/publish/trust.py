"""Whether the data behind a report can be trusted: what the checks last said of the tables it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench import db, sqlfiles
from workbench.checking.schema import SEVERITIES
from workbench.errors import Finding
from workbench.report_definition import Definition
from workbench.rollups.parts import chosen_platforms

_STATES = {"critical": "breached", "warning": "at_risk", "info": "met"}


@dataclass(frozen=True)
class Failure:
    """A rule that failed, or got no answer (`severity` is then `error`), the last time it was asked."""

    severity: str
    rule: str
    table: str
    message: str


@dataclass(frozen=True)
class Trust:
    """The last answers to the rules on the tables a report reads.

    Attributes:
        tables: the tables. unchecked: those of which no rule was ever answered. rules: how many were.
        checked_at: the oldest of the last answers: everything is at least as fresh as that. failures: the worst first.
    """

    tables: tuple[str, ...]
    unchecked: tuple[str, ...]
    rules: int
    checked_at: datetime | None
    failures: tuple[Failure, ...]

    @property
    def state(self) -> str:
        """`no_data` when nothing was checked; breached or at_risk with a critical failure or a lesser one; else met."""
        if not self.rules:
            return "no_data"
        worst = next((name for name in SEVERITIES if any(failure.severity == name for failure in self.failures)), None)
        lost = self.unchecked or any(failure.severity == "error" for failure in self.failures)
        found = _STATES[worst] if worst else "met"
        return "at_risk" if found == "met" and lost else found

    @property
    def sentence(self) -> str:
        """What a reader should know before the first figure."""
        if not self.rules or self.checked_at is None:
            return "The data behind this report was never checked; `workbench check run` does it."
        behind = f"{_count(len(self.tables), 'table')} behind this report"
        when = f"Last checked {self.checked_at:%-d %B %Y, %H:%M} UTC."
        missing = f" Never checked: {', '.join(self.unchecked)}." if self.unchecked else ""
        if not self.failures:
            return f"All {_count(self.rules, 'rule')} of the checks on the {behind} pass. {when}{missing}"
        counts = {name: sum(failure.severity == name for failure in self.failures) for name in (*SEVERITIES, "error")}
        words = ", ".join(f"{number} {'without an answer' if name == 'error' else name}" for name, number in counts.items() if number)
        verb = "does not hold" if len(self.failures) == 1 else "do not hold"
        return f"{len(self.failures)} of {_count(self.rules, 'rule')} on the {behind} {verb} ({words}). {when}{missing}"

    def require(self, bar: str) -> None:
        """Refuse data of which a rule at or above the bar fails, got no answer, or was never asked.

        Raises:
            Finding: it cannot be trusted so far.
        """
        counted = (*SEVERITIES[: SEVERITIES.index(bar) + 1], "error")
        found = [failure.rule for failure in self.failures if failure.severity in counted]
        if found or not self.rules or self.unchecked:
            names = f" ({', '.join(found[:5])}{', …' if len(found) > 5 else ''})" if found else ""
            raise Finding(f"Not published, because --require-checks {bar} asks for sound data{names}: {self.sentence}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def read(definition: Definition, values: Mapping[str, Any]) -> Trust | None:
    """What the checks say of the tables behind a report, for the platforms it is run for; None for a report that names none.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    if not definition.reads:
        return None
    platforms = chosen_platforms(values["platform"])
    facts = [name for name in definition.reads if "." not in name]
    named = [name for name in definition.reads if "." in name]
    with db.engine(db.READER).connect() as connection:
        found = sqlfiles.fetch(connection, "marts/report/tables_of_facts", platforms=platforms, facts=facts)
        tables = [*(row.table_name for row in found), *named]
        answers = sqlfiles.fetch(connection, "marts/queries/checks_latest", tables=tables)
    return _trust(tables, [row for row in answers if row.platform in (*platforms, "marts") and row.topic != "service"])


def _trust(tables: Sequence[str], answers: Sequence[Any]) -> Trust:
    order = (*SEVERITIES, "error")
    bad = [
        Failure("error" if row.state == "error" else row.severity, row.rule, row.table_name, row.message)
        for row in answers
        if row.state != "passed"
    ]
    ordered = sorted(bad, key=lambda failure: (order.index(failure.severity), failure.rule))
    checked = {row.table_name for row in answers}
    unchecked = tuple(name for name in tables if name not in checked)
    return Trust(tuple(tables), unchecked, len(answers), min((row.checked_at for row in answers), default=None), tuple(ordered))
