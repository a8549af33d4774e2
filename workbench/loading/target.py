"""What a table wants: its columns, their types and limits, its references, and whether this role may COPY straight into it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench import paths, sqlfiles
from workbench.errors import UsageError
from workbench.loading import binary

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_DIGITS = 18  # of a numeric that the binary encoder carries in 64 bits


@dataclass(frozen=True)
class Column:
    """One column of the table to load."""

    name: str
    kind: str  # name of the base type, `enum` for every enumerated type
    type: str  # as it is written in SQL, for instance numeric(12,6)
    required: bool = False
    filled: bool = False  # has a default or is an identity
    computed: bool = False
    length: int | None = None
    digits: int | None = None
    scale: int | None = None
    labels: tuple[str, ...] = ()

    @property
    def encodable(self) -> bool:
        """Whether its values can go through binary COPY; the others are cast by the server from text."""
        if self.kind == "numeric":
            return self.digits is not None and self.digits <= MOST_DIGITS and 0 <= (self.scale or 0) <= self.digits
        return self.kind in binary.KINDS


@dataclass(frozen=True)
class Reference:
    """A foreign key: these columns must be found there."""

    name: str
    columns: tuple[str, ...]
    to_schema: str
    to_table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A table that rows are loaded into."""

    schema: str
    table: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    guarded: bool = False  # row security applies to this role, and COPY is refused

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def quoted(self) -> str:
        """Its name as SQL."""
        return f"{quote(self.schema)}.{quote(self.table)}"

    def column(self, name: str) -> Column:
        """The column of a name.

        Raises:
            UsageError: the table has none of that name.
        """
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise UsageError(f"{self} has no column {name!r}{nearest(name, (column.name for column in self.columns))}.")
        return found


def quote(name: str) -> str:
    """An identifier as SQL.

    >>> quote('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def nearest(name: str, known: Iterable[str]) -> str:
    """What a mistyped name may have been meant to be, in brackets.

    >>> nearest("user", ["users", "materials"])
    ' (did you mean users?)'
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f" (did you mean {close[0]}?)"
    return f" (there are {', '.join(names)})" if names else ""


def describe(connection: "Connection", name: str) -> Target:
    """The table `<platform>.<table>` as the current role sees it.

    Raises:
        UsageError: there is no such platform or table.
    """
    schema, dot, table = name.partition(".")
    if not dot or not table:
        raise UsageError(f"{name!r} is not a table: write <platform>.<table>, for instance mued.ai_dialogue_log.")
    if schema not in paths.platforms():
        raise UsageError(f"there is no platform {schema!r}{nearest(schema, paths.platforms())}.")
    guarded = {row.name: row.guarded for row in sqlfiles.fetch(connection, "marts/load/schema_tables", schema_name=schema)}
    if not guarded:
        raise UsageError(f"platform {schema} is not set up in this database; run `workbench db up {schema}`.")
    if table not in guarded:
        raise UsageError(f"{schema} has no table {table!r}{nearest(table, guarded)}.")
    return Target(schema, table, _columns(connection, schema, table), _references(connection, schema, table), guarded[table])


def _columns(connection: "Connection", schema: str, table: str) -> tuple[Column, ...]:
    rows = sqlfiles.fetch(connection, "marts/load/table_columns", schema_name=schema, table_name=table)
    return tuple(Column(**dict(row._mapping) | {"labels": tuple(row.labels or ())}) for row in rows)


def _references(connection: "Connection", schema: str, table: str) -> tuple[Reference, ...]:
    rows = sqlfiles.fetch(connection, "marts/load/table_references", schema_name=schema, table_name=table)
    return tuple(Reference(r.name, tuple(r.columns), r.to_schema, r.to_table, tuple(r.to_columns)) for r in rows)
