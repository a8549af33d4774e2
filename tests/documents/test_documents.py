"""Every demand of the documents is where its register says, in a migrated database; whatever is not there says why, and that still holds.

The words of `at`, each followed by what is looked for (names without a schema are of the document's platform):

    table T · column T.C TYPE [not null] · columns TYPE of T: C, C · columns C TYPE of T, T · enum E: LABEL, LABEL · rows of T where … = N
    [unique] index I on T [using METHOD] (…) [include (…)] [where …] · foreign keys indexed · extension E
    constraint C on T[: TEXT] · foreign key T (C) -> T [on delete …] · no foreign key T (C) · comments on everything · rollbacks
    partition T by range|hash (C) [in N] [with default] · row security on every table | T, T · policy P on T · hidden T.C from ROLE · role R
    trigger T on T · function F · audit of every table · matview V (with a unique index) · fact P.F · rollup R
    query MODULE.FUNCTION · python MODULE[:NAME] · command WORDS [--option] · setting NAME [= DEFAULT] · check RULE · file PATH
"""

import functools
import importlib
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from typer.main import get_command

from workbench import check, db, paths
from workbench.cli import app
from workbench.migrating.files import read_migrations
from workbench.settings import Settings

HERE = Path(__file__).parent
ROOT = paths.PACKAGE.parent
render = SimpleNamespace(**runpy.run_path(str(HERE / "render.py")))
REGISTERS = render.registers()
DEMANDS = [demand for register in REGISTERS for demand in register.demands]
KINDS = sorted({(demand.platform, demand.kind) for demand in DEMANDS})
pytestmark = pytest.mark.skipif(not (ROOT / "README.md").exists(), reason="an installed package has no README")

Rule = tuple[re.Pattern[str], Callable[..., bool]]
RULES: list[Rule] = []


def rule(pattern: str) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """The function answers whether what the pattern names is there; groups are its arguments."""

    def keep(function: Callable[..., bool]) -> Callable[..., bool]:
        RULES.append((re.compile(pattern), function))
        return function

    return keep


def is_there(place: "Place", reference: str) -> bool:
    matches = [(function, found) for pattern, function in RULES if (found := pattern.fullmatch(reference))]
    assert len(matches) == 1, f"{reference!r} is understood in {len(matches)} ways"
    function, found = matches[0]
    return function(place, *found.groups())


def plain(text: str) -> str:
    """Definitions compare without casts, schemas, quotes, brackets and spaces."""
    text = re.sub(r"::(text|regconfig|jsonb|numeric|double precision)(\[\])?", "", text.lower())
    return re.sub(r'\b(public|mued|learning|drivemaster|video)\.|[\s()"]', "", text)


class Place:
    """The database as one platform's document sees it."""

    def __init__(self, sql: psycopg.Connection, platform: str) -> None:
        self.sql, self.platform = sql, platform

    def one(self, query: str, *parameters: Any) -> Any:
        """The first value of the first row, or nothing."""
        row = self.sql.execute(query, parameters).fetchone()
        return row and row[0]

    def name(self, name: str) -> str:
        return name if "." in name else f"{self.platform}.{name}"

    def oid(self, name: str) -> int | None:
        return self.one("select to_regclass(%s)::oid", self.name(name))

    def constraints(self, table: str) -> dict[str, str]:
        found = "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s and conparentid = 0"
        return dict(self.sql.execute(found, [self.oid(table)]).fetchall())

    def tables(self) -> list[str]:
        """Every table of the platform that is no partition of another."""
        found = "select relname from pg_class where relnamespace = %s::regnamespace and relkind in ('r', 'p') and not relispartition"
        return [name for (name,) in self.sql.execute(found, [self.platform])]


# --- what can be looked for ------------------------------------------------------------------------------------------


@rule(r"table ([\w.]+)")
def _table(place: Place, name: str) -> bool:
    return place.one("select relkind in ('r', 'p') from pg_class where oid = %s", place.oid(name))


TYPES = {"timestamp": "timestamp with time zone", "float": "double precision"}


KIND = r"\w+(?: precision)?(?:\([\d,]+\))?(?:\[\])?"
REST = r" (?:not null|PRIMARY|UNIQUE|NOT NULL|REFERENCES|DEFAULT|CHECK).*"


@rule(rf"column (\w+)\.(\w+) ({KIND})({REST})?")
def _column(place: Place, table: str, column: str, kind: str, rest: str | None) -> bool:
    found = place.sql.execute(
        "select format_type(atttypid, atttypmod), attnotnull from pg_attribute where attrelid = %s and attname = %s and not attisdropped",
        [place.oid(table), column],
    ).fetchone()
    wanted = TYPES.get(kind, kind.replace("varchar", "character varying"))
    required = re.search("not null|primary key", rest or "", re.IGNORECASE)
    return bool(found) and plain(found[0]) == plain(wanted) and (found[1] or not required)


@rule(r"columns ([\w ]+) of (\w+): (.+)")
def _columns(place: Place, kind: str, table: str, names: str) -> bool:
    return all(_column(place, table, name, kind, None) for name in names.split(", "))


@rule(r"columns (\w+) (\w+) of ([\w, ]+)")
def _column_of_all(place: Place, column: str, kind: str, tables: str) -> bool:
    return all(_column(place, table, column, kind, None) for table in tables.split(", "))


@rule(r"enum (\w+): (.+)")
def _enum(place: Place, name: str, labels: str) -> bool:
    found = "select array_agg(enumlabel::text order by enumsortorder) from pg_enum where enumtypid = to_regtype(%s)"
    return place.one(found, place.name(name)) == labels.split(", ")


@rule(r"rows of (\w+) where (.+) = (\d+)")
def _rows(place: Place, table: str, condition: str, count: str) -> bool:
    return place.one(f"select count(*) from {place.name(table)} where {condition}") == int(count)  # noqa: S608


@rule(r"(unique )?index (\w+) on (\w+)(?: using (\w+))? (\(.+)")
def _index(place: Place, unique: str | None, name: str, table: str, method: str | None, rest: str) -> bool:
    found = place.one(
        "select pg_get_indexdef(%s) from pg_index where indexrelid = %s and indrelid = %s", oid := place.oid(name), oid, place.oid(table)
    )
    if not found:
        return False
    return plain(found.split(" USING ", 1)[1]) == plain(f"{method or 'btree'} {rest}") and bool(unique) == ("UNIQUE" in found)


@rule(r"foreign keys indexed")
def _foreign_keys_indexed(place: Place) -> bool:
    without = """select count(*) from pg_constraint as k where contype = 'f' and conparentid = 0 and connamespace = %s::regnamespace
        and not exists (select from pg_index where indrelid = conrelid and indkey[0] = any (conkey))"""
    return place.one(without, place.platform) == 0


@rule(r"extension (\w+)")
def _extension(place: Place, name: str) -> bool:
    return place.one("select true from pg_extension where extname = %s", name)


@rule(r"constraint (\w+) on (\w+)(?:: (.+))?")
def _constraint(place: Place, name: str, table: str, text: str | None) -> bool:
    found = place.constraints(table).get(name)
    return found is not None and (text or "") in found


@rule(r"foreign key (\w+) (\([\w, ]+\)) -> (\w+)( on delete [a-z ]+)?")
def _foreign_key(place: Place, table: str, columns: str, to: str, action: str | None) -> bool:
    pattern = rf"FOREIGN KEY {re.escape(columns)} REFERENCES {place.platform}\.{to}\([\w, ]+\)( ON UPDATE CASCADE)?( ON DELETE [\w ()]+)?"
    found = [match for text in place.constraints(table).values() if (match := re.fullmatch(pattern, text))]
    return bool(found) and (action is None or (found[0][2] or "").lower() == action)


@rule(r"no foreign key (\w+) \((\w+)\)")
def _no_foreign_key(place: Place, table: str, column: str) -> bool:
    return not any(re.match(rf"FOREIGN KEY \([^)]*\b{column}\b", text) for text in place.constraints(table).values())


@rule(r"comments on everything")
def _comments(place: Place) -> bool:
    bare = """select count(*) from pg_class as c left join pg_attribute as a on attrelid = c.oid and attnum > 0 and not attisdropped
        where relnamespace = %s::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relispartition
        and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, attnum) is null)"""
    return place.one(bare, place.platform) == 0


@rule(r"rollbacks")
def _rollbacks(place: Place) -> bool:
    return all(migration.rollback.exists() for migration in read_migrations(place.platform))


@rule(r"partition (\w+) by (range|hash) \((\w+)\)(?: in (\d+))?( with default)?")
def _partition(place: Place, table: str, how: str, column: str, count: str | None, default: str | None) -> bool:
    found = place.sql.execute(
        "select pg_get_partkeydef(partrelid), partdefid <> 0, (select count(*) from pg_inherits where inhparent = partrelid)"
        " from pg_partitioned_table where partrelid = %s",
        [place.oid(table)],
    ).fetchone()
    if not found:
        return False
    key, overflow, parts = found
    return plain(key) == how + column and overflow == bool(default) and (count is None or parts == int(count))


@rule(r"row security on (every table|[\w, ]+)")
def _row_security(place: Place, tables: str) -> bool:
    names = place.tables() if tables == "every table" else tables.split(", ")
    return all(place.one("select relrowsecurity and relforcerowsecurity from pg_class where oid = %s", place.oid(name)) for name in names)


@rule(r"policy (\w+) on (\w+)")
def _policy(place: Place, name: str, table: str) -> bool:
    return place.one("select true from pg_policy where polname = %s and polrelid = %s", name, place.oid(table))


@rule(r"hidden (\w+)\.(\w+) from (\w+)")
def _hidden(place: Place, table: str, column: str, role: str) -> bool:
    return not place.one("select has_column_privilege(%s, %s::oid, %s, 'select')", role, place.oid(table), column)


@rule(r"role (\w+)")
def _role(place: Place, name: str) -> bool:
    return place.one("select true from pg_roles where rolname = %s", name)


@rule(r"trigger (\w+) on (\w+)")
def _trigger(place: Place, name: str, table: str) -> bool:
    return place.one("select true from pg_trigger where tgname = %s and tgrelid = %s", name, place.oid(table))


@rule(r"function (\w+)")
def _function(place: Place, name: str) -> bool:
    return place.one("select true from pg_proc where proname = %s and pronamespace = %s::regnamespace", name, place.platform)


@rule(r"audit of every table")
def _audit(place: Place) -> bool:
    """An event is a log entry itself: its insertion is not logged again."""
    wanted = [(kind, table) for table in place.tables() if table != "audit_logs" for kind in ("insert", "update", "delete")]
    return all(_trigger(place, f"audit_{kind}", table) for kind, table in wanted if (kind, table) != ("insert", "analytics_events"))


@rule(r"matview (\w+)")
def _materialized_view(place: Place, name: str) -> bool:
    found = (
        "select relkind = 'm' and exists (select from pg_index where indrelid = c.oid and indisunique) from pg_class as c where oid = %s"
    )
    return place.one(found, place.oid(name))


@rule(r"fact (\w+)\.(\w+)")
def _fact(place: Place, platform: str, name: str) -> bool:
    views = [
        place.one("select relkind = 'v' from pg_class where oid = to_regclass(%s)", f"{schema}.{name}") for schema in (platform, "marts")
    ]
    return all(views)


@rule(r"rollup (\w+)")
def _rollup(place: Place, name: str) -> bool:
    return _table(place, f"marts.{name}") and (paths.SQL / "marts" / "rollups" / f"{name}.sql").exists()


@rule(r"query (\w+)\.(\w+)")
def _query(place: Place, module: str, name: str) -> bool:
    function = getattr(importlib.import_module(f"workbench.queries.{module}"), name, None)
    return callable(function) and (paths.SQL / module / "queries" / f"{name}.sql").exists()


@rule(r"python ([\w.]+)(?::(\w+))?")
def _python(place: Place, module: str, name: str | None) -> bool:
    found = importlib.import_module(module)
    return name is None or hasattr(found, name)


@functools.cache
def commands() -> Any:
    """The command line, put together once: nothing changes it."""
    return get_command(app)


@rule(r"command ([\w ]+?)( --[\w-]+)?")
def _command(place: Place, words: str, option: str | None) -> bool:
    command: Any = commands()
    for word in words.split():
        below = getattr(command, "commands", None)
        if below is None and any(f"`{word}`" in str(getattr(parameter, "help", "")) for parameter in command.params):
            continue  # a word that its help names for one of its arguments
        command = (below or {}).get(word)
        if command is None:
            return False
    return option is None or any(option.strip() in parameter.opts for parameter in command.params)


@rule(r"setting (\w+)(?: = (\w+))?")
def _setting(place: Place, name: str, default: str | None) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and (default is None or str(field.default) == default)


@functools.cache
def checks() -> set[tuple[str, str]]:
    """Platform and id of every rule that comes with the workbench."""
    return {(suite.platform, rule.id) for suite in check.load_suites(extra=[]) for rule in suite.rules}


@rule(r"check ([A-Z0-9-]+)")
def _check(place: Place, name: str) -> bool:
    return (place.platform, name) in checks()


@rule(r"file (\S+)")
def _file(place: Place, name: str) -> bool:
    return (ROOT / name).is_file()


# --- the tests -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sql(shared_database: Any) -> Iterator[psycopg.Connection]:
    with shared_database.connect() as connection:
        yield db.raw(connection)
        connection.rollback()


@pytest.mark.parametrize(("platform", "kind"), KINDS, ids=lambda value: str(value).replace(" ", "-"))
def test_everything_is_where_the_register_says(sql: psycopg.Connection, platform: str, kind: str) -> None:
    place = Place(sql, platform)
    chosen = [demand for demand in DEMANDS if (demand.platform, demand.kind) == (platform, kind)]
    missing = [f"{d.document} {d.lines}: {at}" for d in chosen for at in d.at if not is_there(place, at)]
    assert not missing, "the register names something that is not there, or not as it says"


WRONG = (
    "table nothing", "column users.email text", "column users.nothing text", "column users.first_name varchar(100) NOT NULL",
    "columns double precision of users: email", "columns id integer of users, interactions", "enum users: a, b",
    "rows of users where true = 7", "index idx_users_email on users (username)", "index idx_users_email on interactions (email)",
    "unique index idx_users_email on users (email)", "index idx_study_materials_tags on study_materials (tags)",
    "index idx_users_present on users (created_at)", "index idx_users_present on users (created_at) where deleted_at is null",
    "index idx_nothing on users (email)", "extension nothing", "constraint nothing on users",
    "constraint user_feedback_rating_range on user_feedback: 6", "foreign key users (id) -> interactions",
    "foreign key interactions (user_id) -> users on delete cascade", "no foreign key interactions (user_id)",
    "partition audit_logs by range (created_at)", "partition users by hash (id) in 8", "partition interactions by hash (created_at)",
    "row security on nothing", "policy nothing on users", "hidden users.id from workbench_reader", "role nothing",
    "trigger users_audit on interactions", "function nothing", "audit of every table", "matview users", "fact learning.nothing",
    "fact mued.users", "rollup nothing", "query learning.nothing", "python workbench.db:nothing", "command db nothing",
    "command db up --nothing", "command monitor nothing", "setting nothing", "setting pool_size = 21", "file sql/nothing.sql",
    "check MUED-USER-001",
)  # fmt: skip


@pytest.mark.parametrize("reference", WRONG)
def test_what_is_not_there_is_not_found(sql: psycopg.Connection, reference: str) -> None:
    assert not is_there(Place(sql, "learning"), reference)


def test_every_word_is_tried_on_something_that_is_not_there() -> None:
    """Except those that hold for a whole platform: no wrong one of them can be written down."""
    untried = [pattern.pattern for pattern, _ in RULES if not any(pattern.fullmatch(reference) for reference in WRONG)]
    assert untried == ["foreign keys indexed", "comments on everything", "rollbacks"]


def test_a_reason_that_is_no_longer_true_is_noticed(sql: psycopg.Connection) -> None:
    stale = [
        f"{d.document} {d.lines}: {d.asks}, now that there is: {d.until}"
        for d in DEMANDS
        if d.until and is_there(Place(sql, d.platform), d.until)
    ]
    assert not stale, "name in the register what it became"


@pytest.mark.parametrize(
    "demand", [d for d in DEMANDS if not d.is_there], ids=lambda d: f"{d.document}-{d.first}-{d.kind}".replace(" ", "-")
)
def test_nothing_is_missing_without_a_reason(demand: Any) -> None:
    assert len(demand.because) > 20
    assert demand.until or not demand.because.startswith("not yet"), "say what would end the wait"


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.document)
def test_every_line_of_a_document_is_accounted_for(register: Any) -> None:
    spans = [(d.first, d.last) for d in register.demands]
    asked = {line for first, last in spans for line in range(first, last + 1)}
    passed = {line for first, last, _ in register.passed_over for line in range(first, last + 1)}
    assert asked | passed == set(range(1, register.lines + 1))
    assert not asked & passed


def test_kinds_are_those_that_are_shown() -> None:
    assert {demand.kind for demand in DEMANDS} <= set(render.KINDS)


def test_the_readme_and_the_lists_are_up_to_date() -> None:
    assert [str(path.relative_to(ROOT)) for path in render.outdated()] == [], "run `make documents`"
    assert (ROOT / "README.md").read_text(encoding="utf-8").count(render.BEGIN) == 1
