"""Fixtures: the throw-away server of the whole run, shared by the workers, and fresh copies of a migrated template in it."""

import contextlib
import functools
import gc
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import fasteners
import hypothesis
import psycopg
import pytest
from _pytest.doctest import DoctestModule
from _pytest.nodeid import coerce_node_id
from _pytest.unraisableexception import gc_collect_iterations_key
from psycopg import sql
from sqlalchemy import URL, Connection, Engine

from workbench import db, embedded, paths
from workbench.errors import UsageError
from workbench.imports import on_import
from workbench.settings import settings

# Threads of every process that wait for each other cost five times what they compute. It counts until NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.modules.setdefault("rfc3987_syntax", None)  # as the command line does: importing nbformat takes half as long

KEPT = {"WORKBENCH_PG_BIN", "WORKBENCH_REAL_DATA"}
SERVER = embedded.THROWAWAY | {
    "default_statistics_target": "10",  # samples of 3 000 rows: enough to plan, a sixth of the time
    "max_parallel_workers_per_gather": "0",  # the workers of the tests fill the cores: a query shared between processes only costs more
    "max_parallel_maintenance_workers": "0",
}
FOLDER = "TEST_SERVER_FOLDER"  # in the environment: the folder of the server
TEMPLATE = "test_template"
SEEDED = "test_seeded"
UNIVERSITY = "test_university"
SIMULATED = "test_simulated"
ENGAGED = "test_engaged"

# A busy machine makes one example slow, not wrong; thirty a run find much, and every run draws others.
hypothesis.settings.register_profile("suite", deadline=None, max_examples=30)
hypothesis.settings.load_profile("suite")

_cleanup = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the folder of the server and removes it at the end; the workers find its name in the environment."""
    foreign = [name for name in os.environ if name.startswith(("WORKBENCH_", "PG")) or name == "DATABASE_URL"]
    for name in set(foreign) - KEPT:
        del os.environ[name]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the workers and hundreds of processes more would compile everything anew
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = str(_cleanup.enter_context(embedded.temporary_folder()))
    # Whatever asks for the embedded server without saying which gets this one, never that of the user.
    os.environ["WORKBENCH_PGDATA"] = f"{os.environ[FOLDER]}/pgdata"
    settings.cache_clear()
    on_import("pandas", after=_python_text)
    config.stash[gc_collect_iterations_key] = 1  # at the end garbage is looked for once, not five times
    config.pluginmanager.register(Examples())  # what a conftest.py says holds below its folder only


def _python_text(pandas: ModuleType) -> None:
    """Text in pandas is kept as in the kernel of a report (`publish.ahead`)."""
    pandas.options.mode.string_storage = "python"


class Examples:
    """Modules without an example in a docstring are neither imported nor searched for one."""

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path: Path) -> Iterator[None]:
        found = yield
        bare = any(isinstance(one, DoctestModule) for one in found) and b">>>" not in file_path.read_bytes()
        return [one for one in found if not (bare and isinstance(one, DoctestModule))]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nothing that is collected goes away again: no garbage is looked for meanwhile."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What takes long begins first, groups before all, so that no worker is left alone with it; and the groups of xdist hold.

    xdist 3.8 names a group in an attribute that pytest 9.2 does not read any more.
    """
    group_modules(items)
    yield

    def order(item: pytest.Item) -> tuple[bool, bool]:
        marks = {mark.name for mark in item.iter_markers()}
        return "xdist_group" not in marks, "slow" not in marks

    items.sort(key=order)
    for item in items:
        if "_nodeid" in vars(item):
            item._id = coerce_node_id(item._nodeid)


def group_modules(items: list[pytest.Item]) -> None:
    """Make a group of every module whose tests share what it makes: one worker makes it, and runs them in their order. And of every
    module that needs no server: its tests are so quick that to hand them out one by one takes longer."""

    def fixtures(item: pytest.Item) -> dict[str, Any]:
        return getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})

    def shares(item: pytest.Item) -> bool:
        return any(made.scope == "module" for one in fixtures(item).values() for made in one)

    grouped = {item.path for item in items if shares(item)}
    grouped |= {item.path for item in items} - {item.path for item in items if "server" in fixtures(item)}
    for item in items:
        if item.path in grouped and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))


def pytest_collection_finish() -> None:
    """A million objects that stay to the end need not be looked through again by every collection of garbage, and less often the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # as in the kernel of a report


def pytest_unconfigure(config: pytest.Config) -> None:
    _cleanup.close()


@dataclass(frozen=True)
class Database:
    """A database of its own; `engine` and `connect` as in `workbench.db`."""

    url: URL
    _roles: set[str | None] = field(default_factory=set, repr=False, compare=False)

    def engine(self, role: str | None = None) -> Engine:
        self._roles.add(role)
        return db.engine(role, self.url)

    def connect(self, role: str | None = None) -> Connection:
        return self.engine(role).connect()

    def hang_up(self) -> None:
        """Close the pools: nothing is left in them for a copy, a rename or the next test."""
        while self._roles:
            db.engine(self._roles.pop(), self.url).dispose()


@pytest.fixture(scope="session")
def server() -> URL:
    """URL of the maintenance database."""
    return embedded.ensure_server(Path(os.environ["WORKBENCH_PGDATA"]), "postgres", extra=SERVER)


@pytest.fixture(scope="session")
def initialised() -> Path:
    """A data folder that was started and stopped once; copying it is faster than initdb. Only read it."""
    folder = Path(os.environ[FOLDER]) / "initialised"
    with fasteners.InterProcessLock(folder.with_name("initialising.lock")):
        if not (done := folder.with_name("initialised.done")).exists():
            embedded.ensure_server(folder, extra=SERVER)
            embedded.stop_server(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def own_server(initialised: Path) -> Callable[..., contextlib.AbstractContextManager[URL]]:
    """As `embedded.temporary_server`, on a copy of that folder: for tests to which a server of their own matters, not how it is made."""

    @contextlib.contextmanager
    def serve(**extra: str) -> Iterator[URL]:
        with embedded.temporary_folder() as folder:
            subprocess.run(["cp", "-a", initialised, folder / "pgdata"], check=True)
            yield embedded.ensure_server(folder / "pgdata", "postgres", extra=SERVER | extra)

    return serve


@contextlib.contextmanager
def maintenance(server: URL) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**db.parameters(server), autocommit=True) as connection:
        yield connection


def create(server: URL, name: str, template: str = "template0") -> Database:
    with maintenance(server) as connection:
        copy = sql.SQL("create database {} template {} strategy file_copy")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
    return Database(server.set(database=name))


def drop(server: URL, database: Database) -> None:
    database.hang_up()
    with maintenance(server) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database.url.database)))


@contextlib.contextmanager
def copy_of(server: URL, template: str = "template0") -> Iterator[Database]:
    database = create(server, f"test_{uuid.uuid4().hex[:12]}", template)
    try:
        yield database
    finally:
        drop(server, database)


def build_once(server: URL, name: str, template: str, fill: Callable[[Database], None]) -> str:
    """Make the database `name` with `fill(database)` unless a worker has done so; the others wait for it."""
    with fasteners.InterProcessLock(f"{os.environ[FOLDER]}/{name}.lock"):
        with maintenance(server) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return name
        database = create(server, f"test_{uuid.uuid4().hex[:12]}", template)
        try:
            fill(database)
        except BaseException:
            drop(server, database)
            raise
        database.hang_up()
        with maintenance(server) as connection:
            rename = sql.SQL("alter database {} rename to {}")
            connection.execute(rename.format(sql.Identifier(database.url.database), sql.Identifier(name)))
    return name


def set_up(database: Database) -> None:
    from workbench import migrate

    with database.connect() as connection:
        migrate.setup(connection)
        connection.commit()


@pytest.fixture(scope="session")
def template_database(server: URL) -> str:
    """Name of a database in which marts and every installed platform are set up. Copy it; never connect to it."""
    return build_once(server, TEMPLATE, "template0", set_up)


@pytest.fixture
def database(server: URL, template_database: str) -> Iterator[Database]:
    """A fresh copy of the template, for a test that commits."""
    with copy_of(server, template_database) as made:
        yield made


OF_TEMPLATE = """
select format('%I.%I', n.nspname, c.relname)
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and pg_relation_size(c.oid) > 0
"""


@pytest.fixture(scope="session")
def lent_database(server: URL, template_database: str) -> Iterator[tuple[Database, dict[str, int]]]:
    """A copy of the template, and a number over the rows of each table that has some there."""
    with copy_of(server, template_database) as made:
        with psycopg.connect(**db.parameters(made.url)) as raw:
            rows = {name: number_over(raw, name) for (name,) in raw.execute(OF_TEMPLATE).fetchall()}
        yield made, rows


def number_over(raw: psycopg.Connection, table: str) -> int:
    return raw.execute(f"select coalesce(sum(hashtextextended(t::text, 0)), 0) from {table} as t").fetchone()[0]  # noqa: S608


@pytest.fixture
def cleared_database(lent_database: tuple[Database, dict[str, int]]) -> Iterator[Database]:
    """As new, for a test that commits rows and changes neither the schema nor rows of the template. What it leaves is taken away again:
    that is quicker than a fresh copy, above all because the connections know the catalogue already."""
    made, kept = lent_database
    yield made
    with psycopg.connect(**db.parameters(made.url)) as raw:
        raw.execute("set session_replication_role = replica")
        filled = [name for (name,) in raw.execute(OF_TEMPLATE).fetchall() if name not in kept]
        raw.execute("; ".join(f"delete from {name}" for name in filled) or "select", prepare=False)  # noqa: S608
        changed = [name for name, number in kept.items() if number_over(raw, name) != number]
    assert not changed, f"{changed} belong to the template; such a test takes `database`"


@pytest.fixture
def empty_database(server: URL) -> Iterator[Database]:
    """A fresh database without any schema."""
    with copy_of(server) as made:
        yield made


@pytest.fixture(scope="session")
def shared_database(server: URL, template_database: str) -> Iterator[Database]:
    """A copy of the template for tests that leave nothing behind."""
    with copy_of(server, template_database) as made:
        yield made


@pytest.fixture
def connection(shared_database: Database) -> Iterator[Connection]:
    """A connection of the login role on the shared copy; what the test does is rolled back."""
    with shared_database.connect() as opened:
        yield opened
        opened.rollback()


def simulate(database: Database) -> None:
    from workbench import rollup, seed

    with database.connect() as connection:
        seed.seed(connection, "mued", learners=60, days=45, seed=7, end=date(2026, 9, 1))
        connection.commit()
        rollup.refresh(connection)
        connection.commit()


@pytest.fixture(scope="session")
def seeded_database(server: URL, template_database: str) -> Iterator[Database]:
    """A copy with simulated data of MUED (60 learners, 45 days up to 2026-09-01) and its rollups. Shared: only read it."""
    with copy_of(server, build_once(server, SEEDED, template_database, simulate)) as made:
        yield made


@pytest.fixture(scope="session")
def simulated_template(server: URL, template_database: str) -> str:
    """Name of a database with simulated data of every platform up to 2026-09-01 and its rollups. Copy it; never connect to it."""

    def fill(database: Database) -> None:
        from workbench import rollup, seed

        with database.connect() as connection:
            for platform, learners, days in (("mued", 60, 45), ("learning", 40, 40), ("drivemaster", 40, 40), ("video", 40, 40)):
                seed.seed(connection, platform, learners=learners, days=days, seed=7, end=date(2026, 9, 1))
                connection.commit()
            rollup.refresh(connection)
            connection.commit()

    return build_once(server, SIMULATED, template_database, fill)


@contextlib.contextmanager
def days_of_utc() -> Iterator[None]:
    """Rollups keep the days of one time zone meanwhile: enough where zones are not the subject."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_TIMEZONES", "UTC")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def in_utc() -> Iterator[None]:
    """For tests of rollups kept so, as `engaged_database` has them: with another zone wanted they would be computed anew each time."""
    with days_of_utc():
        yield


@pytest.fixture(scope="session")
def engaged_database(server: URL, template_database: str) -> Iterator[Database]:
    """A copy with simulated data of every platform up to 2026-09-01, of learners enough to be told about, and its rollups in UTC.
    Shared: only read it."""

    def fill(database: Database) -> None:
        from workbench import rollup, seed

        with database.connect() as connection:
            for platform, learners in (("mued", 80), ("learning", 200), ("drivemaster", 160), ("video", 200)):
                seed.seed(connection, platform, learners=learners, days=90, seed=7, end=date(2026, 9, 1))
                connection.commit()
            with days_of_utc():
                rollup.refresh(connection)
            connection.commit()

    with copy_of(server, build_once(server, ENGAGED, template_database, fill)) as made:
        yield made


@pytest.fixture(scope="session")
def simulated_copy(server: URL, simulated_template: str) -> Iterator[Database]:
    """A copy with simulated data of every platform. Shared: only read it."""
    with copy_of(server, simulated_template) as made:
        yield made


@pytest.fixture
def simulated_database(server: URL, simulated_template: str) -> Iterator[Database]:
    """A fresh copy with simulated data of every platform, for a test that changes it."""
    with copy_of(server, simulated_template) as made:
        yield made


INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = cast(%s as regclass) and not exists (select from pg_constraint where conindid = indexrelid)
"""


@contextlib.contextmanager
def indexed_when_full(connection: Connection, table: str) -> Iterator[None]:
    """The foreign keys of a table that is filled inside are checked when it is full, by a join over all of its rows, and its indexes are
    built then: row by row is what takes longest, and is what `test_load.py` shows."""
    keys = "select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid = cast(%s as regclass)"
    references, indexes = (connection.exec_driver_sql(query, (table,)).all() for query in (keys, INDEXES))
    for name, _ in references:
        connection.exec_driver_sql(f"alter table {table} drop constraint {name}")
    for name, _ in indexes:
        connection.exec_driver_sql(f"drop index {name}")
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)
    for name, definition in references:
        connection.exec_driver_sql(f"alter table {table} add constraint {name} {definition}")


@pytest.fixture(scope="session")
def university_database(server: URL, template_database: str, real_data: Path) -> Iterator[Database]:
    """The Open University data set in the learning platform and its rollups of the last three months of 2014, made once. Shared by
    all workers: only read it."""

    def fill(database: Database) -> None:
        from workbench import presets, rollup

        with database.connect() as connection:
            with indexed_when_full(connection, "learning.learning_sessions"):
                presets.load_preset(connection, "learning", "oulad", real_data / "oulad")
            connection.commit()
            with days_of_utc():
                rollup.refresh(connection, date(2014, 10, 1), date(2015, 1, 1))

    made = Database(server.set(database=build_once(server, UNIVERSITY, template_database, fill)))
    yield made
    made.hang_up()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with the public data sets that some tests compare with."""
    if not (folder := os.environ.get("WORKBENCH_REAL_DATA")):
        pytest.skip("WORKBENCH_REAL_DATA names no folder with the public data sets")
    return Path(folder)


@pytest.fixture
def in_process(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs `workbench …` in this process; exit code and output are told as those of a process of its own."""
    from workbench import cli

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["workbench", *arguments])
        settings.cache_clear()
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), *capfd.readouterr())

    yield run
    settings.cache_clear()


# Pages and reports


@pytest.fixture(scope="module")
def chromium() -> str:
    """An installed Chromium."""
    from workbench.publish import pdf as printing

    try:
        return printing.find_browser()
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """It, opened, for tests of the group `browser`."""
    from workbench.publish import pdf as printing

    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *printing.QUIET])
        yield opened
        opened.close()


PARAMETERS = 'platform = "all"\ntenant = None\ntimezone = "UTC"\nstart = "2026-08-01"\nend = "2026-09-01"\nas_of = "2026-09-01T00:00:00Z"'
WRITE = """\
from workbench.publish.data import write_data
written = write_data({"daily": [{"day": start, "share": 0.1 + 0.2}]},
                     {"verdict": {"state": STATE, "sentence": "All is <well>."}, "rows_read": 7})"""


def _write_tiny(
    root: Path, cell: str = "1 + 1", *, state: str = "met", platforms: str = "[]", extra: str = "", declared: str = "", last: str = WRITE
) -> None:
    """A report named `tiny`: the cell given, then the one that writes the data."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    for folder in ("reports", "notebooks/reports"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    toml = f'title = "Tiny <i>report</i>"\ndescription = "For the tests."\nplatforms = {platforms}\nfreshness_hours = 36\n{extra}'
    (root / "reports" / "tiny.toml").write_text(toml, encoding="utf-8")
    cells = [
        new_markdown_cell("# Tiny"),
        new_code_cell(PARAMETERS + "\n" + declared, metadata={"tags": ["parameters"]}),
        new_markdown_cell("## First part"),
        new_code_cell(f"STATE = {state!r}\n" + cell),
        new_code_cell(last),
    ]
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / "reports" / "tiny.ipynb")


def _use_tiny(root: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(paths, "REPORTS", root / "reports")
    patch.setattr(paths, "NOTEBOOKS", root / "notebooks")


@pytest.fixture(scope="session")
def write_tiny() -> Callable[..., None]:
    """Writes a report named `tiny` below a folder."""
    return _write_tiny


@pytest.fixture(scope="session")
def use_tiny() -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Has the reports below a folder stand in the place of those of the workbench."""
    return _use_tiny


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder to publish under."""
    return tmp_path / "out"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Writes a report named `tiny`, the only one there is."""
    _use_tiny(tmp_path, monkeypatch)
    yield functools.partial(_write_tiny, tmp_path)
    settings.cache_clear()


@pytest.fixture
def on_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database in use is a copy of its own, reached with a password."""
    url = database.url.set(password="s3cret-Pässword/1")
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", url.render_as_string(hide_password=False))
    settings.cache_clear()
    yield database
    db.engine(db.READER).dispose()
    settings.cache_clear()
