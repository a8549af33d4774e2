"""Statements of a file: kept whole, with their lines."""

from hypothesis import given
from hypothesis import strategies as st

from workbench import paths
from workbench.migrating import files

BLANK = st.sampled_from(["", " ", "\n", "-- c; ' $$\n", "/* ; /* ; */ ' ; */", "/* a */ -- b\n\n"])
WORD = st.sampled_from(
    [
        "1",
        "'a;b'",
        "'it''s;'",
        '"y;z"',
        "$$;$$",
        "$t$;$$;$t$",
        "-- c;\n",
        "/* ; /* ; */ ; */",
        "E'\\';'",
        "'\\'",
        "\n",
        "case when x then y end",
        "end",
    ]
)
STATEMENT = st.tuples(BLANK, st.lists(WORD, max_size=5).map(lambda words: " ".join(["select", *words])))


@given(st.lists(STATEMENT, max_size=6))
def test_every_statement_comes_back_whole_with_its_line(parts):
    source = ";".join(blank + statement for blank, statement in parts)
    found = files.statements(source)
    assert [statement.text for statement in found] == [statement for _, statement in parts]
    position = 0
    for number, (statement, (blank, text)) in enumerate(zip(found, parts, strict=True), 1):
        assert (statement.number, statement.line) == (number, source.count("\n", 0, position + len(blank)) + 1)
        position += len(blank) + len(text) + 1


def test_empty_statements_are_none():
    assert files.statements(";;\n-- only a comment\n; /* and another */") == []


def test_bodies_of_sql_functions_are_kept_whole():
    text = "create function f() returns int begin atomic select case when true then 1 else 2 end; select 3; end; select 4"
    assert [statement.text.split()[0] for statement in files.statements(text)] == ["create", "select"]


def test_a_comment_without_an_end_is_left_for_the_server_to_refuse():
    assert [statement.text for statement in files.statements("select 1; /* open; select 2")] == ["select 1", "/* open; select 2"]


def test_no_migration_of_ours_parts_its_transaction():
    for path in paths.SQL.glob("*/migrations/*.sql"):
        assert files.read_statements(path)
