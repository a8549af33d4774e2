"""Going down: what is destroyed is measured first, and needs a yes."""

import pytest

from workbench import fingerprint, migrate
from workbench.errors import UsageError


class TestGoingDown:
    def test_without_a_number_everything_goes_and_the_schema_with_it(self, sandbox):
        sandbox.up()
        report = sandbox.down()
        assert (report.from_version, report.to_version) == ("0001", None)
        assert not sandbox.value("select to_regnamespace('jazz') is not null")
        assert ("table", "jazz.take", "gone") in {(v.kind, v.object, v.state) for v in report.verified}

    def test_an_empty_table_goes_without_yes(self, sandbox):
        sandbox.up()
        assert sandbox.down().steps[-1].destroys == ()

    @pytest.mark.parametrize(
        ("rollback", "loss"),
        [
            ("drop table jazz.take", "table jazz.take (3 rows, dropped)"),
            ("alter table jazz.take drop column note", "column jazz.take.note (2 rows, dropped)"),
            ("delete from jazz.take where take_id > 1", "table jazz.take (2 rows, deleted)"),
            ("truncate jazz.take", "table jazz.take (3 rows, deleted)"),
            ("alter table jazz.take rename to took; alter table jazz.took drop column note", "column jazz.take.note (2 rows, dropped)"),
            ("do $$ begin execute 'drop ' || 'table jazz.take'; end $$", "table jazz.take (3 rows, dropped)"),
        ],
    )
    def test_what_it_destroys_is_measured_and_needs_yes(self, sandbox, rollback, loss):
        sandbox.write("jazz", "0002_say_nothing", "-- Nothing.\nselect 1;", f"-- Destroys.\n{rollback};")
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'a'), (2, now(), 'b'), (3, now(), null)")
        with pytest.raises(UsageError) as refused:
            sandbox.down(to="0001")
        assert loss in str(refused.value) and "--yes" in str(refused.value)
        assert sandbox.value("select count(*) from jazz.take") == 3 and sandbox.exists("marts.fact_take")
        planned = sandbox.down(to="0001", dry_run=True)
        assert [str(entry) for entry in planned.steps[0].destroys] == [loss] and planned.to_version == "0001"
        assert f"destroys {loss}" in planned.text()
        assert sandbox.versions()[-1] == "0002", "a dry run changes nothing"
        assert [str(entry) for entry in sandbox.down(to="0001", yes=True).steps[0].destroys] == [loss]
        assert sandbox.versions()[-1] == "0001"

    @pytest.mark.parametrize(
        "rollback",
        ["alter table jazz.take rename to took", "alter table jazz.take alter take_id type numeric", "update jazz.take set note = 'c'"],
    )
    def test_what_keeps_the_rows_destroys_nothing(self, sandbox, rollback):
        sandbox.write("jazz", "0002_say_nothing", "-- Nothing.\nselect 1;", f"-- Keeps.\n{rollback};")
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'a')")
        assert sandbox.down(to="0001").steps[0].destroys == ()

    def test_rows_behind_forced_row_security_are_counted(self, sandbox):
        sandbox.write(
            "jazz",
            "0002_secure_take",
            "-- Security.\nalter table jazz.take enable row level security;\nalter table jazz.take force row level security;",
            "-- Destroys.\nalter table jazz.take disable row level security;\ndrop table jazz.take;",
        )
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'a')")
        with pytest.raises(UsageError, match=r"jazz\.take \(1 row"):
            sandbox.down(to="0001")

    def test_rows_of_partitions_count_with_their_parent(self, sandbox):
        sandbox.write(
            "jazz",
            "0002_create_gig",
            "-- Gigs.\ncreate table jazz.gig (at date not null) partition by range (at);\n"
            "create table jazz.gig_2026_01 partition of jazz.gig for values from ('2026-01-01') to ('2026-02-01');",
            "-- Gone.\ndrop table jazz.gig;",
        )
        sandbox.up()
        sandbox.sql("insert into jazz.gig values ('2026-01-05'), ('2026-01-06')")
        with pytest.raises(UsageError) as refused:
            sandbox.down(to="0001")
        assert "destroys table jazz.gig (2 rows, dropped). " in str(refused.value)

    def test_all_steps_are_weighed_before_the_first_is_taken(self, sandbox):
        sandbox.up()
        sandbox.sql("insert into jazz.take values (1, now(), 'a')")
        with pytest.raises(UsageError, match=r"0000_create_take\.rollback\.sql destroys table jazz\.take"):
            sandbox.down()
        assert sandbox.versions() == ["0000", "0001"]

    def test_up_and_down_name_each_other_when_the_number_lies_the_other_way(self, sandbox):
        sandbox.up()
        with pytest.raises(UsageError, match="workbench db down jazz --to 0000"):
            sandbox.up(to="0000")
        sandbox.down(to="0000")
        with pytest.raises(UsageError, match="workbench db up jazz --to 0001"):
            sandbox.down(to="0001")

    def test_a_number_that_is_not_there_is_refused_with_those_that_are(self, sandbox):
        with pytest.raises(UsageError, match="'0009'; it has 0000 to 0001"):
            sandbox.up(to="0009")

    def test_an_unknown_platform_is_refused_with_those_there_are(self, sandbox):
        for verb in (sandbox.up, sandbox.down):
            with pytest.raises(UsageError, match="'rock' here; choose one of marts, jazz, folk"):
                verb("rock")

    def test_a_rollback_that_forgets_an_index_is_seen_at_its_step(self, sandbox):
        """Up, down and up again would look the same: the table takes the forgotten index with it."""
        sandbox.write(
            "jazz", "0001_index_take", "-- Takes by time.\ncreate index take_made on jazz.take (made_at);", "-- Forgets.\nselect 1;"
        )
        sandbox.up(to="0000")
        with sandbox.connect() as connection:
            before = fingerprint.take(connection, "jazz", derived=False)
            migrate.up(connection, "jazz")
            migrate.down(connection, "jazz", to="0000")
            after = fingerprint.take(connection, "jazz", derived=False)
        assert [(drift.kind, drift.object) for drift in fingerprint.compare("jazz", before, after)] == [
            ("unexpected", "index jazz.take_made")
        ]
