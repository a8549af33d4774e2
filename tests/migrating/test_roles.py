"""Roles on a server that does not know them yet, for logins that may more or less."""

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from workbench import db, migrate
from workbench.errors import MigrationError


@pytest.fixture(scope="module")
def strange_server(own_server):
    with own_server() as url:
        yield url


@pytest.fixture
def admin(strange_server):
    """An administrator of a server without any of the workbench's roles."""
    with psycopg.connect(**db.parameters(strange_server), autocommit=True) as connection:
        yield connection
        for (name,) in connection.execute("select datname from pg_database where datname like 'try%'").fetchall():
            connection.execute(f"drop database {name} with (force)")
        for (name,) in connection.execute("select rolname from pg_roles where rolname ~ '^(workbench|try)_'").fetchall():
            connection.execute(f"drop role {name}")


def connect(url, login, database):
    return create_engine(url.set(username=login, database=database), poolclass=NullPool).connect()


def up(url, login, database):
    with connect(url, login, database) as connection:
        return migrate.up(connection, "jazz")


def test_first_set_ups_of_several_databases_at_once_do_not_trip_over_each_other(sandbox_files, strange_server, admin, together):
    names = [f"try_{number}" for number in range(4)]
    for name in names:
        admin.execute(f"create database {name}")
    reports = together(*(lambda name=name: up(strange_server, strange_server.username, name) for name in names))
    assert [getattr(report, "to_version", report) for report in reports] == ["0001"] * 4
    assert admin.execute("select rolbypassrls from pg_roles where rolname = 'workbench_loader'").fetchone() == (True,)


def test_a_login_that_may_not_make_roles_is_told_what_an_administrator_should_run(sandbox_files, strange_server, admin):
    admin.execute("create role try_modest login")
    admin.execute("create database try_modest")
    with pytest.raises(MigrationError) as refused:
        up(strange_server, "try_modest", "try_modest")
    statements = str(refused.value).split("run once: ", 1)[1].rstrip(".")
    assert "create role workbench_owner nologin;" in statements
    with psycopg.connect(**db.parameters(strange_server.set(database="try_modest")), autocommit=True) as connection:
        connection.execute(statements)
    assert up(strange_server, "try_modest", "try_modest").to_version == "0001"
    with connect(strange_server, "try_modest", "try_modest") as connection:
        with pytest.raises(MigrationError, match='alter role "try_modest" createdb'):
            migrate.verify(connection)
        assert migrate.down(connection, "jazz", yes=True).to_version is None


def test_a_login_that_may_make_roles_needs_nobody(sandbox_files, strange_server, admin):
    admin.execute("create role try_keen login createrole createdb")
    admin.execute("create database try_keen owner try_keen")
    assert up(strange_server, "try_keen", "try_keen").to_version == "0001"
    assert admin.execute("select rolbypassrls from pg_roles where rolname = 'workbench_loader'").fetchone() == (False,)
    with connect(strange_server, "try_keen", "try_keen") as connection:
        connection.exec_driver_sql("set role workbench_reader")
        assert connection.exec_driver_sql("select count(*) from marts.fact_take").scalar() == 0
        connection.exec_driver_sql("reset role")
        assert [drift for found in migrate.verify(connection) for drift in found.drifts] == []
