"""Simulated learning for benchmarks of engagement: a year of sessions of eight interactions each, in `learning`.

Learners join on some day of the year and come for about a month. Four in ten sessions are on a phone.
"""

from datetime import date, timedelta

from sqlalchemy import Connection

from workbench import migrate, partition

START, DAYS = date(2025, 9, 1), 365
PERIOD = {"start": "2025-09-01", "end": "2026-09-01"}
KEPT = ("idx_interactions_created_at", "idx_interactions_user_id", "idx_learning_sessions_started_at")

LEARNERS = """
insert into learning.users (id, username, email, password_hash, created_at)
select md5('learner' || u)::uuid, 'learner' || u, 'learner' || u || '@example.org', 'x',
       timestamptz '2025-09-01' + random() * 330 * interval '1 day'
from generate_series(1, %(learners)s) as u
"""
SESSIONS = """
insert into learning.learning_sessions (
    id, user_id, study_material_id, started_at, ended_at, session_type, session_data, completion_percentage, status)
select md5('session' || s.number)::uuid, s.id, md5('material')::uuid, s.at, s.at + interval '6 minutes', 'study',
       case when random() < 0.4 then '{"device": "mobile"}' else '{"device": "desktop"}' end::jsonb,
       case when random() < 0.5 then 100 else 60 end, 'completed'
from (
    select row_number() over () as number, id,
           created_at + mod((-30 * ln(1 - random()) * 86400)::bigint,
                            greatest(1, extract(epoch from timestamptz '2026-08-31 23:00Z' - created_at))::bigint) * interval '1 second'
               as at
    from (select id, created_at, generate_series(1, %(each)s) as session from learning.users) as one
) as s
"""
INTERACTIONS = """
insert into learning.interactions (
    id, learning_session_id, user_id, interaction_type, interaction_data, created_at, is_correct, response_time_ms)
select gen_random_uuid(), s.id, s.user_id, case when mod(n, 2) = 0 then 'answer' else 'view' end, '{}',
       s.started_at + n * interval '40 seconds',
       case when mod(n, 2) = 0 then random() < 0.7 end, 5000
from learning.learning_sessions as s
cross join generate_series(1, 8) as n
order by s.started_at
"""


def generate(connection: Connection, rows: int, learners: int) -> None:
    """The schemas and about so many interactions of so many learners; triggers and references rest
    meanwhile, and indexes that no rollup uses are left out."""
    migrate.setup(connection, ["learning"])
    connection.commit()
    partition.ensure(connection, "learning", start=START, end=START + timedelta(days=DAYS))
    connection.commit()
    sql = connection.exec_driver_sql
    for table in ("interactions", "learning_sessions"):
        found = sql(
            "select indexname from pg_indexes where schemaname = 'learning' and tablename = %s and indexname like 'idx%%'", (table,)
        )
        for name in set(found.scalars()) - set(KEPT):
            sql(f"drop index learning.{name}")
    sql("set session_replication_role to replica")
    sql(LEARNERS, {"learners": learners})
    sql(SESSIONS, {"each": max(1, rows // 8 // learners)})
    sql(INTERACTIONS)
    sql("set session_replication_role to origin")
    settle(connection)


def settle(connection: Connection) -> None:
    """What the server does by itself within a minute after many rows were written."""
    connection.commit()
    driver = connection.connection.driver_connection
    driver.autocommit = True
    driver.execute("vacuum analyze")
    driver.autocommit = False
