"""Connections: the pool, roles, locks and what is said when there is no server."""


def test_connects(empty_database):
    with empty_database.connect() as connection:
        assert connection.exec_driver_sql("select current_setting('timezone')").scalar() == "UTC"


def test_template(database, connection):
    assert connection.exec_driver_sql("select to_regclass('marts.schema_migration') is not null").scalar()
