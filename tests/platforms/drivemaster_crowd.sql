-- 1,500 learners, 64 concepts, 10,000 items and, of every fourth learner, 24,000 knowledge states, to which the test adds a million
-- answers of 2025.
insert into drivemaster.users (id, email, password_hash)
select md5('user' || n)::uuid, 'crowd' || n || '@example.org', '!' from generate_series(1, 1500) as n;
insert into drivemaster.concepts (id, key, name, category)
select md5('concept' || n)::uuid, 'crowd' || n, 'Concept ' || n, 'category' || n % 8 from generate_series(1, 64) as n;
insert into drivemaster.content (id, concept_id, category, title, difficulty, total_attempts, is_active, media, tags)
select
    md5('item' || n)::uuid, md5('concept' || n % 64 + 1)::uuid, 'category' || (n % 64 + 1) % 8, 'Item ' || n, (n * 7919 % 6001 - 3000) / 1000.0,
    n * 31 % 1000, n % 10 > 0, case when n % 500 = 0 then '{"video": {"seconds": 14}}' else '{"image": {"width": 1280}}' end::jsonb,
    case when n % 400 = 0 then '{rare}' else '{common}' end::text[]
from generate_series(1, 10000) as n;
insert into drivemaster.knowledge_states (user_id, concept_id, mastery_probability, last_interaction, due_at)
select
    md5('user' || who)::uuid, md5('concept' || what)::uuid, (who * 37 + what * 101) % 1000 / 1000.0,
    '2025-12-01'::timestamptz - (who + what) % 300 * interval '1 day', '2025-12-01'::timestamptz + (who * what) % 60 * interval '1 day'
from generate_series(1, 1500, 4) as who cross join generate_series(1, 64) as what;
