"""Where the expected fingerprint comes from: a scratch database on the same server, or a file shipped for its major version."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from workbench import paths
from workbench.errors import MigrationError
from workbench.fingerprint import Fingerprint

_PREFIX = "workbench_scratch_"


def allowed(raw: psycopg.Connection) -> bool:
    """Whether the login may create databases."""
    with raw.transaction():
        return raw.execute("select rolcreatedb or rolsuper from pg_roles where rolname = session_user").fetchone()[0]


@contextmanager
def database(raw: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A connection to an empty database that is dropped at the end, whatever happens inside.

    Its name holds the number of the session that made it; scratch databases of sessions that died without dropping theirs are
    swept away here.
    """
    address = _address(raw)
    with psycopg.connect(**address, autocommit=True) as keeper:
        _sweep(keeper)
        name = f"{_PREFIX}{keeper.info.backend_pid}_{secrets.token_hex(4)}"
        keeper.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        try:
            with psycopg.connect(**{**address, "dbname": name}) as other:
                other.execute("set synchronous_commit = off")  # nobody misses it after a crash
                other.commit()
                yield other
        finally:
            _drop(keeper, name)


def _address(raw: psycopg.Connection) -> dict[str, Any]:
    return {**raw.info.get_parameters(), "dbname": raw.info.dbname, "password": raw.info.password or None}


def _sweep(keeper: psycopg.Connection) -> None:
    found = keeper.execute("select datname from pg_database where starts_with(datname, %s)", [_PREFIX]).fetchall()
    alive = {row[0] for row in keeper.execute("select pid from pg_stat_activity").fetchall()}
    for (name,) in found:
        pid = name.removeprefix(_PREFIX).split("_")[0]
        if pid.isdigit() and int(pid) not in alive:
            _drop(keeper, name)


def _drop(keeper: psycopg.Connection, name: str) -> None:
    keeper.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def shipped(raw: psycopg.Connection, versions: dict[str, str]) -> tuple[str, dict[str, Fingerprint]]:
    """Where the shipped fingerprints of these versions come from, and the fingerprints.

    Raises:
        MigrationError: there is none for this server or this version of a platform; the sentence says what would help.
    """
    major = raw.info.server_version // 10000
    found = {}
    for platform, version in versions.items():
        path = shipped_file(platform, major)
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if kept.get("version") != version:
            raise MigrationError(
                f"Verifying {platform} at {version} needs a scratch database, which {raw.info.user} may not create; "
                f'have an administrator run once: alter role "{raw.info.user}" createdb;'
            )
        found[platform] = kept["objects"]
    return f"shipped for PostgreSQL {major}", found


def shipped_file(platform: str, major: int) -> Path:
    """Where the fingerprint of a platform's newest version is kept for servers of a major version."""
    return paths.sql_folder(platform) / "fingerprint" / f"{major}.json"


def ship(raw: psycopg.Connection, platform: str, version: str, objects: Fingerprint) -> Path:
    """Write the fingerprint of a platform at its newest version, one object a line."""
    path = shipped_file(platform, raw.info.server_version // 10000)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": version, "objects": objects}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
