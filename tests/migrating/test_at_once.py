"""Several at once, locks and lock timeouts."""

import threading
import time

import pytest

from workbench import migrate
from workbench.errors import RunFailed
from workbench.settings import settings


@pytest.fixture
def impatient(monkeypatch):
    """A lock timeout of a third of a second."""
    monkeypatch.setattr(settings(), "lock_timeout_s", 0.3)


class TestManyAtOnce:
    def test_one_waits_and_none_fails(self, sandbox, together):
        reports = together(*[sandbox.up] * 4)
        assert sorted(len(report.steps) for report in reports) == [0, 0, 0, 3]
        assert sandbox.drifts() == []

    def test_the_wait_is_not_cut_by_the_lock_timeout(self, sandbox, together, impatient):
        sandbox.write("jazz", "0002_take_time", "-- Slow.\nselect pg_sleep(0.7);")
        first, second = together(sandbox.up, sandbox.up)
        assert sorted([len(first.steps), len(second.steps)]) == [0, 4]

    def test_time_limits_of_the_session_do_not_cut_a_migration(self, sandbox):
        sandbox.write("jazz", "0002_take_time", "-- Slow.\nselect pg_sleep(0.4);")
        with sandbox.connect() as connection:
            connection.exec_driver_sql("set statement_timeout = '200ms'")
            connection.commit()
            assert migrate.up(connection, "jazz").to_version == "0002"
            assert connection.exec_driver_sql("show statement_timeout").scalar() == "200ms"

    def test_a_table_held_by_somebody_ends_the_step_in_time(self, sandbox, impatient):
        sandbox.up()
        with sandbox.connect() as holder:
            holder.exec_driver_sql("select * from jazz.take")
            begun = time.monotonic()
            with pytest.raises(RunFailed, match=r"0001_index_take\.rollback\.sql: .*lock timeout.*WORKBENCH_LOCK_TIMEOUT_S"):
                sandbox.down(yes=True)
            assert time.monotonic() - begun < 10
            holder.rollback()
        assert sandbox.versions() == ["0000", "0001"]

    def test_a_statement_that_waits_too_long_is_named_with_its_line(self, sandbox, impatient):
        sandbox.up(to="0000")
        with sandbox.connect() as holder:
            holder.exec_driver_sql("insert into jazz.take values (1)")
            with pytest.raises(RunFailed, match=r"0001_index_take\.sql, line 2 \(statement 1\).*lock timeout.*WORKBENCH_LOCK_TIMEOUT_S"):
                sandbox.up()
            holder.rollback()

    def test_reading_goes_on_between_the_steps(self, sandbox):
        """Other platforms' rows can be read through the union while one platform steps down and up."""
        sandbox.run(migrate.setup)
        sandbox.sql("insert into folk.take values (1, now())")
        stop, failures = threading.Event(), []

        def read():
            try:
                with sandbox.connect() as connection:
                    while not stop.is_set():
                        if connection.exec_driver_sql("select count(*) from marts.fact_take").scalar() != 1:
                            failures.append("a gap")
                        connection.rollback()
            except Exception as error:
                failures.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(3):
            sandbox.down()
            sandbox.up()
        stop.set()
        reader.join(30)
        assert failures == []
