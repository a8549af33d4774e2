"""Fact views, touch triggers and unions around the steps."""

import pytest

from workbench import migrate
from workbench.errors import MigrationError


class TestFacts:
    def test_the_union_holds_the_rows_of_every_platform(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.sql("insert into jazz.take values (1, '2026-01-01 00:00+00')")
        sandbox.sql("insert into folk.take values (2, '2026-01-02 00:00+00')")
        assert sandbox.sql("select platform, take_id from marts.fact_take order by 2") == [("jazz", 1), ("folk", 2)]
        assert sandbox.sql("select platform, fact, day::text from marts.touched_day order by 3") == [
            ("jazz", "fact_take", "2026-01-01"),
            ("folk", "fact_take", "2026-01-02"),
        ]

    def test_a_union_without_platforms_is_empty_but_there(self, sandbox):
        sandbox.up("marts")
        assert sandbox.sql("select platform, take_id, made_at from marts.fact_take") == []

    def test_they_stand_only_at_the_newest_migration(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.down(to="0000")
        assert not sandbox.exists("jazz.fact_take")
        assert sandbox.sql("select tgname from pg_trigger where tgrelid = 'jazz.take'::regclass") == []
        sandbox.sql("insert into folk.take values (2, now())")
        assert sandbox.sql("select platform from marts.fact_take") == [("folk",)]
        sandbox.up()
        assert sandbox.exists("jazz.fact_take")

    def test_a_step_of_marts_takes_and_brings_them_for_all(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.down("marts")
        assert not sandbox.exists("jazz.fact_take") and not sandbox.exists("marts.fact_take")
        sandbox.up("marts")
        assert sandbox.exists("jazz.fact_take") and sandbox.exists("folk.fact_take") and sandbox.drifts() == []

    def test_a_changed_file_is_noticed_with_nothing_to_migrate(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.file("jazz/facts/fact_take.sql", sandbox.fact.format("jazz").replace(" from", ", note from"))
        assert ("missing", "view column jazz.fact_take.note") in sandbox.drifts("jazz")
        sandbox.up()
        assert sandbox.sql("select note from jazz.fact_take") == [] and sandbox.drifts() == []

    def test_a_changed_file_is_not_forgotten_when_another_platform_steps(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.file("jazz/facts/fact_take.sql", sandbox.fact.format("jazz").replace(" from", ", note from"))
        sandbox.down("folk", to="0000")
        assert sandbox.sql("select note from jazz.fact_take") == []

    def test_a_view_dropped_by_hand_comes_back(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.sql("drop view marts.fact_take")
        assert ("missing", "view marts.fact_take") in sandbox.drifts()
        sandbox.up()
        assert sandbox.drifts() == []

    def test_comments_of_the_contract_reach_union_and_views(self, sandbox):
        sandbox.run(migrate.setup)
        query = "select col_description(to_regclass(%s), attnum) from pg_attribute where attrelid = to_regclass(%s) and attname = 'take_id'"
        for view in ("marts.fact_take", "jazz.fact_take", "folk.fact_take"):
            assert sandbox.value(query, view, view) == "Key of the take"
            assert sandbox.value("select obj_description(to_regclass(%s))", view) == "Takes"

    def test_readers_may_read_them(self, sandbox):
        sandbox.run(migrate.setup)
        for role in ("workbench_reader", "workbench_identified"):
            for view in ("marts.fact_take", "jazz.fact_take"):
                assert sandbox.value("select has_table_privilege(%s, %s, 'select')", role, view)
                assert not sandbox.value("select has_table_privilege(%s, %s, 'insert')", role, view)
            assert not sandbox.value("select has_table_privilege(%s, 'jazz.take', 'select')", role)

    def test_the_loader_may_write_new_tables(self, sandbox):
        sandbox.up()
        for privilege in ("select", "insert", "update", "delete"):
            assert sandbox.value("select has_table_privilege('workbench_loader', 'jazz.take', %s)", privilege)

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            ("take_id", "no column 'made_at', which the contract"),
            ("take_id::integer, made_at", "column 'take_id' is int4, the contract .* says int8"),
        ],
    )
    def test_a_view_off_its_contract_is_refused_with_both_files(self, sandbox, columns, words):
        sandbox.file("jazz/facts/fact_take.sql", sandbox.fact.format("jazz").replace("made_at, take_id", columns))
        with pytest.raises(MigrationError, match=words) as refused:
            sandbox.up()
        assert "jazz/facts/fact_take.sql" in str(refused.value) and "marts/facts/fact_take.sql" in str(refused.value)

    def test_a_view_of_yours_over_a_fact_is_named_not_dropped(self, sandbox):
        sandbox.run(migrate.setup)
        sandbox.sql("create view public.mine as select * from marts.fact_take")
        with pytest.raises(MigrationError, match=r"view mine depends on view .*fact_take.*; drop it first"):
            sandbox.down()
        assert sandbox.versions() == ["0000", "0001"]

    def test_a_platform_that_is_set_up_alone_leaves_the_other_out(self, sandbox):
        sandbox.up()
        assert sandbox.exists("marts.fact_take") and not sandbox.value("select to_regnamespace('folk') is not null")
