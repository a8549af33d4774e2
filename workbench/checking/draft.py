"""A first suite for a table, read off the live rows: what is never empty, which values occur, between which bounds, what is unique.

It is a draft: its rules count as info, and say what is so today, not what must be. Only columns that the reading role may see are
looked at, so that no personal value gets into the file.
"""

# ruff: noqa: S608 - the identifiers come from the catalogue and are quoted

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from workbench import db, paths, sqlfiles
from workbench.checking.asking import Column, name
from workbench.checking.schema import Suite, SuiteModel, schemas
from workbench.errors import UsageError
from workbench.settings import settings
from workbench.yamlfiles import near, parse

if TYPE_CHECKING:
    from sqlalchemy import Connection

FEW = 12
"""A text with no more values than this, each of them many times, is taken for a domain."""

_HEAD = """# Drafted from {rows:,} rows. Read every rule: it says what is so today. Give it a reason and a source, its true severity and
# bounds, delete what must not hold, and then take out `draft: true`; until then its rules count as info.
table: {table}
title: {table}
owner: data operations
key: [{key}]
{time}draft: true
rules:
"""


@dataclass
class _Draft:
    table: str
    prefix: str
    number: int
    lines: list[str] = field(default_factory=list)

    def add(self, reason: str, comment: str = "", **asked: Any) -> None:
        """One rule, and a comment on what to look at."""
        self.number += 1
        lines = [f"  - id: {self.prefix}-{self.number:03}", "    severity: info", f"    reason: {_inline(reason)}", "    source: draft"]
        lines += [f"    {key}: {_inline(value)}" for key, value in asked.items()]
        self.lines += [*([f"  # {comment}"] if comment else []), *lines]


def _inline(value: Any) -> str:
    """A value as YAML on one line."""
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).removesuffix("...\n").strip()


def write(connection: "Connection", table: str, suites: Sequence[Suite], out: Path | None = None) -> Path:
    """Write the draft of a table's suite and return its file.

    Args:
        suites: those that there are, so that ids stay apart.
        out: file to write; by default the suite's place in the first folder of `WORKBENCH_CHECKS_PATH`, else in `expectations/`.

    Raises:
        UsageError: there is no such table, or the file exists.
    """
    platform, _, short = table.partition(".")
    parse(SuiteModel, {"table": table, "title": "x", "owner": "x", "key": ["id"], "rules": ["x"]}, "workbench check new")
    path = out or _place(platform, short)
    if path.exists():
        raise UsageError(f"{path} exists; edit it, or write the draft elsewhere with --out.")
    with db.engine(db.READER, connection.engine.url).connect() as reader:
        columns = [Column(*row[1:]) for row in sqlfiles.fetch(reader, "marts/check/columns", tables=[table])]
        if not columns:
            raise UsageError(_no_table(reader, table))
        text = _text(reader, table, [column for column in columns if column.is_readable], suites)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _place(platform: str, short: str) -> Path:
    own = settings().checks_path
    folder = own[0] if own else Path.cwd() / "expectations" if paths.INSTALLED else paths.EXPECTATIONS
    return folder / platform / f"{short}.yml"


def _no_table(reader: "Connection", table: str) -> str:
    there = [f"{row.schema}.{row.table}" for row in sqlfiles.fetch(reader, "marts/check/tables", names=list(schemas()))]
    return f"There is no table {table} here{near(table, there)}; `workbench db status` shows which schemas are set up."


def _text(reader: "Connection", table: str, columns: list[Column], suites: Sequence[Suite]) -> str:
    measured, rows = _measure(reader, table, columns)
    uniques = [list(row[0]) for row in sqlfiles.fetch(reader, "marts/check/uniques", table=table)]
    draft = _started(table, suites)
    _required(draft, columns, measured, rows)
    for column in columns:
        _values(reader, draft, column, measured[column.name], rows)
    for names in uniques:
        _unique(draft, names)
    seen = {column.name for column in columns}
    for mine, other, theirs in sqlfiles.fetch(reader, "marts/check/references", table=table):
        _reference(draft, list(mine), other, list(theirs), seen)
    key = next((names for names in uniques if set(names) <= seen), [columns[0].name])
    time = next((column.name for column in columns if column.type.startswith("timestamp")), None)
    head = _HEAD.format(rows=rows, table=table, key=", ".join(key), time=f"time: {time}\n" if time else "")
    return head + "\n".join(draft.lines) + "\n"


def _started(table: str, suites: Sequence[Suite]) -> _Draft:
    platform, short = table.split(".")
    prefix = f"{platform}-{short.replace('_', '')}".upper()
    used = [int(rule.id[-3:]) for suite in suites for rule in suite.rules if rule.id.startswith(f"{prefix}-")]
    return _Draft(table, prefix, max(used, default=0))


def _measure(reader: "Connection", table: str, columns: list[Column]) -> tuple[dict[str, tuple[int, Any, Any]], int]:
    """Of each column how many rows have a value, and the bounds of numbers and times; and the rows in all. One scan."""
    asked = ["count(*)"]
    for column in columns:
        bounded = _is_bounded(column)
        asked += [f"count({name(column.name)})", *(f"{end}({name(column.name)})" if bounded else "null" for end in ("min", "max"))]
    found = reader.exec_driver_sql(f"select {', '.join(asked)} from {table}".replace("%", "%%")).one()
    parts = {column.name: tuple(found[1 + 3 * place : 4 + 3 * place]) for place, column in enumerate(columns)}
    return parts, found[0]  # type: ignore[return-value]


def _is_bounded(column: Column) -> bool:
    return column.type.startswith(("smallint", "integer", "bigint", "numeric", "double", "real", "timestamp", "date"))


def _required(draft: _Draft, columns: list[Column], measured: dict[str, tuple[int, Any, Any]], rows: int) -> None:
    full = [column.name for column in columns if rows and measured[column.name][0] == rows]
    if full:
        condition = " and ".join(f"{name(column)} is not null" for column in full)
        draft.add("These columns always have a value.", "without an exception today", holds=condition)


def _values(reader: "Connection", draft: _Draft, column: Column, measured: tuple[int, Any, Any], rows: int) -> None:
    filled, low, high = measured
    if not filled:
        return
    if _is_bounded(column):
        bounds = {"column": column.name, "min_value": _bound(low), "max_value": _bound(high)}
        if column.type.startswith(("timestamp", "date")):
            del bounds["max_value"]  # tomorrow's rows are later
        draft.add(f"{column.name} stays in its range.", f"today from {low} to {high}", expect=f"{_VALUES}_be_between", **{"with": bounds})
    elif column.type == "text" or column.type.startswith("character") or "." in column.type:
        domain = _domain(reader, draft.table, column, filled)
        if domain:
            given = {"column": column.name, "value_set": domain}
            draft.add(f"{column.name} has a known value.", "the values of today", expect=f"{_VALUES}_be_in_set", **{"with": given})


_VALUES = "expect_column_values_to"


def _bound(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, int) else float(value)


def _domain(reader: "Connection", table: str, column: Column, filled: int) -> list[str]:
    """The values of a text that has few, each of them ten times on average; none of a text that has many."""
    text = f"cast({name(column.name)} as text)"
    query = f"select distinct {text} as value from {table} where {name(column.name)} is not null limit {FEW + 1}"
    found = [row[0] for row in reader.exec_driver_sql(query.replace("%", "%%"))]
    is_domain = len(found) <= FEW and len(found) * 10 <= filled and all(len(value) <= 40 for value in found)
    return sorted(found) if is_domain else []


def _unique(draft: _Draft, names: list[str]) -> None:
    if len(names) == 1:
        draft.add(f"{names[0]} names one row.", expect=f"{_VALUES}_be_unique", **{"with": {"column": names[0]}})
    else:
        said = f"{', '.join(names)} together name one row."
        draft.add(said, expect="expect_compound_columns_to_be_unique", **{"with": {"column_list": names}})


def _reference(draft: _Draft, mine: list[str], other: str, theirs: list[str], seen: set[str]) -> None:
    if not set(mine) <= seen:
        return
    same = " and ".join(f"o.{name(their)} = {draft.table}.{name(my)}" for my, their in zip(mine, theirs, strict=True))
    empty = " or ".join(f"{name(my)} is null" for my in mine)
    draft.add(f"{', '.join(mine)} leads to a row of {other}.", holds=f"{empty} or exists (select from {other} as o where {same})")
