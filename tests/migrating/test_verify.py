"""Verifying a live schema against what its migrations make, in a scratch database that is always dropped."""

import json

import pytest

from workbench import db, fingerprint, migrate
from workbench.errors import MigrationError
from workbench.migrating import scratch

pytestmark = pytest.mark.xdist_group("verify")  # one of them leaves a database that another counts


class TestVerify:
    def test_a_fresh_set_up_has_no_drift(self, sandbox):
        sandbox.up()
        found = {v.platform: v for v in sandbox.run(migrate.verify)}
        assert found["jazz"].drifts == [] and found["jazz"].objects > 5 and "PostgreSQL" in found["jazz"].sentence()
        assert found["folk"].version is None and found["folk"].sentence() == "folk: not installed."

    def test_each_drift_is_named(self, sandbox):
        sandbox.up()
        made = {
            "drop index jazz.take_made": ("missing", "index jazz.take_made"),
            "create index extra on jazz.take (note)": ("unexpected", "index jazz.extra"),
            "alter table jazz.take alter note set default 'x'": ("different", "table column jazz.take.note"),
            "drop trigger touch_take on jazz.take": ("missing", "trigger touch_take on jazz.take"),
            "revoke select on marts.fact_take from workbench_reader": ("missing", "grant on view marts.fact_take to workbench_reader"),
            "grant select on jazz.take to public": ("unexpected", "grant on table jazz.take to public"),
        }
        for statement in made:
            sandbox.sql(statement)
        assert sorted(sandbox.drifts()) == sorted(made.values())

    def test_a_platform_half_way_is_compared_with_half_way(self, sandbox):
        sandbox.up(to="0000")
        assert sandbox.drifts() == []

    def test_the_scratch_database_is_always_dropped(self, sandbox, monkeypatch):
        sandbox.up()
        sandbox.drifts()
        assert self.scratches(sandbox) == []
        monkeypatch.setattr(migrate, "_lay", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sandbox.run(migrate.verify)
        assert self.scratches(sandbox) == []

    def test_a_scratch_database_of_a_dead_session_is_swept(self, sandbox):
        sandbox.up()
        with db.engine(url=sandbox.url, autocommit=True).connect() as connection:
            connection.exec_driver_sql("create database workbench_scratch_4194304_dead template template0")
        db.engine(url=sandbox.url, autocommit=True).dispose()
        sandbox.drifts()
        assert self.scratches(sandbox) == []

    def scratches(self, sandbox):
        mine = "select datname from pg_database d where datname like 'workbench_scratch_%%' and (datname like '%%dead' or not exists"
        return sandbox.sql(f"{mine} (select from pg_stat_activity where pid::text = split_part(d.datname, '_', 3)))")

    def test_without_createdb_a_shipped_fingerprint_serves(self, sandbox, monkeypatch):
        sandbox.up()
        monkeypatch.setattr(scratch, "allowed", lambda raw: False)
        with pytest.raises(MigrationError, match=r"jazz at 0001 needs a scratch database, .* alter role .* createdb"):
            sandbox.run(migrate.verify, "jazz")
        with sandbox.connect() as connection:
            objects = fingerprint.take(connection, "jazz", derived=False)
            major = db.raw(connection).info.server_version // 10000
        sandbox.file(f"jazz/fingerprint/{major}.json", json.dumps({"version": "0001", "objects": objects | {"index jazz.lost": "x"}}))
        (found,) = sandbox.run(migrate.verify, "jazz")
        assert found.source == f"shipped for PostgreSQL {major}"
        assert [(drift.kind, drift.object) for drift in found.drifts] == [("missing", "index jazz.lost")]
