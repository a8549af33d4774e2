"""Fact views, check views, touch triggers and the unions over all platforms: dropped before a migration steps, built again afterwards.

`sql/<platform>/facts/*.sql` make the platform's facts, `sql/<platform>/checks/*.sql` the views by which checks judge personal columns
without seeing them, `sql/<platform>/touch/*.sql` the triggers that note touched days, and `sql/marts/facts/<fact>.sql` is the contract
of a fact: a `select` of typed nulls with its columns in order, `platform` first, and the comments of the union `marts.<fact>`. All of
them stand only at the newest migration of a platform (and of marts).
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from workbench import paths, sqlfiles
from workbench.errors import MigrationError
from workbench.migrating.files import MARTS, Statement, read_statements
from workbench.migrating.steps import run

FOLDERS = ("facts", "checks", "touch")
"""What a platform's views and triggers are made of, in this order."""

VIEWS = ("facts", "checks")

Columns = dict[str, tuple[int, str]]
"""Column name → type number and the type's name."""


def drop(raw: psycopg.Connection, platforms: Iterable[str]) -> None:
    """Drop the fact views, check views and touch triggers of these platforms, and the unions if one of them has part in them.

    One statement names all views, so that views over each other need no order.

    Raises:
        MigrationError: something else hangs on one of the views; the sentence names it.
    """
    schemas = set(platforms)
    if schemas & {MARTS, *_noted(raw)}:
        schemas.add(MARTS)
    named = list(schemas)
    views, triggers = sqlfiles.several(
        raw, *((f"marts/catalogue/{kind}", {"schemas": named}) for kind in ("derived_views", "touch_triggers"))
    )
    if views:
        _drop_views(raw, views)
    one = sql.SQL("drop trigger {} on {}")
    _all(raw, (one.format(sql.Identifier(trigger), sql.Identifier(schema, table)) for trigger, schema, table in triggers))
    raw.execute("delete from marts.fact_source where platform = any(%s)", [named])


def _all(raw: psycopg.Connection, statements: Iterable[sql.Composable]) -> None:
    """Execute statements of ours in one round trip."""
    if together := list(statements):
        raw.execute(sql.SQL("; ").join(together))


def _noted(raw: psycopg.Connection) -> dict[str, str]:
    return dict(raw.execute("select platform, hash from marts.fact_source").fetchall())


def _drop_views(raw: psycopg.Connection, views: list[tuple[str, ...]]) -> None:
    try:
        raw.execute(sql.SQL("drop view {}").format(sql.SQL(", ").join(sql.Identifier(*view) for view in views)))
    except psycopg.errors.DependentObjectsStillExist as error:
        hanging = (error.diag.message_detail or "").replace("\n", ", ")
        raise MigrationError(
            f"Fact views are rebuilt around every step, and something of yours hangs on one: {hanging}; drop it first."
        ) from error


def build(raw: psycopg.Connection, complete: list[str]) -> None:
    """Make the fact views stand for exactly the platforms that are complete (at their newest migration), and the unions over them.

    Raises:
        MigrationError: a fact view lacks a column of its contract, or has it with another type; the sentence names the file.
        RunFailed: a view or trigger cannot be made; the sentence names file and line.
    """
    noted, wanted = _noted(raw), _hashes(complete)
    if noted == wanted:
        return
    changed = [platform for platform in complete if noted.get(platform) != wanted[platform]]
    drop(raw, [MARTS, *changed])
    for platform in changed:
        for path in _files(platform, *FOLDERS):
            run(raw, path, read_statements(path))
    _build_unions(raw, complete)
    # The platforms' views get the comments of their contract where they have none of their own.
    _all(raw, (sql.SQL(text) for (text,) in sqlfiles.rows(raw, "marts/catalogue/uncommented_facts", schemas=complete)))
    if views := sqlfiles.rows(raw, "marts/catalogue/derived_views", schemas=[MARTS, *changed]):
        named = sql.SQL(", ").join(sql.Identifier(*view) for view in views)
        raw.execute(sql.SQL("grant select on {} to workbench_loader, workbench_reader, workbench_identified").format(named))
    raw.execute("delete from marts.fact_source")
    for platform, digest in wanted.items():
        raw.execute("insert into marts.fact_source (platform, hash) values (%s, %s)", [platform, digest])


def _hashes(complete: list[str]) -> dict[str, str]:
    return {platform: source_hash(platform, complete) for platform in (MARTS, *complete)}


def stale(raw: psycopg.Connection, complete: list[str]) -> bool:
    """Whether views stand that their files do not describe any more, or fail to stand."""
    if _noted(raw) != _hashes(complete):
        return True
    there = {(schema, view) for schema, view in sqlfiles.rows(raw, "marts/catalogue/derived_views", schemas=[MARTS, *complete])}
    return not {(platform, path.stem) for platform in (MARTS, *complete) for path in _files(platform, *VIEWS)} <= there


def standing(raw: psycopg.Connection) -> list[str]:
    """Names of the unions that stand in marts."""
    return [name for _, name in sqlfiles.rows(raw, "marts/catalogue/derived_views", schemas=[MARTS])]


def source_hash(platform: str, complete: Iterable[str]) -> str:
    """SHA-256 over the files of a platform's views and triggers; for marts also over which platforms are united."""
    digest = hashlib.sha256("\n".join(complete).encode() if platform == MARTS else b"")
    for path in _files(platform, *FOLDERS):
        known = path.stat()
        digest.update(_content(path, known.st_mtime_ns, known.st_size))
    return digest.hexdigest()


@cache
def _content(path: Path, modified_ns: int, size: int) -> bytes:
    """Name and text of a file, read again only when it has changed: around every step it is asked whether one has."""
    return path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n")


def _files(platform: str, *folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((paths.sql_folder(platform) / folder).glob("*.sql"))]


def _build_unions(raw: psycopg.Connection, complete: list[str]) -> None:
    """The unions in marts, with the comments of their contracts, over views that keep to them."""
    contracts = {path: read_statements(path) for path in _files(MARTS, "facts")}
    having = {path: [one for one in complete if (paths.sql_folder(one) / "facts" / path.name).exists()] for path in contracts}
    with raw.pipeline():
        wanted = {path: _columns(raw, sql.SQL("select * from ({}) contract").format(_select(contracts[path]))) for path in contracts}
        found = {
            (path, platform): _columns(raw, sql.SQL("select * from {}").format(sql.Identifier(platform, path.stem)))
            for path in contracts
            for platform in having[path]
        }
    for (path, platform), columns in found.items():
        _check(platform, path, _described(wanted[path]), _described(columns))
    _all(raw, (_union(path.stem, having[path], _select(contracts[path]), list(_described(wanted[path]))[1:]) for path in contracts))
    for path, (_, *comments) in contracts.items():
        run(raw, path, comments)


def _select(contract: list[Statement]) -> sql.SQL:
    return sql.SQL(contract[0].text)  # type: ignore[arg-type]


def _union(fact: str, having: list[str], select: sql.SQL, columns: list[str]) -> sql.Composed:
    arms = [_arm(platform, fact, columns) for platform in having] or [select]
    return sql.SQL("create view {} as {}").format(sql.Identifier(MARTS, fact), sql.SQL(" union all ").join(arms))


def _arm(platform: str, fact: str, columns: list[str]) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    query = sql.SQL("select cast({} as text) as platform, {} from {}")
    return query.format(sql.Literal(platform), names, sql.Identifier(platform, fact))


def _columns(raw: psycopg.Connection, query: sql.Composed) -> psycopg.Cursor:
    return raw.execute(query + sql.SQL(" limit 0"))


def _described(asked: psycopg.Cursor) -> Columns:
    return {column.name: (column.type_code, column.type_display) for column in asked.description or []}


def _check(platform: str, contract: Path, wanted: Columns, found: Columns) -> None:
    path = paths.sql_folder(platform) / "facts" / contract.name
    for name, kind in list(wanted.items())[1:]:
        if name not in found:
            raise MigrationError(f"{path} has no column {name!r}, which the contract {contract} asks for.")
        if found[name] != kind:
            raise MigrationError(f"{path}: column {name!r} is {found[name][1]}, the contract {contract} says {kind[1]}; cast it.")
