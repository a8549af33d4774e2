"""Rules as SQL and as questions: which rows a query looks at, what each rule asks of it, and which rows would be at fault."""

# ruff: noqa: S608 - composing queries is what this module is for: names are quoted, and a suite's own SQL is meant to be run

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workbench.checking.natives import NATIVES
from workbench.checking.schema import Rule, Suite

NOTHING = "expect_column_max_to_be_between"
"""How a count is asked: at most 0."""


@dataclass(frozen=True)
class Question:
    """One expectation to put: the id of its rule, its type and its arguments."""

    id: str
    expect: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table as the server has it."""

    name: str
    type: str
    needs_text: bool
    is_readable: bool


Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Part:
    """The part of the rows that row by row rules look at: those since an instant, a sample in per cent, or all."""

    since: datetime | None = None
    sample: float | None = None


WHOLE = Part()


def name(identifier: str) -> str:
    """An identifier in quotes.

    >>> name('MUED-PROV-001')
    '"MUED-PROV-001"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as an SQL literal.

    >>> literal("it's"), literal(3), literal(None)
    ("'it''s'", '3', 'null')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text.replace("'", "''") + "'"


def rows(suite: Suite, columns: Columns, part: Part) -> str:
    """`from` and `where` of the part of a suite's table."""
    sampled = f" tablesample system ({part.sample:g}) repeatable (1)" if part.sample else ""
    if not (part.since and suite.time):
        return f"from {suite.table}{sampled}"
    bound = f"cast({literal(part.since)} as {columns[suite.time].type})"  # of the column's type: else no partition is stepped over
    return f"from {suite.table}{sampled} where {name(suite.time)} >= {bound}"


def scan(suite: Suite, rules: Iterable[Rule], columns: Columns, part: Part) -> tuple[str, list[Question]]:
    """One query over the table in which all these native and row rules are asked."""
    wanted: dict[str, str] = {}
    questions = []
    for rule in rules:
        if rule.kind == "row":
            # null where it fails, so that the condition stands once in the query however often it is looked at
            wanted[rule.id] = f"nullif(({rule.holds}) is not false, false) as {name(rule.id)}"
            questions.append(Question(rule.id, "expect_column_values_to_not_be_null", {"column": rule.id}))
            continue
        for column in rule.columns:
            wanted[column] = f"cast({name(column)} as text) as {name(column)}" if columns[column].needs_text else name(column)
        questions.append(Question(rule.id, rule.expect, _arguments(rule, columns)))
    listed = ", ".join(wanted.values()) or "1 as something"
    return f"{listed} {rows(suite, columns, part)}", questions


def counts(suite: Suite, rules: Iterable[Rule]) -> tuple[str, list[Question]]:
    """One query of one row in which each of these rules has its count of rows at fault, over the whole table."""
    selects = [f"({count(suite, rule)}) as {name(rule.id)}" for rule in rules]
    questions = [Question(rule.id, NOTHING, {"column": rule.id, "min_value": 0, "max_value": 0}) for rule in rules]
    return ", ".join(selects), questions


def count(suite: Suite, rule: Rule) -> str:
    """A query for the number of rows at fault of a rule about uniqueness or an SQL rule."""
    if rule.form == "query":
        return f"select count(*) from (\n{rule.query}\n) as at_fault"
    return f"select cast(coalesce(sum(alike.n), 0) as bigint) from ({_alike(suite, rule)}) as alike"


def _alike(suite: Suite, rule: Rule) -> str:
    """The values of the columns that more than one row has. Rows that have none of them are no one's twins."""
    listed = ", ".join(name(column) for column in rule.columns)
    some = " or ".join(f"{name(column)} is not null" for column in rule.columns)
    return f"select {listed}, count(*) as n from {suite.table} where {some} group by {listed} having count(*) > 1"


def at_fault(suite: Suite, rule: Rule, columns: Columns, part: Part) -> str | None:
    """A query for the keys of the rows at fault, None where no row alone is."""
    keys = ", ".join(name(column) for column in rule.key)
    if rule.form == "query":
        return f"select {keys} from (\n{rule.query}\n) as at_fault order by {keys}"
    if rule.form == "unique":
        same = " and ".join(f"alike.{name(column)} is not distinct from t.{name(column)}" for column in rule.columns)
        mine = ", ".join(f"t.{name(column)}" for column in rule.key)
        twins = f"select from ({_alike(suite, rule)}) as alike where {same}"
        return f"select {mine} from {suite.table} as t where exists ({twins}) order by {mine}"
    condition = failing(rule, columns)
    if condition is None:
        return None
    looked = rows(suite, columns, part)
    return f"select {keys} {looked} {'and' if ' where ' in looked else 'where'} {condition} order by {keys}"


def failing(rule: Rule, columns: Columns) -> str | None:
    """The condition under which a row fails a native or row rule, None where no row alone does."""
    if rule.kind == "row":
        return f"({rule.holds}) is false"
    given = _arguments(rule, columns)
    if rule.form != "row":
        return None
    if "column_A" in given:
        return _failing_pair(rule.expect, given)
    column = name(given["column"])
    tested = f"cast({column} as text)" if columns[given["column"]].needs_text else column
    return _failing_value(rule.expect, given, tested)


def _failing_pair(expect: str, given: Mapping[str, Any]) -> str:
    sign = "=" if "equal" in expect else ">=" if given.get("or_equal") else ">"
    return f"({name(given['column_A'])} {sign} {name(given['column_B'])}) is false"


def _failing_value(expect: str, given: Mapping[str, Any], column: str) -> str:
    kind = expect.removeprefix("expect_column_").removeprefix("values_").removeprefix("to_")
    negated = "not_" in kind
    if kind.endswith("be_null"):
        return f"{column} is {'' if negated else 'not '}null"
    if kind.endswith("in_set"):
        return f"{column} {'' if negated else 'not '}in ({', '.join(literal(value) for value in given['value_set'])})"
    if kind.endswith("match_regex"):
        return f"{column} {'~' if negated else '!~'} {literal(given['regex'])}"
    if kind.endswith("like_pattern"):
        return f"{column} {'' if negated else 'not '}like {literal(given['like_pattern'])}"
    if kind.startswith("value_lengths"):
        column = f"length(cast({column} as text))"
        given = {"min_value": given["value"], "max_value": given["value"]} if "value" in given else given
    return f"not ({' and '.join(_bounds(given, column))})"


def _bounds(given: Mapping[str, Any], column: str) -> list[str]:
    """The conditions of bounds; a row without a value fails none of them."""
    signs = {"min_value": ">" if given.get("strict_min") else ">=", "max_value": "<" if given.get("strict_max") else "<="}
    return [f"{column} {sign} {literal(given[bound])}" for bound, sign in signs.items() if given.get(bound) is not None]


def _arguments(rule: Rule, columns: Columns) -> dict[str, Any]:
    """The arguments of a native rule, instants as the driver wants them: a text compares with no time."""
    given = dict(rule.arguments or {})
    for argument, sort in NATIVES[rule.expect].arguments.items():
        column = columns.get(given.get("column", ""))
        if sort == "bound" and argument in given and column and column.type.startswith(("timestamp", "date")):
            given[argument] = _instant(given[argument], column.type)
    return given


def _instant(value: Any, kind: str) -> Any:
    if kind == "date":
        return date.fromisoformat(value) if isinstance(value, str) else value
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    return found if found.tzinfo or "without" in kind else found.replace(tzinfo=UTC)


def missing(suite: Suite, rules: Sequence[Rule], columns: Columns) -> dict[str, str]:
    """Rules that name a column which is not there or not to be read, with the sentence that says so."""
    found = {}
    for rule in rules:
        wanted = (*rule.columns, *(rule.key if rule.form != "query" else ()))
        if absent := next((column for column in wanted if column not in columns), None):
            found[rule.id] = f"{suite.table} has no column {absent}"
        elif hidden := next((column for column in wanted if not columns[column].is_readable), None):
            found[rule.id] = f"workbench_reader may not read column {hidden} of {suite.table}; ask it of a view {suite.platform}.check_…"
    return found


def first(query: str, key: Sequence[str], limit: int) -> str:
    """A query for the first rows of another one, which is run once: before its key each of them has how many rows there are in all."""
    keys = ", ".join(name(column) for column in key)
    return f"select count(*) over (), {keys} from ({query}) as counted order by {keys} limit {limit}"


def overview(suite: Suite, rule: Rule) -> str:
    """A query that shows what a rule about the whole table judged."""
    listed = "".join(f", min({name(c)}), max({name(c)}), count(distinct {name(c)})" for c in rule.columns)
    return f"select count(*){listed} from {suite.table};"
