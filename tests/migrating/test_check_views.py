"""Check views stand and fall with the facts: at the newest migration only, built from their files, readable, part of the fingerprint."""

from workbench import migrate

VIEW = """-- One row per take: whether its note is there.
create view jazz.check_take as select take_id, note is not null as note_is_there from jazz.take;
comment on view jazz.check_take is 'Whether notes are there';
comment on column jazz.check_take.take_id is 'Take';
comment on column jazz.check_take.note_is_there is 'Whether the note is there'
"""


def test_they_are_built_with_the_facts_and_granted_to_the_readers(sandbox):
    sandbox.file("jazz/checks/check_take.sql", VIEW)
    sandbox.run(migrate.setup)
    granted = "select has_table_privilege('workbench_reader', 'jazz.check_take', 'select')"
    assert sandbox.sql(granted) == [(True,)] and sandbox.drifts() == []


def test_they_are_out_of_the_way_of_a_step(sandbox):
    sandbox.file("jazz/checks/check_take.sql", VIEW)
    sandbox.run(migrate.setup)
    sandbox.down(to="0000")
    assert not sandbox.exists("jazz.check_take")
    sandbox.up()
    assert sandbox.exists("jazz.check_take") and sandbox.drifts() == []


def test_a_changed_file_is_noticed_with_nothing_to_migrate(sandbox):
    sandbox.file("jazz/checks/check_take.sql", VIEW)
    sandbox.run(migrate.setup)
    sandbox.file("jazz/checks/check_take.sql", VIEW.replace("note is not null", "note <> ''"))
    assert [kind for kind, _ in sandbox.drifts("jazz")] != []
    sandbox.up()
    assert sandbox.drifts() == []


def test_one_dropped_by_hand_comes_back(sandbox):
    sandbox.file("jazz/checks/check_take.sql", VIEW)
    sandbox.run(migrate.setup)
    sandbox.sql("drop view jazz.check_take")
    assert ("missing", "view jazz.check_take") in sandbox.drifts()
    sandbox.up()
    assert sandbox.exists("jazz.check_take") and sandbox.drifts() == []
