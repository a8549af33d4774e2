"""Schemas up and down: plain SQL pairs, each one transaction with its line in the ledger (Definition O1).

Every verb takes a SQLAlchemy connection of the login role and works outside the caller's transaction: what was open is committed.
`marts` is migrated first, like a platform. Around every step the fact views, unions and touch triggers are dropped and built again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from workbench import db, factviews, fingerprint
from workbench.errors import RunFailed, UsageError
from workbench.fingerprint import Fingerprint
from workbench.migrating import ledger, preflight, scratch, steps
from workbench.migrating.files import MARTS, Migration, known_platforms, read_migrations, read_statements, require_platform
from workbench.migrating.report import Report, SchemaStatus, Step, Verification, Verified
from workbench.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection


def up(connection: "Connection", platform: str, to: str | None = None, dry_run: bool = False, yes: bool = False) -> Report:
    """Migrate one platform up to its newest migration, or to `to`; marts first, if that is behind.

    Raises:
        MigrationError: an applied file was edited, files or ledger have a gap, roles cannot be made.
        UsageError: no such platform or number, a pooled connection, a step that destroys data without `yes`.
        RunFailed: a statement failed; that step left nothing, earlier ones stand.
    """
    require_platform(platform)
    raw = preflight.direct(connection)
    preflight.writable(raw)
    if dry_run:
        run = _Run(raw, platform, "up", dry_run=True)
        return run.report([_described(migration, "up") for migration in _to_apply(raw, platform, to)])
    with preflight.locked(raw):
        preflight.make_roles(raw)
        preflight.make_ledger(raw)
        run = _Run(raw, platform, "up")
        done = [run.step(migration, yes) for migration in _to_apply(raw, platform, to)]
        _rebuild_stale(raw)
        return run.report(done)


def up_all(
    connection: "Connection", platform: str | None = None, to: str | None = None, dry_run: bool = False, yes: bool = False
) -> list[Report]:
    """`up` for marts and every installed platform, or for one; one report each.

    Raises:
        UsageError: a number without a platform; and what `up` raises.
    """
    if platform is None and to is not None:
        raise UsageError("A migration number belongs to one platform: name it, for instance `workbench db up mued --to 0008`.")
    names = [platform] if platform else list(known_platforms())
    reports = [up(connection, name, to=to, dry_run=dry_run, yes=yes) for name in names]
    if platform is None:  # a plan for one platform starts with marts, which has a report of its own here
        for report in reports:
            report.steps = [step for step in report.steps if step.platform == report.platform]
    return reports


def setup(connection: "Connection", platforms: Iterable[str] | None = None) -> list[Report]:
    """Marts and these platforms (all installed ones without a list) at their newest migration."""
    return [up(connection, name) for name in (known_platforms() if platforms is None else (MARTS, *platforms))]


def plan(connection: "Connection", platform: str | None = None, to: str | None = None) -> list[Report]:
    """What `up_all` would run; changes nothing."""
    return up_all(connection, platform, to=to, dry_run=True)


def down(connection: "Connection", platform: str, to: str | None = None, yes: bool = False, dry_run: bool = False) -> Report:
    """Roll one platform back until `to` is its newest migration, or wholly without `to`.

    Unless `yes` is given, all steps are first run together and undone, to see what they destroy. A dry run does only that;
    it takes the locks of the steps for a moment.

    Raises:
        UsageError: a step destroys data and `yes` is not given; the sentence names every table and its rows.
        MigrationError, RunFailed: as in `up`.
    """
    require_platform(platform)
    raw = preflight.direct(connection)
    preflight.writable(raw)
    with preflight.locked(raw):
        run = _Run(raw, platform, "down", dry_run)
        leaving = ledger.leaving(raw, platform, to)
        rehearsed = [] if yes and not dry_run else run.rehearse(leaving)
        if dry_run:
            return run.report(rehearsed)
        _refuse_losses(platform, rehearsed)
        return run.report([run.step(migration, yes) for migration in leaving])


def status(connection: "Connection") -> list[SchemaStatus]:
    """State of marts and every installed platform: version, what is pending, what is wrong. Changes nothing."""
    return ledger.states(preflight.direct(connection))


def verify(connection: "Connection", platform: str | None = None) -> list[Verification]:
    """Compare live schemas with what their migrations make on the same server, object by object.

    What they make is built in a scratch database, which is dropped again; where the login may not create one, a fingerprint
    shipped for the server's major version is used, which leaves fact views and touch triggers out.

    Raises:
        MigrationError: neither is possible, or an applied file was edited.
    """
    names = (require_platform(platform),) if platform else known_platforms()
    raw = preflight.direct(connection)
    build = scratch.allowed(raw)
    with preflight.locked(raw):
        applied = _applied(raw)
        found = {name: fingerprint.read(raw, name, derived=build) for name in names if applied[name]}
    source, expected = _expected(raw, applied, list(found), build)
    return [_compared(name, applied[name], source, expected.get(name, {}), found.get(name, {})) for name in names]


def expected(connection: "Connection", platform: str | None = None) -> dict[str, Fingerprint]:
    """What the applied migrations make, by platform: the side that `verify` compares the live schemas with.

    Raises:
        MigrationError: as in `verify`.
    """
    raw = preflight.direct(connection)
    applied = _applied(raw)
    names = [name for name in ((require_platform(platform),) if platform else known_platforms()) if applied[name]]
    return _expected(raw, applied, names, scratch.allowed(raw))[1]


def _expected(
    raw: psycopg.Connection, applied: dict[str, list[Migration]], names: list[str], build: bool
) -> tuple[str, dict[str, Fingerprint]]:
    """Where the fingerprints come from, and the fingerprints."""
    if not names:
        return "nothing to compare", {}
    if build:
        return f"built on PostgreSQL {raw.info.parameter_status('server_version')}", _built(raw, applied, names)
    return scratch.shipped(raw, {name: applied[name][-1].version for name in names})


def _compared(name: str, applied: list[Migration], source: str, expected: Fingerprint, found: Fingerprint) -> Verification:
    drifts = fingerprint.compare(name, expected, found)
    return Verification(name, applied[-1].version if applied else None, len(expected), source, drifts)


def _applied(raw: psycopg.Connection) -> dict[str, list[Migration]]:
    """The files of what is applied, by platform, held against the ledger."""
    applied, noted = {}, ledger.read_all(raw)
    for name in known_platforms():
        entries, migrations = noted.get(name, []), read_migrations(name)
        ledger.check(name, entries, migrations)
        applied[name] = migrations[: len(entries)]
    return applied


def _built(raw: psycopg.Connection, applied: dict[str, list[Migration]], names: list[str]) -> dict[str, Fingerprint]:
    needed = applied if MARTS in names else (MARTS, *names)  # the unions of marts are made of every platform
    with scratch.database(raw) as other:
        preflight.make_roles(other)
        preflight.make_ledger(other)
        for migration in (one for name in needed for one in applied[name]):
            _lay(other, migration)
        with other.transaction():
            _settle(other)
            _build_facts(other)
        return {name: fingerprint.read(other, name) for name in names}


def _lay(raw: psycopg.Connection, migration: Migration) -> None:
    """One step in a scratch database: nothing can be lost there, and the facts are built when all have run."""
    with raw.transaction():
        _settle(raw)
        preflight.make_schema(raw, migration.platform)
        steps.run(raw, migration.forward, read_statements(migration.forward))
        _settle(raw)
        ledger.add(raw, migration, duration_ms=0)


def _to_apply(raw: psycopg.Connection, platform: str, to: str | None) -> list[Migration]:
    """What is pending for marts, which comes first, and then for the platform."""
    before = ledger.pending(raw, MARTS, None) if platform != MARTS else []
    found = [*before, *ledger.pending(raw, platform, to)]
    preflight.refuse_foreign(raw, {migration.platform for migration in found})
    return found


class _Run:
    """One `up` or `down` under way: what its report needs from before the first step, and what the steps left."""

    def __init__(self, raw: psycopg.Connection, platform: str, action: str, dry_run: bool = False) -> None:
        self.raw, self.platform, self.action, self.dry_run = raw, platform, action, dry_run
        self.started_at, self.started = datetime.now(UTC), perf_counter()
        self.preflight = preflight.look(raw)
        self.version = ledger.version(raw, platform)
        self.before: set[tuple[str, str]] | None = None
        self.seeded: dict[str, int] = {}

    def step(self, migration: Migration, yes: bool) -> Step:
        """Perform one step for good; the catalogue is read before the first."""
        if self.before is None:
            self.before = self._objects()
        step, seeded = _perform(self.raw, migration, self.action, yes)
        self.seeded.update(seeded)
        return step

    def rehearse(self, migrations: list[Migration]) -> list[Step]:
        """Perform steps together and undo them."""
        with self.raw.transaction(force_rollback=True):
            return [_perform(self.raw, migration, self.action, yes=True)[0] for migration in migrations]

    def report(self, done: list[Step]) -> Report:
        """The report, with the catalogue read again."""
        reached = _reached(self.platform, self.version, done) if self.dry_run else ledger.version(self.raw, self.platform)
        times = (self.started_at, datetime.now(UTC), round(perf_counter() - self.started, 3))
        report = Report(self.platform, self.action, self.dry_run, *times, self.version, reached)
        report.preflight, report.steps, report.facts = self.preflight, done, _unions(self.raw)
        if self.before is not None:
            report.verified = _verified(self.before, self._objects(), dict(self.seeded))
        report.next_steps = _next_steps(report)
        return report

    def _objects(self) -> set[tuple[str, str]]:
        return fingerprint.objects(self.raw, self.platform)


def _perform(raw: psycopg.Connection, migration: Migration, direction: str, yes: bool) -> tuple[Step, dict[str, int]]:
    """One step in one transaction (or savepoint) with its ledger row and the facts around it; also the rows it inserted, by table."""
    started = perf_counter()
    path = migration.forward if direction == "up" else migration.rollback
    with steps.patience(path), raw.transaction():
        _settle(raw)
        if direction == "up":
            preflight.make_schema(raw, migration.platform)
        factviews.drop(raw, known_platforms() if migration.platform == MARTS else (migration.platform,))
        lost, seeded = steps.apply(raw, path, yes)
        _settle(raw)
        duration_ms = round((perf_counter() - started) * 1000)
        if direction == "up":
            ledger.add(raw, migration, duration_ms)
        else:
            ledger.remove(raw, migration)
            _drop_empty_schema(raw, migration)
        _build_facts(raw)
    return _described(migration, direction, round((perf_counter() - started) * 1000), tuple(lost)), seeded


def _settle(raw: psycopg.Connection) -> None:
    """Role, search path and time limits of a step. Only now a lock timeout: before, it would have cut the wait for our turn."""
    timeouts = f"set local statement_timeout = 0; set local lock_timeout = '{settings().lock_timeout_s}s'"
    raw.execute(f"set local role {db.OWNER}; set local search_path = public; {timeouts}")


def _drop_empty_schema(raw: psycopg.Connection, migration: Migration) -> None:
    if migration.platform == MARTS or ledger.read(raw, migration.platform):
        return
    try:
        raw.execute(sql.SQL("drop schema {}").format(sql.Identifier(migration.platform)))
    except psycopg.errors.DependentObjectsStillExist as error:
        left = (error.diag.message_detail or "").replace("\n", ", ")
        raise RunFailed(
            f"{migration.rollback} is the last rollback, yet something is left in the schema: {left}; it was undone."
        ) from error


def _build_facts(raw: psycopg.Connection) -> None:
    complete = ledger.complete(raw)
    if complete is not None:
        factviews.build(raw, complete)


def _rebuild_stale(raw: psycopg.Connection) -> None:
    """Build the fact views again when their files have changed since, or one is gone."""
    complete = ledger.complete(raw)
    with steps.patience("The fact views"), raw.transaction():
        if complete and factviews.stale(raw, complete):
            _settle(raw)
            factviews.drop(raw, [MARTS, *complete])
            factviews.build(raw, complete)


def _described(migration: Migration, direction: str, duration_ms: int | None = None, destroys: tuple = ()) -> Step:
    path = migration.forward if direction == "up" else migration.rollback
    purpose, count = migration.purpose, len(read_statements(path))
    return Step(migration.platform, migration.version, migration.name, direction, path.name, purpose, count, duration_ms, destroys)


def _refuse_losses(platform: str, rehearsed: list[Step]) -> None:
    losing = [f"{step.file} destroys {steps.listed(step.destroys)}" for step in rehearsed if step.destroys]
    if losing:
        raise UsageError(f"{platform}: {'; '.join(losing)}. Nothing was changed; add --yes if that is meant.")


def _reached(platform: str, version: str | None, planned: list[Step]) -> str | None:
    own = [step for step in planned if step.platform == platform]
    if not own:
        return version
    last = own[-1]
    if last.direction == "up":
        return last.version
    below = [migration.version for migration in read_migrations(platform) if migration.version < last.version]
    return below[-1] if below else None


_KINDS = ("table", "enum", "index", "foreign key", "policy", "function", "trigger", "view", "materialized view", "sequence")


def _verified(before: set[tuple[str, str]], after: set[tuple[str, str]], seeded: dict[str, int]) -> list[Verified]:
    """Tables, enums, indexes, foreign keys and the like that came or went, as the catalogue has them now, and seeded rows."""
    found = [Verified(kind, object_, "exists", seeded.pop(object_, None)) for kind, object_ in after - before]
    found.extend(Verified(kind, object_, "gone") for kind, object_ in before - after)
    found.extend(Verified("table", table, "exists", rows) for table, rows in seeded.items())
    return sorted(found, key=lambda entry: (_KINDS.index(entry.kind), entry.object))


def _unions(raw: psycopg.Connection) -> list[str]:
    with raw.transaction():
        return [f"{MARTS}.{name}" for name in factviews.standing(raw)]


def _next_steps(report: Report) -> list[str]:
    if report.dry_run:
        verb = f"workbench db {report.action} {report.platform}"
        return [f"run `{verb}` without --dry-run"] if report.steps else []
    if report.action == "down":
        return [f"`workbench db up {report.platform}` goes forward again"]
    if not report.steps or report.platform == MARTS:
        return []
    return [
        "`workbench db verify` compares the schemas with their migrations",
        f"`workbench load {report.platform}.<table> FILE` or `workbench seed {report.platform}` brings data in",
        "`workbench rollup` brings the rollups up to date",
    ]
