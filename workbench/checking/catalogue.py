"""What the catalogue says of the tables to check, asked as the reading role."""

from collections.abc import Collection
from typing import Any

from workbench import sqlfiles
from workbench.checking.asking import Column, Columns
from workbench.checking.session import Session


def schemas(session: Session, names: Collection[str]) -> set[str]:
    """Those of these schemas that are there."""
    return {row[0] for row in _rows(session, "schemas", names=list(names))}


def columns(session: Session, tables: Collection[str]) -> dict[str, Columns]:
    """The columns of each table; none of one that is not there."""
    found: dict[str, dict[str, Column]] = {table: {} for table in tables}
    for table, column, kind, needs_text, readable in _rows(session, "columns", tables=list(tables)):
        found[table][column] = Column(column, kind, needs_text, readable)
    return dict(found)


def _rows(session: Session, name: str, **parameters: object) -> list[tuple[Any, ...]]:
    with session.engine.connect() as connection:
        return [tuple(row) for row in sqlfiles.fetch(connection, f"marts/check/{name}", **parameters)]
