"""Every rule can fail: what breaks it in otherwise clean data makes it fail, those that it says are implied, and no other.

The breaks stand in the suite files; those of plain native rules are made here. A round breaks many rules at once, never two in one table:
what fails must be exactly the union of what was broken and what that implies, comparisons of rollups with raw rows that were broken aside.
Great Expectations must find what should fail; the queries for rows at fault, asked of all rules whose answer the round can change, must
find the same and nothing else. All rounds are transactions of one session, rolled back: it knows the catalogue from the first on.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, StaticPool

from workbench import check, db, paths, sqlfiles
from workbench.checking import asking, catalogue, session
from workbench.checking.asking import WHOLE, Columns, Question
from workbench.checking.schema import Rule, Suite

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
SUITES = [suite for suite in check.load_suites(extra=[]) if not suite.draft]
RULES = [(suite, rule) for suite in SUITES for rule in suite.rules]
AUTOMATIC = {
    "expect_column_values_to_not_be_null", "expect_column_values_to_be_unique", "expect_column_values_to_be_in_set",
    "expect_column_values_to_be_between", "expect_column_values_to_match_regex", "expect_compound_columns_to_be_unique",
}  # fmt: skip
PLATFORMS = ("marts", *paths.PLATFORMS)
BREACHED = {"SLO-AVAILABILITY-MUED", "SLO-CITATION-COVERAGE-MUED"}
"""Objectives that are breached in the simulated data, because of what was planted: nothing more can break them."""
EXCUSE = "marts.sealed_range"
"""The book of archived days: a row in it excuses rules about them."""
LOG = "marts.touched_day"
"""The log of days that wait for a refresh, by platform."""
UNHEARD = "never heard of"
NEW_LABEL = """
insert into pg_enum
select pg_nextoid('pg_enum', 'oid', 'pg_enum_oid_index'), %(type)s::regtype, max(enumsortorder) + 1, %(label)s
from pg_enum where enumtypid = %(type)s::regtype
"""
Changes = Mapping[str, set[str] | None]
"""What a break does to tables: the columns in which rows change, or None where rows come or go, or may."""
_NAMED = re.compile(rf"\b(?:{'|'.join(PLATFORMS)})\.\w+")
_SET = re.compile(r"\bupdate (\w+\.\w+)(?: (?:as )?(?!set\b)\w+)?\s+set\s+(\w+ = .*)", re.DOTALL)
_DONE_TO = re.compile(r"\b(?:update|into|delete from|of|table)\s+(\w+\.\w+)")
_UNLESS = re.compile(rf"\bnot exists \(\s*select from ({EXCUSE}|{LOG})\b")
_ANYTHING = re.compile(r"\bmarts\.(?!check_as_of|check_since)\w+\s*\(|\bpg_(?!catalog\b|timezone_names)\w+")
_WHOLE_ROWS = re.compile(r"json\w*\(|\*")


# Rounds


def changed_by(rule: Rule, table: str) -> dict[str, set[str] | None]:
    """What breaking a rule of the table does to tables: the columns in which rows change, or None where rows come or go, or may."""
    if not rule.breaks:
        return {table: {*rule.columns}}
    found: dict[str, set[str] | None] = {}
    for statement in rule.breaks.split(";"):
        names, update = _DONE_TO.findall(statement), _SET.search(statement)
        if update and names == [update[1]] and update[1] not in found:
            found[update[1]] = {*re.findall(r"(\w+)\s*=", update[2])}
        else:
            found |= dict.fromkeys(names or _NAMED.findall(statement))
    return found


def taken_by(rule: Rule) -> set[str]:
    """Of the tables whose rows excuse others, those from which breaking the rule takes rows."""
    done = [statement for statement in (rule.breaks or "").split(";") if not re.match(r"\s*insert into", statement)]
    return {name for statement in done for name in _DONE_TO.findall(statement)} & {EXCUSE, LOG}


def apart(suite: Suite, rule: Rule) -> set[str]:
    """Tables in which a round breaks nothing else: that of the rule, and those of its break; of the log of touched days only the part of
    one platform, since nothing but its own rules reads more of it."""
    tables = {suite.table, *_NAMED.findall(rule.breaks or "")}
    if LOG not in tables:
        return tables
    return tables - {LOG} | {f"{LOG} of {platform}" for platform in (PLATFORMS if suite.table == LOG else [suite.platform])}


def excused(rule: Rule) -> bool:
    """Whether days that were archived are none of the business of the rule, or of one that it implies."""
    return EXCUSE in rule.query or any(EXCUSE in other.query for _, other in RULES if other.id in rule.implies)


def rounds() -> list[list[tuple[Suite, Rule]]]:
    """The rules in rounds, each table touched at most once a round, and no rule broken where another implies it."""
    found: list[tuple[set[str], set[str], list[tuple[Suite, Rule]]]] = []
    for suite, rule in RULES:
        tables, fails = apart(suite, rule), {rule.id, *rule.implies}
        for touched, failing, members in found:
            excuses = (EXCUSE in touched and excused(rule)) or (EXCUSE in tables and any(excused(other) for _, other in members))
            if not touched & tables and not failing & fails and not excuses:
                break
        else:
            touched, failing, members = set(), set(), []
            found.append((touched, failing, members))
        touched |= tables
        failing |= fails
        members.append((suite, rule))
    return [members for *_, members in found]


ROUNDS = rounds()


# What the answer to a rule depends on


@dataclass(frozen=True)
class Reads:
    """What the answer to a rule depends on.

    Attributes:
        tables: those that it names, views too. behind: those behind the views. columns: its words. whole_rows: it reads columns that it
            does not name. excusing: tables of which it only asks whether they excuse a row. waiting: those behind the facts and
            dimensions that a rollup is compared with, on days that do not wait for a refresh. anything: nobody knows, since it asks a
            function or the catalogue.
    """

    tables: set[str]
    columns: set[str]
    whole_rows: bool = False
    behind: frozenset[str] = frozenset()
    excusing: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    anything: bool = False

    def can_change(self, broken: Changes, taken: set[str]) -> bool:
        """Whether the answer can: a table that excuses fails nothing more where no row is taken out of it."""
        if self.anything or self.behind & broken.keys():
            return True
        named = (self.tables - (self.excusing - taken)) & broken.keys()
        return any((columns := broken[name]) is None or self.whole_rows or columns & self.columns for name in named)


def read_by(connection: Connection, suite: Suite, rule: Rule, behind: dict[str, frozenset[str]]) -> Reads:
    columns = {*rule.columns, *re.findall(r"\w+", rule.holds + rule.query)}
    if rule.form == "row":  # a condition over the columns of a row
        return Reads({suite.table}, columns)
    names = {suite.table, *rule.reads, *_NAMED.findall(rule.query)}
    for name in names - behind.keys():
        behind[name] = tables_behind(connection, name)
    compares = suite.platform == "marts" and LOG in rule.query
    asked = {one: len(re.findall(rf"{one}\b", rule.query)) for one in (EXCUSE, LOG)}
    return Reads(
        names, columns,
        whole_rows=bool(_WHOLE_ROWS.search(rule.query.replace("count(*)", ""))),
        behind=frozenset().union(*(behind[name] for name in names)),
        excusing=frozenset(one for one, times in asked.items() if times == _UNLESS.findall(rule.query).count(one)),
        waiting=frozenset().union(*(behind[name] for name in names if compares and re.search(r"\.(fact|dim)_", name))),
        anything=bool(_ANYTHING.search(rule.query)),
    )  # fmt: skip


def tables_behind(connection: Connection, view: str) -> frozenset[str]:
    """The tables behind a view, of whichever platform; nothing behind a table."""
    schema, name = view.split(".")
    chosen = [schema] if schema != "marts" else list(PLATFORMS)
    rows = sqlfiles.fetch(connection, "marts/report/tables_of_facts", platforms=chosen, facts=[name])
    return frozenset(row.table_name for row in rows)


@pytest.fixture(scope="module")
def reads(simulated_copy) -> dict[str, Reads]:
    """By rule."""
    behind: dict[str, frozenset[str]] = {}
    with simulated_copy.connect() as connection:
        return {rule.id: read_by(connection, suite, rule, behind) for suite, rule in RULES}


# The tests


def test_every_rule_has_its_mutation() -> None:
    missing = [f"{suite.path}: {rule.id}" for suite, rule in RULES if not rule.breaks and rule.expect not in AUTOMATIC]
    assert not missing, "break is missing"


def test_clean_data_passes_whole(simulated_database) -> None:
    """But for the objectives that the planted outage and the planted loophole breach."""
    with simulated_database.connect() as connection:
        run = check.run(connection, as_of=AS_OF, record=False)
    assert not run.errors and {result.rule.id for result in run.worst("info")} == BREACHED, run.text()
    assert run.skipped == () and len(run.results) == len(RULES)


@pytest.fixture(scope="module")
def hand(simulated_copy) -> Iterator[psycopg.Connection]:
    """A connection of the checks, on data of every platform, on which rules are broken too: only so the checks see it. Whatever hinders a
    break is taken away at once and for all rounds, so that the server keeps its plans from one to the next."""
    with closing(session.connection(simulated_copy.url, {"workbench.check_as_of": AS_OF})) as found:
        found.read_only, found.prepare_threshold = False, None
        found.execute("set local role none; set local session_replication_role = replica; set local allow_system_table_mods = on")
        for place, name in sorted({dropped(suite, name) for suite, rule in RULES for name in rule.drop}):
            clear(found, place, name)
        for suite, rule in RULES:
            for statement in [] if rule.breaks else loosened(found, suite.table, spoilt(rule)):
                found.execute(statement)
        found.execute("savepoint clean")
        yield found


@pytest.fixture(scope="module")
def opened(simulated_copy, hand: psycopg.Connection) -> Iterator[session.Session]:
    """A session of the checks that works on that connection alone, and does not end its transaction."""
    with session.opened(simulated_copy.url, AS_OF, None) as (found,):
        found.rows("select")  # learns what server it is
        found.engine.pool = StaticPool(lambda: hand, reset_on_return=None)
        found.engine.dialect.do_rollback = found.engine.dialect.do_commit = lambda _: None
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_what_is_broken_fails_and_nothing_else(
    hand: psycopg.Connection, opened: session.Session, reads: dict[str, Reads], number: int
) -> None:
    members = ROUNDS[number]
    expected = {name for _, rule in members for name in (rule.id, *rule.implies)}
    columns = catalogue.columns(opened, [suite.table for suite in SUITES])
    try:
        broken = broken_by(hand, members)
        taken = set().union(*(taken_by(rule) for _, rule in members))
        concerned = [(suite, rule) for suite, rule in RULES if reads[rule.id].can_change(broken, taken)]
        whole = {rule.id for _, rule in concerned if rule.form == "table"}  # no row alone is at fault
        # triggers that would have noted what is behind a rollup, so that its rule waits for the next refresh, are off
        aside = BREACHED | whole | {rule.id for _, rule in RULES if reads[rule.id].waiting & broken.keys()}
        for suite, rule in members:
            spoil(hand, suite, rule)
        hand.execute(f"set local role {db.READER}")
        answers = asked(opened, columns, expected | whole)
        at_fault = faulty(hand, columns, [(suite, rule) for suite, rule in concerned if rule.id not in aside])
    finally:
        hand.execute("rollback to savepoint clean")
    assert answers.keys() == expected | whole and all(isinstance(answer, bool) for answer in answers.values()), answers
    failed = {name for name, holds in answers.items() if not holds}
    held, surplus = sorted(expected - failed), sorted((failed | at_fault) - expected)
    assert not held and not surplus, f"broken without effect: {held}; failed as well: {surplus}"
    assert at_fault == expected - aside, "the rows at fault are asked for in other words than the rule"


def broken_by(hand: psycopg.Connection, members: list[tuple[Suite, Rule]]) -> Changes:
    """What a round does to tables."""
    generated = "select from pg_attribute where attrelid = cast(%s as regclass) and attgenerated <> ''"  # they change along with others
    found: dict[str, set[str] | None] = {}
    for suite, rule in members:
        for table, columns in changed_by(rule, suite.table).items():
            before = found.get(table, set())
            surely = columns is not None and before is not None and not hand.execute(generated, [table]).rowcount
            found[table] = {*columns, *before} if surely else None
    return found


def asked(opened: session.Session, columns: Mapping[str, Columns], names: set[str]) -> dict[str, session.Answer]:
    """What Great Expectations answers of these rules: in one query what a run of the checks asks of each table by itself, rows aside."""
    found: dict[str, session.Answer] = {}
    counts: list[tuple[str, list[Question]]] = []
    for suite in SUITES:
        chosen = [rule for rule in suite.rules if rule.id in names]
        if of_rows := [rule for rule in chosen if rule.form in ("row", "table")]:
            found |= opened.ask(*asking.scan(suite, of_rows, columns[suite.table], WHOLE))
        if others := [rule for rule in chosen if rule not in of_rows]:
            counts.append(asking.counts(suite, others))
    return found | opened.ask(", ".join(select for select, _ in counts), [question for _, some in counts for question in some])


def faulty(hand: psycopg.Connection, columns: Mapping[str, Columns], chosen: list[tuple[Suite, Rule]]) -> set[str]:
    """The rules that have rows at fault, by the queries that name these rows to people: the server alone answers many of them in a fraction
    of the time that Great Expectations takes, above all where it has planned them in a round before."""
    planned = {name for (name,) in hand.execute("select name from pg_prepared_statements").fetchall()}
    with hand.pipeline():
        for suite, rule in chosen:
            if rule.id not in planned:
                query = asking.at_fault(suite, rule, columns[suite.table], WHOLE)
                hand.execute(f'prepare "{rule.id}" as select count(*) from ({query}) as counted')  # type: ignore[call-overload]  # noqa: S608
        found = {rule.id: hand.execute(f'execute "{rule.id}"') for _, rule in chosen}  # type: ignore[call-overload]
    return {name for name, cursor in found.items() if cursor.fetchone() != (0,)}


# Breaking


def spoil(hand: psycopg.Connection, suite: Suite, rule: Rule) -> None:
    """Make the rule fail."""
    try:
        if rule.breaks:
            done = hand.execute(rule.breaks)  # type: ignore[arg-type]
            assert done.rowcount != 0 or ";" in rule.breaks, "its break touches no row"
        else:
            hand.execute(automatic(hand, suite, rule))
    except (psycopg.Error, AssertionError) as error:
        raise AssertionError(f"{rule.id}: {error}") from error


def dropped(suite: Suite, name: str) -> tuple[str, str]:
    """The table and what is to be dropped of it, which stands as `schema.table:name` where the table is another one."""
    place, _, found = name.rpartition(":")
    return (suite.table, name) if place in ("", "column") else (place, found)


def clear(hand: psycopg.Connection, table: str, name: str) -> None:
    """Drop a constraint or a unique index by its name, or NOT NULL of `column:name`."""
    if name.startswith("column:"):
        column = sql.Identifier(name.removeprefix("column:"))
        hand.execute(sql.SQL("alter table {} alter column {} drop not null").format(named(table), column))
        return
    if hand.execute("select 1 from pg_constraint where conrelid = %s::regclass and conname = %s", [table, name]).fetchone():
        hand.execute(sql.SQL("alter table {} drop constraint {} cascade").format(named(table), sql.Identifier(name)))
    else:
        hand.execute(sql.SQL("drop index {}").format(sql.Identifier(table.split(".")[0], name)))


def named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def automatic(hand: psycopg.Connection, suite: Suite, rule: Rule) -> sql.Composed:
    """The break of a native rule: one row is spoilt."""
    names = spoilt(rule)
    if rule.expect.endswith("be_unique"):
        return twins(suite, names)
    return changed(suite, names[0], wrong(hand, suite, rule))


def spoilt(rule: Rule) -> list[str]:
    """The columns of a native rule."""
    given = rule.arguments or {}
    return given.get("column_list") or [given["column"]]


def loosened(hand: psycopg.Connection, table: str, names: list[str]) -> Iterator[sql.Composed]:
    """Drops of NOT NULL, of checks that read the columns, and of unique indexes over no other columns."""
    for name in names:
        key = "select 1 from pg_attribute where attrelid = %s::regclass and attname = %s and attnotnull and not attidentity = 'a'"
        primary = "select 1 from pg_constraint c where conrelid = %s::regclass and contype = 'p' and %s = any(array(select attname::text"
        primary += " from pg_attribute where attrelid = c.conrelid and attnum = any(c.conkey)))"
        if hand.execute(key, [table, name]).fetchone() and not hand.execute(primary, [table, name]).fetchone():
            yield sql.SQL("alter table {} alter column {} drop not null").format(named(table), sql.Identifier(name))
    found = """
        select c.conname from pg_constraint c
        where c.conrelid = %(table)s::regclass and c.coninhcount = 0
          and (c.contype = 'c' and exists (select 1 from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)
                                           and a.attname = any(%(names)s))
               or c.contype in ('p', 'u') and array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid
                                                    and a.attnum = any(c.conkey)) <@ %(names)s::text[])
    """
    for (name,) in hand.execute(found, {"table": table, "names": names}).fetchall():
        yield sql.SQL("alter table {} drop constraint {} cascade").format(named(table), sql.Identifier(name))
    left = """
        select i.indexrelid::regclass::text from pg_index i
        where i.indrelid = %(table)s::regclass and i.indisunique and not exists (select 1 from pg_constraint where conindid = i.indexrelid)
          and array(select a.attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey))
              <@ %(names)s::text[] and i.indkey[0] <> 0
    """
    for (name,) in hand.execute(left, {"table": table, "names": names}).fetchall():
        yield sql.SQL("drop index {}").format(sql.SQL(name))


def first(suite: Suite, names: list[str], offset: int = 0) -> sql.Composed:
    """Key of one row in which the columns hold something."""
    there = sql.SQL(" and ").join(sql.SQL("{} is not null").format(sql.Identifier(name)) for name in names)
    key = sql.SQL(", ").join(sql.Identifier(name) for name in suite.key)
    return sql.SQL("select {} from {} where {} order by {} limit 1 offset {}").format(key, named(suite.table), there, key, offset)


def keyed(suite: Suite) -> sql.Composed:
    return sql.SQL("({})").format(sql.SQL(", ").join(sql.Identifier(name) for name in suite.key))


def changed(suite: Suite, name: str, value: sql.Composable) -> sql.Composed:
    text = sql.SQL("update {} set {} = {} where {} = ({})")
    return text.format(named(suite.table), sql.Identifier(name), value, keyed(suite), first(suite, [name]))


def twins(suite: Suite, names: list[str]) -> sql.Composed:
    """One row takes the values of another."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    text = sql.SQL("update {} set ({}) = (select {} from {} where {} = ({})) where {} = ({})")
    table = named(suite.table)
    return text.format(table, columns, columns, table, keyed(suite), first(suite, names), keyed(suite), first(suite, names, 1))


def wrong(hand: psycopg.Connection, suite: Suite, rule: Rule) -> sql.Composable:
    """A value that the rule does not allow."""
    given, name = rule.arguments or {}, (rule.arguments or {})["column"]
    if rule.expect == "expect_column_values_to_not_be_null":
        return sql.SQL("null")
    if rule.expect == "expect_column_values_to_be_between":
        bound, step = (given["max_value"], 1) if "max_value" in given else (given["min_value"], -1)
        return sql.SQL("{} + {}").format(sql.Literal(bound), step) if isinstance(bound, int | float) else shifted(bound, step)
    kind = "select t.oid::regtype::text, t.typtype::text from pg_attribute a join pg_type t on t.oid = a.atttypid"
    row = hand.execute(f"{kind} where attrelid = %s::regclass and attname = %s", [suite.table, name]).fetchone()
    assert row is not None
    if row[1] == "e":  # `alter type` has a label used only when it is committed
        hand.execute(NEW_LABEL, {"type": row[0], "label": UNHEARD})
    return sql.Literal(UNHEARD) if row[0] not in {"integer", "smallint", "bigint", "numeric"} else sql.Literal(-987)


def shifted(bound: str, days: int) -> sql.Composed:
    return sql.SQL("{}::timestamptz + make_interval(days => {})").format(sql.Literal(bound), days)
