"""Going up: the ledger, owners, numbers, what a report tells, plans that change nothing."""

import json
from datetime import datetime

import pytest

from workbench import db, migrate
from workbench.errors import UsageError
from workbench.migrating import files


class TestGoingUp:
    def test_every_step_is_a_line_in_the_ledger_with_its_checksum(self, sandbox):
        sandbox.up()
        columns = "select version, name, checksum, duration_ms >= 0, applied_by = session_user from marts.schema_migration"
        rows = sandbox.sql(columns + " where platform = 'jazz' order by version")
        expected = [(m.version, m.name, m.checksum, True, True) for m in files.read_migrations("jazz")]
        assert rows == expected and [row[0] for row in rows] == ["0000", "0001"]

    def test_marts_comes_first_by_itself(self, sandbox):
        report = sandbox.up()
        assert [(step.platform, step.version) for step in report.steps] == [("marts", "0001"), ("jazz", "0000"), ("jazz", "0001")]

    def test_everything_belongs_to_the_owner_role(self, sandbox):
        sandbox.up()
        owners = (
            "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace in ('jazz'::regnamespace, 'marts'::regnamespace)"
        )
        assert sandbox.sql(owners) == [("workbench_owner",)]

    def test_a_second_run_finds_nothing_to_do(self, sandbox):
        sandbox.up()
        report = sandbox.up()
        assert report.steps == [] and "nothing to do" in report.text()

    def test_it_stops_at_the_number_given_and_goes_on_from_there(self, sandbox):
        assert sandbox.up(to="0000").to_version == "0000"
        assert not sandbox.exists("jazz.take_made")
        assert [step.version for step in sandbox.up().steps] == ["0001"]

    @pytest.mark.parametrize("spelling", ["0001", "1", "0001_index_take"])
    def test_a_number_may_be_spelt_short(self, sandbox, spelling):
        assert sandbox.up(to=spelling).to_version == "0001"

    def test_what_the_caller_had_open_is_committed_not_lost(self, sandbox):
        with sandbox.connect() as connection:
            connection.exec_driver_sql("create table public.mine (x int)")
            migrate.up(connection, "jazz")
        assert sandbox.exists("public.mine")

    def test_it_works_on_an_autocommit_connection(self, sandbox):
        with db.engine(url=sandbox.url, autocommit=True).connect() as connection:
            migrate.up(connection, "jazz")
            migrate.down(connection, "jazz")
        db.engine(url=sandbox.url, autocommit=True).dispose()
        assert sandbox.versions() == []

    def test_per_cent_signs_colons_and_braces_in_a_file_are_just_text(self, sandbox):
        body = (
            "-- Signs.\ncreate table jazz.sign (x text default '100% :x {y} %s' check (x like '%:%'));\n"
            "comment on table jazz.sign is 'a::b {c} %(d)s';"
        )
        sandbox.write("jazz", "0002_create_sign", body, "-- Gone.\ndrop table jazz.sign;")
        sandbox.up()
        assert sandbox.value("select obj_description('jazz.sign'::regclass)") == "a::b {c} %(d)s"

    def test_japanese_text_survives(self, sandbox):
        sandbox.write(
            "jazz",
            "0002_comment_take",
            "-- 練習.\ncomment on table jazz.take is '練習の記録';",
            "-- 無.\ncomment on table jazz.take is null;",
        )
        report = sandbox.up()
        assert sandbox.value("select obj_description('jazz.take'::regclass)") == "練習の記録"
        assert report.steps[-1].purpose == "練習."

    def test_a_forward_step_that_destroys_rows_needs_yes_too(self, sandbox):
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'x')")
        sandbox.write(
            "jazz",
            "0002_drop_note",
            "-- No note.\nalter table jazz.take drop column note;",
            "-- Note.\nalter table jazz.take add note text;",
        )
        with pytest.raises(UsageError, match=r"column jazz\.take\.note \(1 row, dropped\)"):
            sandbox.up()
        assert sandbox.versions() == ["0000", "0001"]
        assert sandbox.up(yes=True).steps[-1].destroys[0].rows == 1

    def test_setup_brings_everything_to_its_newest(self, sandbox):
        reports = sandbox.run(migrate.setup)
        assert [report.platform for report in reports] == ["marts", "jazz", "folk"]
        assert [state.pending for state in sandbox.run(migrate.status)] == [0, 0, 0]


class TestTheReport:
    def test_it_tells_what_ran_what_was_verified_and_what_comes_next(self, sandbox):
        sandbox.write(
            "jazz",
            "0002_seed_styles",
            "-- Styles.\ncreate type jazz.era as enum ('swing', 'bop');\n"
            "create table jazz.style (name text primary key, era jazz.era, take_id bigint constraint style_take references jazz.take);\n"
            "insert into jazz.style values ('big band', 'swing'), ('quintet', 'bop');",
            "-- No styles.\ndrop table jazz.style;\ndrop type jazz.era;",
        )
        report = sandbox.up()
        found = {(v.kind, v.object, v.state, v.rows) for v in report.verified}
        assert {
            ("table", "jazz.style", "exists", 2),
            ("table", "jazz.take", "exists", None),
            ("enum", "jazz.era", "exists", None),
            ("index", "jazz.take_made", "exists", None),
            ("foreign key", "style_take on jazz.style", "exists", None),
        } <= found
        assert report.started_at <= report.ended_at and report.duration_s > 0
        assert {check.name for check in report.preflight} == {"connection", "version", "privileges", "roles", "schemas"}
        assert any("db verify" in step for step in report.next_steps)
        for word in ("0002_seed_styles", "Styles.", "jazz.style has 2 rows", "1 foreign key", "next:"):
            assert word in report.text()

    def test_it_is_json(self, sandbox):
        kept = json.loads(json.dumps(sandbox.up().as_dict(), default=str))
        assert kept["steps"][1]["file"] == "0000_create_take.sql" and kept["dry_run"] is False
        assert datetime.fromisoformat(kept["started_at"])
        assert json.dumps([state.as_dict() for state in sandbox.run(migrate.status)], default=str)

    def test_seeding_a_table_that_was_there_is_told_too(self, sandbox):
        sandbox.up()
        sandbox.write("jazz", "0002_seed_take", "-- A take.\ninsert into jazz.take values (1, now());", "-- None.\ndelete from jazz.take;")
        assert [(v.object, v.rows) for v in sandbox.up().verified] == [("jazz.take", 1)]

    def test_rows_of_a_step_that_destroys_something_are_told_once(self, sandbox):
        """It runs twice: undone for counting, and for good."""
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'lost')")
        both = "-- Both.\nalter table jazz.take drop column note;\ninsert into jazz.take values (2, now());"
        sandbox.write("jazz", "0002_seed_take", both, "-- Back.\nalter table jazz.take add note text;")
        report = sandbox.up(yes=True)
        assert [str(loss) for loss in report.steps[0].destroys] == ["column jazz.take.note (1 row, dropped)"]
        assert [(v.object, v.rows) for v in report.verified] == [("jazz.take", 1)]

    def test_a_plan_changes_nothing_not_even_roles_or_ledger(self, sandbox):
        plan = sandbox.run(migrate.plan)
        assert [[step.version for step in report.steps] for report in plan] == [["0001"], ["0000", "0001"], ["0000", "0001"]]
        assert plan[1].to_version == "0001" and "would run" in plan[1].text()
        assert not sandbox.value("select to_regnamespace('marts') is not null")

    def test_a_plan_stops_at_the_number_given(self, sandbox):
        (report,) = sandbox.run(migrate.plan, "jazz", to="0000")
        assert (report.from_version, report.to_version) == (None, "0000")

    def test_a_number_without_a_platform_is_refused(self, sandbox):
        with pytest.raises(UsageError, match="name it"):
            sandbox.run(migrate.plan, to="0000")
