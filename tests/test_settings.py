"""Settings: what the environment says, and how a wrong value is refused."""

from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.settings import Settings, settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    for name in ("WORKBENCH_PGDATA", "WORKBENCH_PG_BIN"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_the_defaults_are_those_of_the_documents():
    found = settings()
    assert (found.pool_size, found.pool_idle_s, found.pool_lifetime_s, found.connect_timeout_s) == (20, 300, 3600, 10)
    assert found.database_url is None and found.pgdata is None
    assert found.timezones == ("UTC", "Asia/Tokyo")


def test_they_are_read_once(monkeypatch):
    assert settings() is settings()
    monkeypatch.setenv("WORKBENCH_POOL_SIZE", "3")
    assert settings().pool_size == 20
    settings.cache_clear()
    assert settings().pool_size == 3


@pytest.mark.parametrize("own", ["postgresql://own/db", ""])
def test_the_own_variable_wins_unless_it_is_empty(monkeypatch, own):
    monkeypatch.setenv("DATABASE_URL", "postgresql://general/db")
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", own)
    assert settings().database_url.get_secret_value() == (own or "postgresql://general/db")


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(f"WORKBENCH_{name.upper()}", "")
    assert settings() == Settings.model_construct()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("POOL_SIZE", "many"), ("POOL_SIZE", "0"), ("CONNECT_TIMEOUT_S", "-1"), ("TIMEZONES", "UTC,Mars/Olympus"), ("TIMEZONES", ",")],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(f"WORKBENCH_{variable}", value)
    with pytest.raises(UsageError, match=f"^WORKBENCH_{variable}: ") as caught:
        settings()
    assert "\n" not in str(caught.value)


def test_time_zones_are_a_list_without_repetitions(monkeypatch):
    monkeypatch.setenv("WORKBENCH_TIMEZONES", " UTC, Europe/Berlin ,UTC")
    assert settings().timezones == ("UTC", "Europe/Berlin")


def test_secrets_are_not_shown(monkeypatch):
    for name in ("DATABASE_URL", "REPLICA_URL", "PSEUDONYM_KEY"):
        monkeypatch.setenv(f"WORKBENCH_{name}", "postgresql://u:s3cret@h/d")
    assert "s3cret" not in f"{settings()!r} {settings()} {settings().model_dump()}"


def test_paths_are_paths(monkeypatch):
    monkeypatch.setenv("WORKBENCH_PGDATA", "/データ/with a space")
    assert settings().pgdata == Path("/データ/with a space")
