"""A failing migration leaves nothing half-done and says where it failed; what must not run is refused by name."""

import pytest

from workbench import migrate
from workbench.errors import MigrationError, RunFailed, UsageError


class TestAFailure:
    def failing(self, sandbox, text):
        sandbox.write("jazz", "0002_fail_here", text)
        with pytest.raises(RunFailed) as raised:
            sandbox.up()
        assert sandbox.versions() == ["0000", "0001"], "earlier steps stand, the failed one has no line"
        assert not sandbox.exists("jazz.half"), "nothing of the failed step is left"
        return str(raised.value)

    def test_it_names_file_line_statement_and_character(self, sandbox):
        sentence = self.failing(
            sandbox, "-- Fails.\ncreate table jazz.half (x int);\n\n-- one; two\ncreate index bad\n    on jazz.half (nope);\n"
        )
        assert '0002_fail_here.sql, line 5 (statement 2): column "nope" does not exist' in sentence

    def test_the_line_within_a_long_statement_is_the_one_at_fault(self, sandbox):
        sentence = self.failing(sandbox, "-- Fails.\ncreate table jazz.half (x int);\nselect 1,\n    2,\n    nope;\n")
        assert "line 5 (statement 2, character 22)" in sentence

    def test_an_error_of_the_data_names_its_statement(self, sandbox):
        sentence = self.failing(
            sandbox,
            "-- Fails.\ncreate table jazz.half (x int primary key);\ninsert into jazz.half values (1);\ninsert into jazz.half values (1);",
        )
        assert "line 4 (statement 3)" in sentence and "(x)=(1) already exists" in sentence

    def test_an_error_inside_a_block_names_the_line_of_the_block(self, sandbox):
        sentence = self.failing(sandbox, "-- Fails.\ncreate table jazz.half (x int);\ndo $$\nbegin\n    perform 1 / 0;\nend\n$$;")
        assert "line 3 (statement 2)" in sentence and "division by zero" in sentence and "line 3 at PERFORM" in sentence

    def test_a_syntax_error_too(self, sandbox):
        sentence = self.failing(sandbox, "-- Fails.\ncreate table jazz.half (x int);\n\ncreate tabel jazz.more (x int);")
        assert "line 4 (statement 2, character 8)" in sentence

    def test_a_failing_fact_view_undoes_the_step_that_it_came_with(self, sandbox):
        sandbox.file("jazz/facts/fact_take.sql", "-- One row per take.\ncreate view jazz.fact_take as\nselect nope from jazz.take;")
        with pytest.raises(RunFailed, match=r"jazz/facts/fact_take\.sql, line 3"):
            sandbox.up()
        assert sandbox.versions() == ["0000"]

    def test_a_failing_rollback_leaves_the_step_standing(self, sandbox):
        sandbox.write(
            "jazz", "0002_create_set", "-- Sets.\ncreate table jazz.set (x int);", "-- Gone.\ndrop table jazz.set;\ndrop table jazz.sets;"
        )
        sandbox.up()
        with pytest.raises(RunFailed, match=r"0002_create_set\.rollback\.sql, line 3 \(statement 2\)"):
            sandbox.down(to="0001")
        assert sandbox.exists("jazz.set") and sandbox.versions()[-1] == "0002" and sandbox.exists("marts.fact_take")

    def test_the_last_rollback_must_leave_the_schema_empty(self, sandbox):
        sandbox.write(
            "jazz",
            "0000_create_take",
            sandbox.take.format("jazz") + "create type jazz.mood as enum ('a');",
            "-- No takes.\ndrop table jazz.take;",
        )
        sandbox.up()
        with pytest.raises(RunFailed, match=r"0000_create_take\.rollback\.sql.*jazz\.mood"):
            sandbox.down(yes=True)
        assert sandbox.versions() == ["0000"]

    def test_the_session_goes_on_working_and_holds_no_lock(self, sandbox):
        sandbox.write("jazz", "0002_fail_here", "-- Fails.\nselect nope;")
        with sandbox.connect() as connection:
            with pytest.raises(RunFailed):
                migrate.up(connection, "jazz")
            assert connection.exec_driver_sql("select current_user = session_user").scalar()
            assert connection.exec_driver_sql("show lock_timeout").scalar() == "0"
            assert (
                connection.exec_driver_sql("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()").scalar()
                == 0
            )


class TestRefusals:
    def test_an_edited_applied_file_is_refused_by_name(self, sandbox):
        sandbox.up()
        path = sandbox.write("jazz", "0000_create_take", sandbox.take.format("jazz") + "-- edited", "-- No takes.\ndrop table jazz.take;")
        for verb in (sandbox.up, sandbox.down, lambda: sandbox.run(migrate.verify)):
            with pytest.raises(MigrationError) as refused:
                verb()
            assert str(path) in str(refused.value) and "edited after it was applied" in str(refused.value)
        assert str(path) in [state.problem for state in sandbox.run(migrate.status)][1]

    def test_other_line_endings_are_no_edit(self, sandbox):
        sandbox.up()
        path = sandbox.root / "jazz/migrations/0000_create_take.sql"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert sandbox.up().steps == []

    def test_a_corrected_rollback_is_no_edit(self, sandbox):
        sandbox.up()
        sandbox.file("jazz/migrations/0001_index_take.rollback.sql", "-- Corrected.\ndrop index jazz.take_made;\n")
        assert sandbox.down(to="0000").to_version == "0000"

    def test_a_database_newer_than_the_installation_is_refused(self, sandbox):
        sandbox.up()
        for name in ("0001_index_take.sql", "0001_index_take.rollback.sql"):
            (sandbox.root / "jazz/migrations" / name).unlink()
        with pytest.raises(MigrationError, match="jazz is at 0001_index_take, but this installation ends at 0000"):
            sandbox.up()

    def test_a_migration_slipped_in_before_an_applied_one_is_refused(self, sandbox):
        sandbox.up()
        sandbox.sql("delete from marts.schema_migration where platform = 'jazz' and version = '0000'")
        with pytest.raises(MigrationError, match=r"0000_create_take\.sql was never applied, though 0001_index_take was"):
            sandbox.up()

    @pytest.mark.parametrize(
        ("names", "words"),
        [
            (["0003_add_more.sql", "0003_add_more.rollback.sql"], "number 0002 is left out"),
            (
                ["0001_add_more.sql", "0001_add_more.rollback.sql"],
                "number 0001 is used twice, by 0001_add_more.sql and 0001_index_take.sql",
            ),
            (["0002_add_more.sql"], "0002_add_more.rollback.sql is missing"),
            (["0002_add_more.rollback.sql"], "0002_add_more.sql is missing"),
            (["2_add_more.sql"], "2_add_more.sql is no migration name"),
            (["0002_More.sql"], "0002_More.sql is no migration name"),
            (["0002_more.sql"], "0002_more.sql is no migration name"),
        ],
    )
    def test_bad_names_and_numbers_are_one_sentence(self, sandbox, names, words):
        for name in names:
            sandbox.file(f"jazz/migrations/{name}", "-- More.\nselect 1;")
        with pytest.raises(MigrationError) as refused:
            sandbox.up()
        assert words in str(refused.value) and "\n" not in str(refused.value)

    @pytest.mark.parametrize("words", ["commit", "BEGIN", "rollback", "start transaction", "savepoint x", "end"])
    def test_a_file_may_not_end_its_transaction(self, sandbox, words):
        sandbox.write("jazz", "0002_end_early", f"-- Ends.\ncreate table jazz.half (x int);\n{words};\nselect 1;")
        with pytest.raises(MigrationError, match=r"0002_end_early\.sql, line 3"):
            sandbox.up()
        assert not sandbox.exists("jazz.half")

    def test_a_connection_under_another_role_is_refused(self, sandbox):
        sandbox.up()
        with sandbox.connect() as connection:
            connection.exec_driver_sql("set role workbench_loader")
            with pytest.raises(UsageError, match="not as workbench_loader"):
                migrate.up(connection, "jazz")
            connection.exec_driver_sql("reset role")
            connection.commit()

    def test_a_schema_of_somebody_else_is_refused(self, sandbox):
        sandbox.sql("create schema jazz")
        with pytest.raises(MigrationError, match=r"a schema jazz of .*, not made by the workbench"):
            sandbox.up()
