"""Indexes as the migrations make them, and as they are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from workbench import sqlfiles

if TYPE_CHECKING:
    from workbench.fingerprint import Fingerprint

_WORD = r'(?:"(?:[^"]|"")+"|\w+)'
_DEFINITION = re.compile(
    rf"CREATE (?P<unique>UNIQUE )?INDEX (?P<index>{_WORD}) ON (?P<only>ONLY )?(?P<table>{_WORD}\.{_WORD}) (?P<tail>USING .*)", re.DOTALL
)
_STATE = re.compile(r"(; (INVALID|clustered|replica identity))+$")
_LEFT_BEHIND = re.compile(r"_cc(new|old)\d*\"?$")


@dataclass(frozen=True)
class Wanted:
    """One index that the migrations make.

    Attributes:
        name, table: with their schema, quoted where SQL needs it.
        tail: its definition from USING on: what it has in common with the indexes of partitions.
        constraint: definition of the constraint of its name, for an index that belongs to one.
        comments: statements that bring back its comment and that of its constraint.
    """

    platform: str
    name: str
    table: str
    definition: str
    tail: str
    is_unique: bool
    is_partitioned: bool
    constraint: str | None
    comments: tuple[str, ...]

    @property
    def short(self) -> str:
        """Its name without the schema."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Live:
    """One index that is there; the columns of `sql/marts/upkeep/indexes.sql`."""

    platform: str
    name: str
    table: str
    table_kind: str
    partition_of: str | None
    part_of: str | None
    definition: str
    is_valid: bool
    is_unique: bool
    constraint: str | None
    referenced_by: list[str]
    serves: list[str]
    is_replica_identity: bool
    bytes: int
    scans: int
    is_being_built: bool

    @property
    def is_left_behind(self) -> bool:
        """Whether a REINDEX CONCURRENTLY that broke off left it."""
        return not self.is_valid and not self.is_being_built and _LEFT_BEHIND.search(self.name) is not None


def wanted(expected: "Mapping[str, Fingerprint]") -> dict[str, Wanted]:
    """The indexes of fingerprints, by name."""
    found = {}
    for platform, objects in expected.items():
        for key, text in objects.items():
            if key.startswith("index ") and (parsed := _DEFINITION.fullmatch(_STATE.sub("", text))):
                one = _wanted(platform, key.removeprefix("index "), parsed, objects)
                found[one.name] = one
    return found


def _wanted(platform: str, name: str, parsed: re.Match[str], objects: "Fingerprint") -> Wanted:
    constraint = f"{parsed['index']} on {parsed['table']}"
    sources = {
        f"comment on index {name}": f"comment on index {name}",
        f"comment on table constraint {constraint}": f"comment on constraint {constraint}",
    }
    comments = tuple(f"{verb} is {_literal(objects[key])}" for key, verb in sources.items() if key in objects)
    backs = objects.get(f"table constraint {constraint}")
    only, unique = parsed["only"] is not None, parsed["unique"] is not None
    return Wanted(platform, name, parsed["table"], parsed[0], parsed["tail"], unique, only, backs, comments)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if "\\" not in text else " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def live(raw: psycopg.Connection, platforms: Iterable[str]) -> dict[str, Live]:
    """The indexes that are there, by name."""
    with raw.transaction():
        raw.execute("set local search_path = pg_catalog")  # names are written out in full, as in a fingerprint
        return {row[1]: Live(*row) for row in sqlfiles.rows(raw, "marts/upkeep/indexes", schemas=list(platforms))}


def same(one: Wanted, there: Live) -> bool:
    """Whether an index is what the migrations make."""
    return there.definition == one.definition


def follows(one: Wanted, all_wanted: Mapping[str, Wanted], there: Mapping[str, Live], parents: Mapping[str, str]) -> str | None:
    """The index of a partitioned table that brings this one of a partition along, if that is missing or invalid itself."""
    for parent in all_wanted.values():
        if parent.is_partitioned and parents.get(one.table) == parent.table and parent.tail == one.tail:
            standing = there.get(parent.name)
            return parent.name if standing is None or not standing.is_valid else None
    return None


def parents(there: Mapping[str, Live]) -> dict[str, str]:
    """The table of every partition."""
    return {index.table: index.partition_of for index in there.values() if index.partition_of}
