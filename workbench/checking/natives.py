"""The native Great Expectations types a suite may name, with the arguments each takes.

A closed list, so that suite files are validated without importing Great Expectations (seconds); a test compares it with the library.
What is missing here has no SQL form, fails on storing its result, or says less than `holds` does.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from workbench.yamlfiles import near

Form = Literal["row", "table", "unique"]

_BOUNDS = {"min_value": "bound", "max_value": "bound", "strict_min": "flag", "strict_max": "flag"}
_SOME = ("min_value", "max_value")


@dataclass(frozen=True)
class Native:
    """A native type.

    Attributes:
        form: `row` judges each row and takes part in the shared scan; `table` judges an aggregate of the whole table, whatever part of
            it was asked for; `unique` is asked as a query of its own over the whole table.
        arguments: what `with` may hold, and of what sort each is.
        required: those it must hold. some: those of which it must hold at least one.
    """

    form: Form
    arguments: dict[str, str]
    required: tuple[str, ...]
    some: tuple[str, ...] = ()


def _row(required: dict[str, str], optional: dict[str, str] | None = None, some: tuple[str, ...] = ()) -> Native:
    return Native("row", {**required, **(optional or {}), "mostly": "ratio"}, tuple(required), some)


def _table(required: dict[str, str], optional: dict[str, str] | None = None) -> Native:
    return Native("table", {**required, **(optional or {})}, tuple(required), _SOME if optional else ())


_COLUMN = {"column": "column"}
_PAIR = {"column_A": "column", "column_B": "column"}

NATIVES: dict[str, Native] = {
    "expect_column_values_to_not_be_null": _row(_COLUMN),
    "expect_column_values_to_be_null": _row(_COLUMN),
    "expect_column_values_to_be_in_set": _row({**_COLUMN, "value_set": "values"}),
    "expect_column_values_to_not_be_in_set": _row({**_COLUMN, "value_set": "values"}),
    "expect_column_values_to_be_between": _row(_COLUMN, _BOUNDS, _SOME),
    "expect_column_values_to_match_regex": _row({**_COLUMN, "regex": "text"}),
    "expect_column_values_to_not_match_regex": _row({**_COLUMN, "regex": "text"}),
    "expect_column_values_to_match_like_pattern": _row({**_COLUMN, "like_pattern": "text"}),
    "expect_column_values_to_not_match_like_pattern": _row({**_COLUMN, "like_pattern": "text"}),
    "expect_column_value_lengths_to_be_between": _row(_COLUMN, _BOUNDS, _SOME),
    "expect_column_value_lengths_to_equal": _row({**_COLUMN, "value": "number"}),
    "expect_column_pair_values_a_to_be_greater_than_b": _row(_PAIR, {"or_equal": "flag"}),
    "expect_column_pair_values_to_be_equal": _row(_PAIR),
    "expect_table_row_count_to_be_between": _table({}, {"min_value": "bound", "max_value": "bound"}),
    "expect_table_row_count_to_equal": _table({"value": "number"}),
    "expect_column_min_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_max_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_mean_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_sum_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_unique_value_count_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_proportion_of_unique_values_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_proportion_of_non_null_values_to_be_between": _table(_COLUMN, _BOUNDS),
    "expect_column_distinct_values_to_be_in_set": _table({**_COLUMN, "value_set": "values"}),
    "expect_column_distinct_values_to_contain_set": _table({**_COLUMN, "value_set": "values"}),
    "expect_column_distinct_values_to_equal_set": _table({**_COLUMN, "value_set": "values"}),
    "expect_column_values_to_be_unique": Native("unique", {"column": "column"}, ("column",)),
    "expect_compound_columns_to_be_unique": Native("unique", {"column_list": "columns"}, ("column_list",)),
}

_SORTS = {
    "column": "the name of a column",
    "columns": "a list of two or more columns",
    "values": "a list of one or more values",
    "bound": "a number, or a date or an instant such as 2026-09-01",
    "number": "a whole number",
    "flag": "true or false",
    "text": "a text",
    "ratio": "a number above 0 and at most 1",
}


def columns(expect: str, arguments: dict[str, Any]) -> tuple[str, ...]:
    """The columns that the arguments name."""
    found: list[str] = []
    for name, sort in NATIVES[expect].arguments.items():
        if sort in ("column", "columns") and name in arguments:
            found += [arguments[name]] if sort == "column" else arguments[name]
    return tuple(found)


def problem(expect: str, arguments: dict[str, Any]) -> str | None:
    """What is wrong with the arguments of a known type, as the rest of a sentence; None when nothing is."""
    native = NATIVES[expect]
    for name, value in arguments.items():
        if name not in native.arguments:
            allowed = ", ".join(native.arguments)
            return f"with.{name} is not known to {expect}{near(name, native.arguments)}; allowed: {allowed}"
        if not _is(native.arguments[name], value):
            return f"with.{name} is {value!r}; it must be {_SORTS[native.arguments[name]]}"
    missing = [name for name in native.required if name not in arguments]
    if missing:
        return f"with.{missing[0]} is missing; {expect} needs {', '.join(native.required)}"
    if native.some and not any(arguments.get(name) is not None for name in native.some):
        return f"with must have {' or '.join(native.some)} for {expect}"
    return None


def _is(sort: str, value: Any) -> bool:
    match sort:
        case "column" | "text":
            return isinstance(value, str) and bool(value)
        case "columns":
            return isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) and one for one in value)
        case "values":
            return isinstance(value, list) and bool(value)
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "ratio":
            return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
    return (isinstance(value, int | float | date) and not isinstance(value, bool)) or _is_instant(value)


def _is_instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value) is not None
    except ValueError:
        return False
