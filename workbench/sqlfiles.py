"""Named SQL from files (aiosql), and what it returns as a DataFrame.

A file `sql/<folder>/<name>.sql` holds one query: first a comment that starts with its grain ("One row per …"), then
`-- name: <name>(parameter, …)` and the text. Write `cast(:x as date)`, never `:x::date`; a per cent sign stands as it is.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import aiosql
from aiosql.utils import SQLLoadException, SQLParseException

from workbench import paths
from workbench.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import psycopg
    from sqlalchemy import Connection, CursorResult, Row


@cache
def load(name: str) -> tuple[str, frozenset[str]]:
    """Text (driver style) and parameter names of the query in `sql/<name>.sql`, for instance `marts/queries/ai_answer_daily`.

    Raises:
        UsageError: no such file, or the file does not hold the one query of its name.
    """
    path = paths.sql_file(name)
    try:
        source = path.read_text(encoding="utf-8").replace("%", "%%")
        found = aiosql.from_str(source, "psycopg")
        query = getattr(found, path.stem)
    except (OSError, SQLLoadException, SQLParseException, AttributeError) as error:
        raise UsageError(f"{path}: {error}; the file must hold one query named {path.stem!r}.") from error
    return query.sql, frozenset(query.parameters or ())


REPLACED = "workbench.replaced"
"""Key in `Connection.info`: texts that stand for others in every query of the connection (rollups of an earlier cut-off)."""


def _prepare(name: str, parameters: dict[str, Any]) -> str:
    text, wanted = load(name)
    if parameters.keys() != wanted:
        raise UsageError(f"sql/{name}.sql takes {sorted(wanted)}, was given {sorted(parameters)}.")
    return text


def _run(connection: "Connection", name: str, replace: Mapping[str, str] | None, parameters: dict[str, Any]) -> "CursorResult[Any]":
    text = _prepare(name, parameters)
    for old, new in {**(replace or {}), **connection.info.get(REPLACED, {})}.items():
        text = text.replace(old, new.replace("%", "%%"))
    return connection.exec_driver_sql(text, parameters)


def execute(connection: "Connection", name: str, replace: Mapping[str, str] | None = None, **parameters: Any) -> int:
    """Run the query in `sql/<name>.sql`, texts of it replaced first, and return how many rows it touched."""
    return _run(connection, name, replace, parameters).rowcount


def fetch(connection: "Connection", name: str, replace: Mapping[str, str] | None = None, **parameters: Any) -> list["Row[Any]"]:
    """Rows of the query in `sql/<name>.sql` as named tuples: for the program's own few rows, without pandas."""
    return list(_run(connection, name, replace, parameters).all())


def rows(raw: "psycopg.Connection", name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of the query in `sql/<name>.sql` as plain tuples, over a psycopg connection and without pandas."""
    return raw.execute(_prepare(name, parameters), parameters).fetchall()


def several(raw: "psycopg.Connection", *asked: tuple[str, dict[str, Any]]) -> list[list[tuple[Any, ...]]]:
    """What `rows` returns for each of these queries (name, parameters), asked in one round trip."""
    with raw.pipeline():
        cursors = [raw.execute(_prepare(name, parameters), parameters) for name, parameters in asked]
    return [cursor.fetchall() for cursor in cursors]


def read(connection: "Connection", name: str, replace: Mapping[str, str] | None = None, **parameters: Any) -> "pd.DataFrame":
    """Run the query in `sql/<name>.sql`, texts of it replaced first.

    Returns:
        Its rows. `timestamptz` is datetime64 in UTC, `date` is datetime64 without a zone, `numeric` is float64,
        `uuid` is str, `boolean` is bool unless one is null; an empty result keeps its columns.
    """
    result = _run(connection, name, replace, parameters)
    codes = {column.name: column.type_code for column in result.cursor.description}
    rows = result.cursor.fetchall()  # the driver's tuples: half the time of SQLAlchemy's rows
    result.close()
    return _frame(rows, codes)


_NUMBERS = {20: "int64", 21: "int64", 23: "int64", 700: "float64", 701: "float64", 1700: "float64"}
_BOOL, _DATE, _TIMESTAMPTZ, _UUID = 16, 1082, 1184, 2950
_EPOCH = date(1970, 1, 1).toordinal()
_NOT_A_DAY = -(2**63)  # what numpy keeps for NaT


def _frame(rows: list[Any], codes: dict[str, int]) -> "pd.DataFrame":
    import pandas as pd

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(codes)
    return pd.DataFrame({name: _column(values, code) for (name, code), values in zip(codes.items(), columns, strict=True)})


def _column(values: tuple[Any, ...], code: int) -> "np.ndarray | pd.Series":
    import numpy as np
    import pandas as pd

    if code in _NUMBERS:
        return np.array(values, dtype=_NUMBERS[code] if None not in values else "float64")
    if code == _BOOL and None not in values:
        return np.array(values, dtype=bool)
    if code == _DATE:  # by their numbers: numpy takes thirty times as long to look at each date
        days = [_NOT_A_DAY if v is None else v.toordinal() - _EPOCH for v in values]
        return np.array(days, dtype="int64").view("datetime64[D]").astype("datetime64[us]")
    if code == _TIMESTAMPTZ:
        return pd.Series(pd.to_datetime(list(values), utc=True), dtype="datetime64[us, UTC]")
    if code == _UUID:
        return pd.Series([None if v is None else str(v) for v in values], dtype=object)
    return pd.Series(list(values), dtype=object)
