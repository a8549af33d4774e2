"""The tables of the learning platform are those of its document: columns, types, defaults, keys, checks and indexes, and nothing else."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import yaml
from sqlalchemy import Connection

from workbench.db import raw

# The definitions as they were given: a line a column (name, type, constraints, description), then the indexes.
REGISTER = Path(__file__).parents[1] / "documents" / "learning-platform-schema.yml"

# What differs, and why: `timestamp` is timestamptz everywhere; keys of partitioned tables hold the partition column, so feedback refers to
# an interaction by both halves of its key; keys make themselves; the document's "consider" and "partial indexes" became these indexes.
PARTITIONED = {"interactions": "created_at", "progress_metrics": "recorded_at", "audit_logs": "created_at"}
ADDED_COLUMNS = {("user_feedback", "interaction_created_at")}
ADDED_INDEXES = {
    "idx_users_present", "idx_study_materials_title_trgm", "idx_study_materials_search", "idx_study_materials_metadata",
    "idx_content_chunks_content_trgm", "idx_content_chunks_search", "idx_content_chunks_metadata", "idx_generated_assets_metadata",
    "idx_user_feedback_metadata",
}  # fmt: skip
TYPES = {"timestamp": "timestamp with time zone", "float": "double precision"}


@dataclass
class Table:
    """A table as the document has it."""

    columns: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # name → type, constraints, description
    indexes: dict[str, tuple[str, str]] = field(default_factory=dict)  # name → columns, method


def parse(register: Path) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, in every worker
    for given in yaml.load(register.read_text(encoding="utf-8"), loader)["demands"]:
        for row in given.get("each", ()):
            if "of" in given:
                name, *rest = (cell.strip() for cell in row.split("|"))
                tables.setdefault(given["of"], Table()).columns[name] = tuple(rest)
            else:
                name, table, method, columns = re.fullmatch(r"index (\w+) on (\w+)(?: using (\w+))? \((.+)\)", row).groups()
                tables[table].indexes[name] = (columns, method or "btree")
    return tables


TABLES = parse(REGISTER)


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def wanted_type(kind: str) -> str:
    return TYPES.get(kind, kind.replace("varchar", "character varying"))


def wanted_default(constraints: str) -> str | None:
    found = re.search(r"DEFAULT (\S+)", constraints)
    return found and found[1].lower()


def plain(definition: str) -> str:
    return re.sub(r"[\s()]|::[a-z ]+(?:\(\d+\))?", "", definition).lower()


def test_the_document_was_read_whole() -> None:
    assert {name: (len(table.columns), len(table.indexes)) for name, table in TABLES.items()} == {
        "users": (13, 4), "study_materials": (15, 6), "content_chunks": (12, 5), "generated_assets": (13, 7), "learning_sessions": (11, 6),
        "interactions": (11, 6), "user_feedback": (11, 6), "progress_metrics": (10, 6), "audit_logs": (13, 7),
    }  # fmt: skip


def test_there_are_these_tables_and_no_others(sql: psycopg.Connection) -> None:
    found = "select relname from pg_class where relnamespace = 'learning'::regnamespace and relkind in ('r', 'p') and not relispartition"
    assert {name for (name,) in sql.execute(found)} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_their_type_default_and_comment(sql: psycopg.Connection, name: str) -> None:
    rows = sql.execute(
        """select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
           from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
           where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum""",
        [f"learning.{name}"],
    ).fetchall()
    found = {column: rest for column, *rest in rows if (name, column) not in ADDED_COLUMNS}
    assert list(found) == list(TABLES[name].columns), "the same columns in the same order"
    assert len(rows) - len(found) == sum(table == name for table, _ in ADDED_COLUMNS)
    for column, (kind, constraints, description) in TABLES[name].columns.items():
        typed, required, default, comment = found[column]
        assert typed == wanted_type(kind), column
        key = column == "id" or column == PARTITIONED.get(name)
        assert required == ("NOT NULL" in constraints or key), column
        assert (default and plain(default)) == (plain("gen_random_uuid()") if column == "id" else
                                                (wanted_default(constraints) and plain(wanted_default(constraints)))), column  # fmt: skip
        assert re.sub("^(Personal|Secret): ", "", comment) == description, column


@pytest.mark.parametrize("name", TABLES)
def test_keys_references_and_checks_are_those_listed(sql: psycopg.Connection, name: str) -> None:
    found = "select contype::text, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and conparentid = 0"
    kinds: dict[str, set[str]] = {"p": set(), "u": set(), "f": set(), "c": set()}
    for kind, definition in sql.execute(found, [f"learning.{name}"]):
        if kind in kinds:
            kinds[kind].add(definition)
    key = f"id, {PARTITIONED[name]}" if name in PARTITIONED else "id"
    assert kinds["p"] == {f"PRIMARY KEY ({key})"}
    listed = TABLES[name].columns.items()
    assert kinds["u"] == {f"UNIQUE ({column})" for column, (_, text, _) in listed if "UNIQUE" in text}
    references = {column: re.search(r"REFERENCES (\w+)\(id\)", text) for column, (_, text, _) in listed}
    wanted = {f"FOREIGN KEY ({column}) REFERENCES learning.{to[1]}(id)" for column, to in references.items() if to}
    if name == "user_feedback":
        wanted.remove("FOREIGN KEY (interaction_id) REFERENCES learning.interactions(id)")
        wanted.add("FOREIGN KEY (interaction_id, interaction_created_at) REFERENCES learning.interactions(id, created_at)")
    assert kinds["f"] == wanted
    checks = {plain(re.search(r"CHECK \(.+\)", text)[0]) for _, (_, text, _) in listed if "CHECK" in text}
    if name == "user_feedback":
        checks.add(plain("CHECK ((interaction_id is null) = (interaction_created_at is null))"))
    assert {plain(check) for check in kinds["c"]} == checks


def test_every_listed_index_is_there_by_name(sql: psycopg.Connection) -> None:
    rows = sql.execute(
        """select t.relname, i.relname, a.amname, pg_get_indexdef(x.indexrelid) from pg_index x join pg_class i on i.oid = x.indexrelid
           join pg_class t on t.oid = x.indrelid join pg_am a on a.oid = i.relam
           where t.relnamespace = 'learning'::regnamespace and not t.relispartition and not exists (
               select from pg_constraint where conindid = x.indexrelid and contype in ('p', 'u'))"""
    ).fetchall()
    found = {name: (table, method, definition) for table, name, method, definition in rows}
    for table, defined in TABLES.items():
        for name, (columns, method) in defined.indexes.items():
            assert found[name][:2] == (table, method), name
            assert found[name][2].endswith(f"USING {method} ({columns})"), name
    listed = {name for table in TABLES.values() for name in table.indexes}
    assert found.keys() - listed == ADDED_INDEXES


def test_three_tables_have_a_partition_a_month_and_one_has_no_default(sql: psycopg.Connection) -> None:
    rows = sql.execute(
        """select c.relname, pg_get_partkeydef(c.oid), partdefid <> 0 from pg_partitioned_table join pg_class c on c.oid = partrelid
           where relnamespace = 'learning'::regnamespace"""
    ).fetchall()
    assert {name: (key, overflow) for name, key, overflow in rows} == {
        name: (f"RANGE ({column})", name != "interactions") for name, column in PARTITIONED.items()
    }
