"""Catalogue fingerprint of a schema: what is there, by name, independent of physical order and object numbers (Definition O1).

A fingerprint is a plain dict, object identity → definition, for instance `"index mued.users_email_key"` →
`"CREATE UNIQUE INDEX …"`; two of them can be compared, and every difference has a name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.types.numeric import Oid

from workbench import db, sqlfiles
from workbench.migrating.report import Drift

if TYPE_CHECKING:
    from sqlalchemy import Connection

Fingerprint = dict[str, str]

KINDS = ("schemas", "columns", "constraints", "indexes", "policies", "types", "functions", "triggers", "sequences", "grants", "comments")
"""Catalogue queries `sql/marts/catalogue/<kind>.sql` beside `relations`, which comes first."""

_TOUCH = re.compile(r"EXECUTE FUNCTION \w+\.touch_\w+\(")


def take(connection: "Connection", schema: str, derived: bool = True) -> Fingerprint:
    """Fingerprint of one schema; an empty one if there is no such schema.

    Args:
        derived: include what is rebuilt around every migration — fact views, check views, unions and touch triggers (the fingerprint
            at rest). The fingerprint of a step leaves them out.
    """
    return read(db.raw(connection), schema, derived)


def read(raw: psycopg.Connection, schema: str, derived: bool = True) -> Fingerprint:
    """The same as `take`, over a psycopg connection."""
    with _plain(raw):
        relations = sqlfiles.rows(raw, "marts/catalogue/relations", schema=schema, derived=derived)
        parameters = {"schema": schema, "relations": _oids(relations)}
        queries = {name: sqlfiles.load(name)[1] for name in (f"marts/catalogue/{kind}" for kind in KINDS)}
        answers = sqlfiles.several(raw, *((name, {key: parameters[key] for key in wanted}) for name, wanted in queries.items()))
    found = {object_: definition for _, object_, definition in relations}
    for rows in answers:
        found.update(rows)
    if not derived:
        touch = {name.removeprefix("trigger ") for name, text in found.items() if name.startswith("trigger ") and _TOUCH.search(text)}
        found = {name: text for name, text in found.items() if name.removeprefix("comment on ").removeprefix("trigger ") not in touch}
    return dict(sorted(found.items()))


def objects(raw: psycopg.Connection, schema: str) -> set[tuple[str, str]]:
    """Kind and identity of what a step can bring or take away in a schema, such as `("foreign key", "take_piece on probe.take")`: tables,
    views, sequences, indexes, foreign keys, policies, enums, functions and triggers, without those rebuilt around every migration."""
    with _plain(raw):
        relations = sqlfiles.rows(raw, "marts/catalogue/relations", schema=schema, derived=False)
        return set(sqlfiles.rows(raw, "marts/catalogue/objects", schema=schema, relations=_oids(relations)))


@contextmanager
def _plain(raw: psycopg.Connection) -> Iterator[None]:
    """Names are written out in full, and times in UTC, whatever the session has set; the rollback restores its settings."""
    with raw.transaction(force_rollback=True):
        raw.execute("set local search_path = pg_catalog; set local timezone = 'UTC'")
        yield


def _oids(relations: list[tuple]) -> list[Oid]:
    """The numbers, as of one type however large they are or even if there are none: each query is prepared once."""
    return [Oid(relation[0]) for relation in relations]


def compare(platform: str, expected: Fingerprint, found: Fingerprint) -> list[Drift]:
    """Every difference by name: missing, unexpected, different; in the order of the objects.

    >>> [(d.kind, d.object) for d in compare("x", {"table x.a": "1", "index x.i": "1"}, {"table x.a": "2", "table x.b": "1"})]
    [('missing', 'index x.i'), ('different', 'table x.a'), ('unexpected', 'table x.b')]
    """
    drifts = []
    for name in sorted(expected.keys() | found.keys()):
        wanted, there = expected.get(name), found.get(name)
        if wanted != there:
            kind = "missing" if there is None else "unexpected" if wanted is None else "different"
            drifts.append(Drift(platform, kind, name, wanted, there))
    return drifts
