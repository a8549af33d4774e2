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


def rest_prints(connection, platforms: tuple[str, ...]) -> dict[str, fingerprint.Fingerprint]:
    taken = {platform: fingerprint.take(connection, platform) for platform in platforms}
    connection.rollback()
    return taken


def walk(connection, platform: str, nothing: fingerprint.Fingerprint) -> None:
    """From where a set-up from nothing led, down to nothing and up again, step by step: at each number the rollbacks above it and the
    steps up to it make the same catalogue."""
    versions = [migration.version for migration in read_migrations(platform)]
    prints = {versions[-1]: step_print(connection, platform)}
    for below in reversed([None, *versions[:-1]]):
        migrate.down(connection, platform, to=below, yes=True)
        prints[below] = step_print(connection, platform)
    assert differences(nothing, prints[None]) == []
    for version in versions:
        migrate.up(connection, platform, to=version)
        assert differences(step_print(connection, platform), prints[version]) == []
        assert prints[version] != nothing


@pytest.mark.slow
@pytest.mark.parametrize("platform", known_platforms()[1:])
def test_every_step_back_leads_to_the_catalogue_before_it(database, platform):
    with database.connect() as connection:
        at_rest = rest_prints(connection, (MARTS, platform))
        walk(connection, platform, nothing={})
        assert rest_prints(connection, (MARTS, platform)) == at_rest


@pytest.mark.slow
def test_marts_walk_with_every_platform_above_them(database, empty_database):
    """Touch triggers and fact views of the platforms hang on marts: they go and come with its steps, and nothing else changes."""
    with empty_database.connect() as connection:
        raw = preflight.direct(connection)
        preflight.make_roles(raw)
        preflight.make_ledger(raw)
        nothing = step_print(connection, MARTS)
    with database.connect() as connection:
        at_rest = rest_prints(connection, known_platforms())
        walk(connection, MARTS, nothing)
        after = rest_prints(connection, known_platforms())
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
