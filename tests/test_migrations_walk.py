"""Every rollback is proven: each platform walks up and down step by step, and every catalogue on the way back is the one before."""

import json

import pytest

from workbench import db, fingerprint, migrate
from workbench.migrating import preflight, scratch
from workbench.migrating.files import MARTS, known_platforms, read_migrations


def differences(before: fingerprint.Fingerprint, after: fingerprint.Fingerprint) -> list[str]:
    return [f"{drift.kind}: {drift.object}" for drift in fingerprint.compare("", before, after)]


def step_print(connection, platform: str) -> fingerprint.Fingerprint:
    taken = fingerprint.take(connection, platform, derived=False)
    connection.rollback()
    return taken


def rest_prints(connection) -> dict[str, fingerprint.Fingerprint]:
    taken = {platform: fingerprint.take(connection, platform) for platform in known_platforms()}
    connection.rollback()
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("platform", known_platforms())
def test_every_step_back_leads_to_the_catalogue_before_it(empty_database, platform):
    versions = [migration.version for migration in read_migrations(platform)]
    with empty_database.connect() as connection:
        if platform == MARTS:
            raw = preflight.direct(connection)
            preflight.make_roles(raw)
            preflight.make_ledger(raw)
        else:
            migrate.up(connection, MARTS)
        prints = {None: step_print(connection, platform)}
        for version in versions:
            migrate.up(connection, platform, to=version)
            prints[version] = step_print(connection, platform)
            assert prints[version] != prints[None]
        at_rest = rest_prints(connection)
        for below in reversed([None, *versions[:-1]]):
            migrate.down(connection, platform, to=below, yes=True)
            assert differences(prints[below], step_print(connection, platform)) == []
        migrate.up(connection, platform)
        assert differences(prints[versions[-1]], step_print(connection, platform)) == []
        assert rest_prints(connection) == at_rest


def test_marts_walk_with_every_platform_above_them(database):
    """Touch triggers and fact views of the platforms hang on marts: they go and come with its steps, and nothing else changes."""
    versions = [None, *(migration.version for migration in read_migrations(MARTS))]
    with database.connect() as connection:
        at_rest = rest_prints(connection)
        for below in reversed(versions[:-1]):
            migrate.down(connection, MARTS, to=below, yes=True)
        migrate.up(connection, MARTS)
        after = rest_prints(connection)
        assert {name: differences(at_rest[name], after[name]) for name in at_rest} == {name: [] for name in at_rest}


def test_verify_finds_no_drift_in_a_fresh_set_up(database):
    with database.connect() as connection:
        found = migrate.verify(connection)
    assert [verification.platform for verification in found] == list(known_platforms())
    assert [drift for verification in found for drift in verification.drifts] == []
    assert all(verification.objects > 20 for verification in found)


@pytest.mark.parametrize("platform", known_platforms())
def test_the_shipped_fingerprint_is_what_the_migrations_make(connection, platform):
    file = scratch.shipped_file(platform, db.raw(connection).info.server_version // 10000)
    if not file.exists():
        pytest.skip("no fingerprint is shipped for this major version")
    shipped = json.loads(file.read_text(encoding="utf-8"))
    advice = "run `python -m workbench.migrating.ship` with the server binaries of each major version"
    assert shipped["version"] == read_migrations(platform)[-1].version, advice
    assert differences(shipped["objects"], step_print(connection, platform)) == [], advice
