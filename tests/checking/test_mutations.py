"""Every rule can fail: what breaks it in otherwise clean data makes it fail, those that it says are implied, and no other.

The breaks stand in the suite files; those of plain native rules are made here. A round breaks many rules at once, never two in one table:
what fails must be exactly the union of what was broken and what that implies, comparisons of rollups with raw rows that were broken aside.
Great Expectations must find what should fail; the queries for rows at fault, asked of all rules whose answer the round can change, must
find the same and nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection

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
Tables = Mapping[str, Columns]
Changes = dict[str, set[str] | None]
_BEHIND: dict[str, frozenset[str]] = {}
_NAMED = re.compile(rf"\b(?:{'|'.join(PLATFORMS)})\.\w+")
_SET = re.compile(r"\bupdate (\w+\.\w+)(?: (?:as )?(?!set\b)\w+)?\s+set\s+(\w+ = .*)", re.DOTALL)
_DONE_TO = re.compile(r"\b(?:update|into|delete from|of|table)\s+(\w+\.\w+)")
_UNLESS = re.compile(rf"\bnot exists \(\s*select from ({EXCUSE}|{LOG})\b")
_WRITTEN = re.compile(r"\b(?:update|into|from|table|truncate)\s+(?:only\s+)?(\w+\.\w+)", re.IGNORECASE)


def written(suite: Suite, rule: Rule) -> set[str]:
    """Tables that breaking the rule may touch."""
    return {suite.table, *(name.lower() for name in _WRITTEN.findall(rule.breaks or ""))}


def apart(suite: Suite, rule: Rule) -> set[str]:
    """The tables; of the log of touched days only the part of one platform, since nothing but its own rules reads more of it."""
    tables = written(suite, rule)
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


@pytest.mark.parametrize(("suite", "rule"), RULES, ids=lambda one: one.id if isinstance(one, Rule) else "")
def test_every_rule_has_its_mutation(suite: Suite, rule: Rule) -> None:
    assert rule.breaks or rule.expect in AUTOMATIC, f"{suite.path}: rule {rule.id}: break is missing"


def test_clean_data_passes_whole(simulated_database) -> None:
    """But for the objectives that the planted outage and the planted loophole breach."""
    with simulated_database.connect() as connection:
        run = check.run(connection, as_of=AS_OF, record=False)
    assert not run.errors and {result.rule.id for result in run.worst("info")} == BREACHED, run.text()
    assert run.skipped == () and len(run.results) == len(RULES)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_what_is_broken_fails_and_nothing_else(simulated_database, number: int) -> None:
    members = ROUNDS[number]
    with psycopg.connect(**db.parameters(simulated_database.url), autocommit=True) as hand:
        for suite, rule in members:
            spoil(hand, suite, rule)
    expected = {name for _, rule in members for name in (rule.id, *rule.implies)}
    with simulated_database.connect() as connection:
        broken = broken_by(connection, members)
        concerned = [(suite, rule) for suite, rule in RULES if concerns(broken, connection, suite, rule)]
        whole = {rule.id for _, rule in concerned if rule.form == "table"}  # no row alone is at fault
        aside = BREACHED | whole | {rule.id for suite, rule in RULES if follows(connection, suite, rule, broken)}
    with session.opened(simulated_database.url, AS_OF, None) as (opened,):
        columns = catalogue.columns(opened, [suite.table for suite in SUITES])
        answers = asked(opened, columns, expected | whole)
        at_fault = faulty(opened, columns, [(suite, rule) for suite, rule in concerned if rule.id not in aside])
    assert answers.keys() == expected | whole and all(isinstance(answer, bool) for answer in answers.values()), answers
    failed = {name for name, holds in answers.items() if not holds}
    held, surplus = sorted(expected - failed), sorted((failed | at_fault) - expected)
    assert not held and not surplus, f"broken without effect: {held}; failed as well: {surplus}"
    assert at_fault == expected - aside, "the rows at fault are asked for in other words than the rule"


def asked(opened: session.Session, columns: Tables, names: set[str]) -> dict[str, session.Answer]:
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


def faulty(opened: session.Session, columns: Tables, chosen: list[tuple[Suite, Rule]]) -> set[str]:
    """The rules that have rows at fault, by the queries that name these rows to people: the server alone answers many of them at once, in
    a fraction of the time that Great Expectations takes."""
    found: set[str] = set()
    for suite, pairs in groupby(chosen, key=lambda pair: pair[0]):
        counted = {rule.id: asking.number(asking.at_fault(suite, rule, columns[suite.table], WHOLE) or "") for _, rule in pairs}
        query = " union all ".join(f"select '{name}' where ({number}) > 0" for name, number in counted.items())
        found |= {row[0] for row in opened.rows(query)}
    return found


def concerns(broken: Changes, connection: Connection, suite: Suite, rule: Rule) -> bool:
    """Whether the answer to a rule can depend on what a round broke. That all of them pass on clean data is shown once."""
    columns = {*rule.columns, *re.findall(r"\w+", rule.holds + rule.query)}
    if rule.form == "row":  # a condition over the columns of a row
        return meets(broken.get(suite.table, set()), columns)
    if reads_anything(rule):
        return True
    whole_rows = re.search(r"json\w*\(|\*", rule.query.replace("count(*)", ""))
    for name in {suite.table, *rule.reads, *_NAMED.findall(rule.query)} - spared(broken, rule):
        if name in broken and (whole_rows or meets(broken[name], columns)):
            return True
        if behind(connection, name) & broken.keys():
            return True
    return False


def meets(changed: set[str] | None, columns: set[str]) -> bool:
    return changed is None or bool(changed & columns)


def spared(broken: Changes, rule: Rule) -> set[str]:
    """Tables of which the rule only asks whether they excuse a row: where nothing is taken out of them, nothing more can fail."""
    asked = {name for name in (EXCUSE, LOG) if len(re.findall(rf"{name}\b", rule.query)) == _UNLESS.findall(rule.query).count(name)}
    return {name for name in asked if f"less of {name}" not in broken}


def broken_by(connection: Connection, members: list[tuple[Suite, Rule]]) -> Changes:
    """What a round does to tables: the columns in which rows change, or None where rows come or go, or may."""
    found: Changes = {}
    for changes in (changed_by(suite, rule) for suite, rule in members):
        for table, columns in changes.items():
            before = found.get(table, set())
            surely = columns is not None and before is not None and not has_generated_columns(connection, table)
            found[table] = {*columns, *before} if surely else None
    return found


def changed_by(suite: Suite, rule: Rule) -> Changes:
    """What breaking one rule does to tables."""
    if not rule.breaks:
        return {suite.table: {*rule.columns}}
    found: Changes = {}
    for statement in rule.breaks.split(";"):
        names, update = _DONE_TO.findall(statement), _SET.search(statement)
        if update and names == [update[1]] and update[1] not in found:
            found[update[1]] = {*re.findall(r"(\w+)\s*=", update[2])}
        else:
            found |= dict.fromkeys(names or _NAMED.findall(statement))
        if not re.match(r"\s*insert into", statement):
            found |= {f"less of {table}": None for table in (EXCUSE, LOG) if table in names}
    return found


def has_generated_columns(connection: Connection, table: str) -> bool:
    """Whether columns change along with others."""
    query = "select exists (select from pg_attribute where attrelid = cast(%s as regclass) and attgenerated <> '')"
    return bool(connection.exec_driver_sql(query, (table,)).scalar())


def follows(connection: Connection, suite: Suite, rule: Rule, touched: Iterable[str]) -> bool:
    """Whether the rule compares a rollup with raw rows of a platform that were touched: the triggers that would have noted the change, so
    that the rule waits for the next refresh, are off here."""
    if suite.platform != "marts" or LOG not in rule.query:
        return False
    views = {name for name in _NAMED.findall(rule.query) if re.search(r"\.(fact|dim)_", name)}
    return any(behind(connection, view) & set(touched) for view in views)


def reads_anything(rule: Rule) -> bool:
    """Whether it asks a function, or the catalogue, of which nobody knows what it reads."""
    return bool(re.search(r"\bmarts\.(?!check_as_of|check_since)\w+\s*\(|\bpg_(?!timezone_names)\w+", rule.query))


def behind(connection: Connection, view: str) -> frozenset[str]:
    """The tables behind a view, of whichever platform; nothing behind a table."""
    if view not in _BEHIND:
        schema, name = view.split(".")
        chosen = [schema] if schema != "marts" else list(PLATFORMS)
        rows = sqlfiles.fetch(connection, "marts/report/tables_of_facts", platforms=chosen, facts=[name])
        _BEHIND[view] = frozenset(row.table_name for row in rows)
    return _BEHIND[view]


# Breaking


def spoil(hand: psycopg.Connection, suite: Suite, rule: Rule) -> None:
    """Make the rule fail, constraints and triggers aside."""
    hand.execute("set session_replication_role = replica")
    for name in rule.drop:
        clear(hand, suite, name)
    try:
        if rule.breaks:
            done = hand.execute(rule.breaks)  # type: ignore[arg-type]
            assert done.rowcount != 0 or ";" in rule.breaks, "its break touches no row"
        else:
            for statement in automatic(hand, suite, rule):
                hand.execute(statement)
    except (psycopg.Error, AssertionError) as error:
        raise AssertionError(f"{rule.id}: {error}") from error


def clear(hand: psycopg.Connection, suite: Suite, name: str) -> None:
    """Drop a constraint or a unique index by its name, or NOT NULL of `column:name`; of another table with `schema.table:name`."""
    table, _, found = name.rpartition(":")
    if table == "column":
        hand.execute(sql.SQL("alter table {} alter column {} drop not null").format(named(suite.table), sql.Identifier(found)))
        return
    place = table or suite.table
    constraint = "select 1 from pg_constraint where conrelid = %s::regclass and conname = %s"
    if hand.execute(constraint, [place, found]).fetchone():
        hand.execute(sql.SQL("alter table {} drop constraint {} cascade").format(named(place), sql.Identifier(found)))
    else:
        hand.execute(sql.SQL("drop index {}").format(sql.Identifier(place.split(".")[0], found)))


def named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def automatic(hand: psycopg.Connection, suite: Suite, rule: Rule) -> Iterator[sql.Composed]:
    """The break of a native rule: what hinders is dropped, one row is spoilt."""
    given = rule.arguments or {}
    names = given.get("column_list") or [given["column"]]
    yield from loosened(hand, suite.table, names)
    if rule.expect.endswith("be_unique"):
        yield twins(suite, names)
        return
    yield changed(suite, names[0], wrong(hand, suite, rule))


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
    if row[1] == "e":
        hand.execute(sql.SQL("alter type {} add value if not exists 'never heard of'").format(sql.SQL(row[0])))
    return sql.Literal("never heard of") if row[0] not in {"integer", "smallint", "bigint", "numeric"} else sql.Literal(-987)


def shifted(bound: str, days: int) -> sql.Composed:
    return sql.SQL("{}::timestamptz + make_interval(days => {})").format(sql.Literal(bound), days)
