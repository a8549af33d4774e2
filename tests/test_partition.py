"""Month partitions: made ahead, filled from DEFAULT, closed to everybody, and safe beside writers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Connection

from workbench import db, fingerprint, load, partition
from workbench.errors import RunFailed, UsageError

YEAR = {"start": date(2026, 1, 1), "end": date(2027, 1, 1)}
WINTER = {"start": date(2026, 11, 1), "end": date(2027, 3, 1)}
USER = "insert into learning.users (email, username, password_hash) values (%(name)s, %(name)s, 'x') returning id"
METRIC = "insert into learning.progress_metrics (user_id, metric_type, metric_value, recorded_at) values (%(user)s, 'speed', 1, %(at)s)"
WHERE = "select tableoid::regclass::text, count(*) from learning.progress_metrics group by 1 order by 1"


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return db.raw(connection)


def user(sql: psycopg.Connection, name: str = "ann") -> object:
    return sql.execute(USER, {"name": name}).fetchone()[0]


def months(report: partition.PartitionReport, table: str = "learning.progress_metrics") -> partition.TableMonths:
    return next(entry for entry in report.tables if entry.table == table)


def test_every_table_with_months_is_found_from_the_catalogue(connection: Connection) -> None:
    found = {entry.table: entry.default_rows for entry in partition.status(connection).tables}
    assert found["learning.interactions"] is None, "it has no DEFAULT"
    assert {name for name, rows in found.items() if rows == 0} == {
        "learning.audit_logs", "learning.progress_metrics", "drivemaster.learning_events", "video.analytics_events", "video.audit_logs",
    }  # fmt: skip
    assert "drivemaster.knowledge_states" not in found, "it is partitioned by hash"


def test_months_are_made_ahead_of_now_and_a_second_time_nothing_is(connection: Connection) -> None:
    first = partition.ensure(connection, "learning", ahead=2)
    assert [len(entry.created) for entry in first.tables] == [3, 3, 3]
    assert months(first).created[0] == f"{datetime.now(UTC):%Y-%m}"
    again = partition.ensure(connection, "learning", ahead=2)
    assert [(entry.created, entry.moved) for entry in again.tables] == [([], 0)] * 3
    assert again.tables[0].months == first.tables[0].months
    assert partition.status(connection, "learning", ahead=2).findings == []


def test_a_range_is_half_open(connection: Connection) -> None:
    report = partition.ensure(connection, "learning", start=date(2026, 1, 31), end=date(2026, 3, 1))
    assert months(report).created == ["2026-01", "2026-02"]
    report = partition.ensure(connection, "learning", start=date(2026, 2, 1), end=date(2026, 3, 2))
    assert months(report).created == ["2026-03"]
    with pytest.raises(UsageError, match="the end is the day after the last"):
        partition.ensure(connection, start=date(2026, 2, 1), end=date(2026, 2, 1))
    with pytest.raises(UsageError, match="months ahead cannot be -1"):
        partition.ensure(connection, ahead=-1)
    with pytest.raises(UsageError, match="no platform 'lerning'"):
        partition.status(connection, "lerning")


def test_short_gaps_are_findings_and_far_history_is_not(connection: Connection) -> None:
    partition.ensure(connection, "learning", start=date(2012, 10, 1), end=date(2013, 1, 1))
    partition.ensure(connection, "learning")
    assert partition.status(connection, "learning").findings == []
    db.raw(connection).execute("alter table learning.interactions detach partition learning.interactions_p2012_11")
    assert partition.status(connection, "learning").findings == ["learning.interactions: MISSING 2012-11"]
    assert months(partition.status(connection, "learning"), "learning.interactions").gaps == ["2012-11"]


def test_an_empty_schema_lacks_the_months_from_now_on(connection: Connection) -> None:
    report = partition.status(connection, "learning", ahead=1)
    assert [len(entry.gaps) for entry in report.tables] == [2, 2, 2]
    assert "no month yet; MISSING" in report.text()


def test_rows_leave_default_for_months_of_their_own(connection: Connection, sql: psycopg.Connection) -> None:
    ann = user(sql)
    for at in ("2026-01-31 23:59:59.999999+00", "2026-02-01 00:00:00+00", "2031-05-05 12:00:00+00", "infinity", "-infinity"):
        sql.execute(METRIC, {"user": ann, "at": at})
    before = sql.execute("select sum(hashtextextended(m::text, 0)) from learning.progress_metrics m").fetchone()
    assert partition.status(connection, "learning").findings[-1] == "learning.progress_metrics: 5 rows in DEFAULT"
    report = months(partition.ensure(connection, "learning", start=date(2026, 2, 1), end=date(2026, 3, 1)))
    assert (report.created, report.moved) == (["2026-01", "2026-02", "2031-05"], 3)
    assert sql.execute(WHERE).fetchall() == [
        ("learning.progress_metrics_default", 2), ("learning.progress_metrics_p2026_01", 1),
        ("learning.progress_metrics_p2026_02", 1), ("learning.progress_metrics_p2031_05", 1),
    ]  # fmt: skip
    assert sql.execute("select sum(hashtextextended(m::text, 0)) from learning.progress_metrics m").fetchone() == before
    assert "2 rows in DEFAULT" in report.text(), "infinity is of no month"


def test_moving_rows_touches_no_day_and_writes_no_audit(connection: Connection, sql: psycopg.Connection) -> None:
    sql.execute(METRIC, {"user": user(sql), "at": "2027-01-31"})
    count = "select (select count(*) from marts.touched_day), (select count(*) from learning.audit_logs)"
    before = sql.execute(count).fetchone()
    partition.ensure(connection, "learning", **WINTER)
    assert sql.execute(count).fetchone() == before


def test_a_partition_belongs_to_the_owner_and_is_open_to_nobody(connection: Connection, sql: psycopg.Connection) -> None:
    partition.ensure(connection, **WINTER)
    found = sql.execute(
        """select pg_get_userbyid(relowner), obj_description(c.oid), array_remove(array(select (aclexplode(relacl)).grantee), relowner),
                  (select count(*) from pg_attribute where attrelid = c.oid and attnum > 0 and col_description(c.oid, attnum) is null)
           from pg_class c where relispartition and relkind = 'r' and relname ~ '_p202[67]_[0-9][0-9]$'"""
    ).fetchall()
    assert len(found) == 6 * 4
    assert {(owner, *others, bare) for owner, _, others, bare in found} == {(db.OWNER, 0)}
    assert all(comment for _, comment, _, _ in found)
    roles = ("learning_app", db.LOADER, db.READER, db.IDENTIFIED)
    for role in roles:
        for statement in ("select from {}", "insert into {} default values", "delete from {}", "truncate {}"):
            with pytest.raises(errors.InsufficientPrivilege), sql.transaction():
                sql.execute(f"set local role {role}")
                sql.execute(statement.format("learning.interactions_p2027_02"))


def test_row_security_of_the_table_holds_in_every_month(connection: Connection, sql: psycopg.Connection) -> None:
    ann, ben = user(sql), user(sql, "ben")
    partition.ensure(connection, "learning", **WINTER)
    for person in (ann, ben, ben):
        sql.execute(METRIC, {"user": person, "at": "2026-12-31"})
    sql.execute("set local role learning_app")
    assert sql.execute("select count(*) from learning.progress_metrics").fetchone() == (0,)
    sql.execute("select set_config('app.user_id', %s, true)", [str(ann)])
    assert sql.execute("select count(*) from learning.progress_metrics").fetchone() == (1,)
    with pytest.raises(errors.InsufficientPrivilege), sql.transaction():
        sql.execute(METRIC, {"user": ben, "at": "2027-01-01"})


def test_a_load_makes_the_months_of_its_rows(connection: Connection, sql: psycopg.Connection, tmp_path) -> None:
    ann = user(sql)
    file = tmp_path / "metrics.csv"
    lines = [f"{ann},speed,1,{at}" for at in ("2024-02-29T23:59:59Z", "2024-03-01T00:00:00+09:00", "2024-05-01T00:00:00Z")]
    file.write_text("\n".join(["user_id,metric_type,metric_value,recorded_at", *lines]))
    assert load.load_table(connection, "learning.progress_metrics", [file]).rows == 3
    assert sql.execute(WHERE).fetchall() == [("learning.progress_metrics_p2024_02", 2), ("learning.progress_metrics_p2024_05", 1)]
    file.write_text(f"user_id,metric_type,metric_value\n{ann},speed,1")
    load.load_table(connection, "learning.progress_metrics", [file])
    assert f"learning.progress_metrics_p{datetime.now(UTC):%Y_%m}" in dict(sql.execute(WHERE).fetchall())


def test_months_leave_the_fingerprint_as_it_is(connection: Connection) -> None:
    platforms = ("learning", "drivemaster", "video")
    before = {platform: fingerprint.take(connection, platform) for platform in platforms}
    partition.ensure(connection, **WINTER)
    assert {platform: fingerprint.take(connection, platform) for platform in platforms} == before


def test_a_partition_of_another_shape_is_respected_or_named(connection: Connection, sql: psycopg.Connection) -> None:
    create = "create table learning.{0} partition of learning.interactions for values from ('{1}') to ('{2}')"
    sql.execute(create.format("interactions_2020", "2020-01-01", "2021-01-01"))
    report = partition.ensure(connection, "learning", start=date(2020, 6, 1), end=date(2021, 2, 1))
    assert months(report, "learning.interactions").created == ["2021-01"], "the year has its partition"
    sql.execute(create.format("interactions_week", "2022-03-07", "2022-03-14"))
    with pytest.raises(UsageError, match="interactions_week holds a part of 2022-03"):
        partition.ensure(connection, "learning", start=date(2022, 3, 1), end=date(2022, 4, 1))


def test_a_month_that_cannot_be_made_leaves_nothing_behind(database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_LOCK_TIMEOUT_S", "1")
    partition.settings.cache_clear()
    try:
        with database.connect() as writer, database.connect() as maker:
            db.raw(writer).execute(METRIC, {"user": user(db.raw(writer)), "at": "2026-02-02"})
            with pytest.raises(RunFailed, match="was in use for 1 s"):
                partition.ensure(maker, "learning", start=date(2026, 2, 1), end=date(2026, 3, 1))
            assert db.raw(maker).execute("select to_regclass('learning.interactions_p2026_02')").fetchone() == (None,)
            role, wait = db.raw(maker).execute("select current_setting('role'), current_setting('lock_timeout')").fetchone()
            assert (role, wait) == ("none", "0")
    finally:
        monkeypatch.undo()
        partition.settings.cache_clear()


def test_a_row_written_into_default_itself_meanwhile_is_moved_too(database, monkeypatch: pytest.MonkeyPatch) -> None:
    """No lock on the table keeps it out: between the look into DEFAULT and the new month it comes."""
    made = partition.new_part
    with database.connect() as connection, database.connect() as maker:
        writer = db.raw(connection)
        ann = user(writer)
        writer.commit()

        def late(raw, table, month):
            if table.name == "progress_metrics":
                monkeypatch.undo()
                writer.execute(METRIC.replace("progress_metrics", "progress_metrics_default"), {"user": ann, "at": "2026-02-02"})
                writer.commit()
            return made(raw, table, month)

        monkeypatch.setattr(partition, "new_part", late)
        report = months(partition.ensure(maker, "learning", start=date(2026, 2, 1), end=date(2026, 3, 1), commit=True))
        assert (report.created, report.moved) == (["2026-02"], 1)
        assert dict(db.raw(maker).execute(WHERE).fetchall()) == {"learning.progress_metrics_p2026_02": 1}


def test_two_at_once_make_every_month_once(database) -> None:
    def run(_: int) -> int:
        with database.connect() as connection:
            report = partition.ensure(connection, commit=True, **WINTER)
        return sum(len(entry.created) for entry in report.tables)

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(run, range(3)))
    assert sum(made) == 6 * 4


def test_writers_go_on_while_months_are_made(database) -> None:
    """Rows land in DEFAULT and in months all the time; none is lost, none is refused, and in the end DEFAULT is empty."""
    stop, written, failed = threading.Event(), [0], []

    def write() -> None:
        with database.connect() as connection:
            sql, count = db.raw(connection), 0
            ann = user(sql)
            sql.commit()
            while not stop.is_set():
                try:
                    sql.execute(METRIC, {"user": ann, "at": datetime(2026, 1 + count % 12, 5, tzinfo=UTC)})
                    sql.commit()
                except psycopg.Error as error:
                    failed.append(error)
                    sql.rollback()
                count += 1
            written[0] = count

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    time.sleep(0.1)
    with database.connect() as connection:
        try:
            partition.ensure(connection, "learning", commit=True, **YEAR)
        finally:
            stop.set()
            thread.join()
        report = months(partition.ensure(connection, "learning", commit=True, **YEAR))
        found = dict(db.raw(connection).execute(WHERE).fetchall())
    assert failed == []
    assert sum(found.values()) == written[0] > 0
    assert (report.default_rows, report.created) == (0, [])
