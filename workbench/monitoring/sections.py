"""Sections of a snapshot: rows of one catalogue query each, or a sentence on why there are none."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy.exc

from workbench import sqlfiles
from workbench.plaintext import cell, label, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

SHOWN = 10  # rows in the text; all are in the JSON
WIDEST = 10  # columns of a table; a single row with more is told as a list

_LITERAL = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)


@dataclass(frozen=True)
class Section:
    """One part of a snapshot. `columns` names what the rows hold; `note` says what is not to be seen, and why."""

    name: str
    title: str
    columns: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Rows and note as plain values."""
        return {"rows": self.rows, "note": self.note}

    def text(self) -> str:
        """Title and table for a terminal; nothing but a line where there is nothing."""
        if not self.rows:
            return f"{self.title}: {self.note or 'none'}"
        if len(self.rows) == 1 and len(self.columns) > WIDEST:
            found = [f"{label(column)} {cell(column, value)}" for column, value in self.rows[0].items() if value is not None]
            return f"{self.title}: {', '.join(found)}"
        lines = table(self.columns, [list(row.values()) for row in self.rows[:SHOWN]])
        more = [f"  … and {len(self.rows) - SHOWN} more (--json lists them)"] if len(self.rows) > SHOWN else []
        return "\n".join([self.title, *lines, *more, *([f"  {self.note}"] if self.note else [])])


def read(
    connection: "Connection", name: str, title: str, query: str, replace: Mapping[str, str] | None = None, **parameters: Any
) -> Section:
    """The rows of a query; what this login may not see, or what is in the way, becomes the note."""

    def fetched() -> Section:
        found = sqlfiles.fetch(connection, query, replace, **parameters)
        rows = [{key: _plain(key, value) for key, value in row._mapping.items()} for row in found]
        return Section(name, title, tuple(rows[0]) if rows else (), rows)

    return guarded(connection, name, title, fetched)


def guarded(connection: "Connection", name: str, title: str, make: Callable[[], Section]) -> Section:
    """A section of a savepoint of its own: one that fails does not take the others with it."""
    try:
        with connection.begin_nested():
            return make()
    except sqlalchemy.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        cause = error.orig
        reason = cause.diag.message_primary if isinstance(cause, psycopg.Error) else str(cause)
        return Section(name, title, note=f"not to be seen ({reason})")


def _plain(column: str, value: Any) -> Any:
    if column == "query" and isinstance(value, str):
        return masked(value)
    return float(value) if isinstance(value, Decimal) else value


def masked(query: str) -> str:
    """A statement on one line, without its quoted values: they may be passwords or about people.

    >>> masked("alter role me password 's3cret''x'")
    "alter role me password '…'"
    """
    return " ".join(_LITERAL.sub("'…'", query).split())
