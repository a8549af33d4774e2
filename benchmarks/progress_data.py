"""Simulated practice for benchmarks of progress: a year of answers in `drivemaster`, traced with the platform's own parameters.

Every learner practises ten of forty concepts, ten items each, for about six weeks; one learner in twenty goes on for months.
"""

from datetime import date, timedelta

from engagement_data import settle
from sqlalchemy import Connection

from workbench import migrate, partition

START, DAYS = date(2025, 9, 1), 365
CONCEPTS, ITEMS = 40, 400
UNUSED = ("idx_learning_events_content", "idx_learning_events_context")

PEOPLE = """
insert into drivemaster.users (id, email, password_hash, created_at)
select md5('learner' || n)::uuid, 'learner' || n || '@example.org', '!', timestamptz '2025-09-01' + random() * 300 * interval '1 day'
from generate_series(1, %(learners)s) as n
"""
CONTENTS = f"""
insert into drivemaster.concepts (id, key, name, category)
select md5('concept' || n)::uuid, 'concept' || n, 'Concept ' || n, 'category' || mod(n, 8) from generate_series(1, {CONCEPTS}) as n;
insert into drivemaster.content (id, concept_id, category, title, difficulty, media, tags)
select md5('item' || n)::uuid, md5('concept' || mod(n - 1, {CONCEPTS}) + 1)::uuid, 'category1', 'Item ' || n, 0, '{{}}', '{{}}'
from generate_series(1, {ITEMS}) as n;
"""  # noqa: S608 -- constants of this file
STATES = """
insert into drivemaster.knowledge_states (
    user_id, concept_id, mastery_probability, initial_knowledge, learning_rate, guess_parameter, slip_parameter, last_interaction)
select id, md5('concept' || n)::uuid, 0.5, 0.2, 0.05, 0.25, 0.1, timestamptz '2026-08-31'
from drivemaster.users cross join generate_series(1, 40) as n
where mod(abs(hashtext(id::text)) + n - 1, 40) < 10
"""
ANSWERS = f"""
insert into drivemaster.learning_events (id, user_id, content_id, concept_id, event_type, "timestamp", recorded_at, response_data)
select gen_random_uuid(), a.id, md5('item' || a.concept + {CONCEPTS} * floor(a.draw * 10)::integer)::uuid,
       md5('concept' || a.concept)::uuid,
       'question_answered', a.at, a.at,
       case when random() < 0.55 + 0.35 * a.progress then '{{"isCorrect": true, "responseTime": 4200}}'
           else '{{"isCorrect": false, "responseTime": 6100}}' end::jsonb
from (
    select u.id, 1 + mod(40 - mod(abs(hashtext(u.id::text)), 40) + mod(n, 10), 40) as concept, random() as draw,
           n / %(each)s::float8 as progress,
           least(u.created_at + n / %(each)s::float8 * u.days * interval '1 day', timestamptz '2026-08-31 23:00Z') as at
    from (
        select id, created_at, case when mod(abs(hashtext(id::text)), 20) = 0 then 240 else 45 end as days from drivemaster.users
    ) as u
    cross join generate_series(1, %(each)s) as n
) as a
"""  # noqa: S608 -- constants of this file


def generate(connection: Connection, rows: int, learners: int) -> None:
    """The schemas and about so many answers of so many learners; triggers and references rest meanwhile, and indexes that no rollup uses
    are left out."""
    migrate.setup(connection, ["drivemaster"])
    connection.commit()
    partition.ensure(connection, "drivemaster", start=START, end=START + timedelta(days=DAYS))
    connection.commit()
    sql = connection.exec_driver_sql
    for name in UNUSED:
        sql(f"drop index drivemaster.{name}")
    sql("set session_replication_role to replica")
    sql(PEOPLE, {"learners": learners})
    for statement in filter(str.strip, CONTENTS.split(";\n")):
        sql(statement)
    sql(STATES)
    sql(ANSWERS, {"each": max(1, rows // learners)})
    sql("set session_replication_role to origin")
    settle(connection)
