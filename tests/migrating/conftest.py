"""Small platforms of their own for the migrator, in a folder and a database that each test may spoil."""

import shutil
import threading
import uuid

import pytest

from workbench import db, migrate, paths

REAL_SQL = paths.SQL

TOUCH = """-- Notes touched days.
create table marts.touched_day (platform text, fact text, day date);
grant usage on schema marts to workbench_reader;
create function marts.touch_days() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
    execute format('insert into marts.touched_day select distinct $1, $2, (%I)::date from changed_rows', tg_argv[1])
        using tg_table_schema::text, tg_argv[0];
    return null;
end
$$;
"""
UNTOUCH = """-- Takes the notes away.
drop function marts.touch_days();
drop table marts.touched_day;
revoke usage on schema marts from workbench_reader;
"""
CONTRACT = """-- One row per take.
select cast(null as text) as platform, cast(null as bigint) as take_id, cast(null as timestamptz) as made_at where false;
comment on view marts.fact_take is 'Takes';
comment on column marts.fact_take.take_id is 'Key of the take';
"""
TAKE = "-- Takes.\ncreate table {0}.take (take_id bigint primary key, made_at timestamptz, note text);\n"
FACT = "-- One row per take.\ncreate view {0}.fact_take as select made_at, take_id from {0}.take;\n"
TRIGGER = """-- Notes new takes.
create trigger touch_take after insert on {0}.take referencing new table as changed_rows
    for each statement execute function marts.touch_days('fact_take', 'made_at');
"""


class Sandbox:
    """An SQL folder with marts and two small platforms, `jazz` and `folk`, and a fresh database to migrate."""

    take, fact = TAKE, FACT

    def __init__(self, root, url):
        self.root, self.url = root, url
        self.write("marts", "0001_create_touch", TOUCH, UNTOUCH)
        self.file("marts/facts/fact_take.sql", CONTRACT)
        for platform in ("jazz", "folk"):
            self.write(platform, "0000_create_take", TAKE.format(platform), f"-- No takes.\ndrop table {platform}.take;\n")
            self.write(
                platform,
                "0001_index_take",
                f"-- Takes by time.\ncreate index take_made on {platform}.take (made_at);\n",
                f"-- No index.\ndrop index {platform}.take_made;\n",
            )
            self.file(f"{platform}/facts/fact_take.sql", FACT.format(platform))
            self.file(f"{platform}/touch/take.sql", TRIGGER.format(platform))

    def file(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def write(self, platform, stem, forward, rollback="-- Nothing.\nselect 1;\n"):
        self.file(f"{platform}/migrations/{stem}.rollback.sql", rollback)
        return self.file(f"{platform}/migrations/{stem}.sql", forward)

    def connect(self):
        return db.engine(url=self.url).connect()

    def sql(self, statement, *parameters):
        """Rows of a statement run and committed by the login role."""
        with self.connect() as connection:
            cursor = db.raw(connection).execute(statement, parameters or None)
            rows = cursor.fetchall() if cursor.description else []
            connection.commit()
            return rows

    def value(self, statement, *parameters):
        return self.sql(statement, *parameters)[0][0]

    def run(self, verb, *arguments, **options):
        with self.connect() as connection:
            return verb(connection, *arguments, **options)

    def up(self, platform="jazz", **options):
        return self.run(migrate.up, platform, **options)

    def down(self, platform="jazz", **options):
        return self.run(migrate.down, platform, **options)

    def versions(self, platform="jazz"):
        return [row[0] for row in self.sql("select version from marts.schema_migration where platform = %s order by 1", platform)]

    def exists(self, name):
        return self.value("select to_regclass(%s) is not null", name)

    def drifts(self, platform=None):
        return [(drift.kind, drift.object) for found in self.run(migrate.verify, platform) for drift in found.drifts]


@pytest.fixture
def sql_folder(tmp_path, monkeypatch):
    root = tmp_path / "sql"
    shutil.copytree(REAL_SQL / "marts" / "catalogue", root / "marts" / "catalogue")
    for name in ("roles", "ledger", "platform_schema"):
        shutil.copy(REAL_SQL / "marts" / f"{name}.sql", root / "marts")
    monkeypatch.setattr(paths, "SQL", root)
    monkeypatch.setattr(paths, "PLATFORMS", ("jazz", "folk"))
    return root


@pytest.fixture(scope="session")
def scrap_url(server):
    """A database that is emptied after every test: quicker than a new one for each."""
    url = server.set(database=f"test_scrap_{uuid.uuid4().hex[:12]}")
    with db.engine(url=server, autocommit=True).connect() as maintenance:
        maintenance.exec_driver_sql(f"create database {url.database} template template0")
        yield url
        db.engine(url=url).dispose()
        maintenance.exec_driver_sql(f"drop database {url.database} with (force)")
    db.engine(url=server, autocommit=True).dispose()


@pytest.fixture
def sandbox(sql_folder, scrap_url):
    """The small platforms over an empty database."""
    yield Sandbox(sql_folder, scrap_url)
    with db.engine(url=scrap_url).connect() as connection:
        connection.exec_driver_sql("set client_min_messages = warning")
        connection.exec_driver_sql("drop schema if exists jazz, folk, marts cascade; drop table if exists public.mine")
        connection.commit()


@pytest.fixture
def sandbox_files(sql_folder):
    """The files of the small platforms, for tests with a server of their own."""
    return Sandbox(sql_folder, None)


@pytest.fixture
def together():
    """Runs jobs at once; what each returned or raised."""

    def run_together(*jobs):
        results = [None] * len(jobs)

        def run(index, job):
            try:
                results[index] = job()
            except Exception as error:
                results[index] = error

        threads = [threading.Thread(target=run, args=(index, job)) for index, job in enumerate(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    return run_together
