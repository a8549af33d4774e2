-- One row per learning session.
create view learning.fact_session as
select
    id as session_id,
    user_id as learner_id,
    'learning'::text as tenant,
    started_at,
    ended_at,
    started_at as recorded_at,
    session_type::text as kind,
    completion_percentage / 100 as completion_ratio,
    session_data ->> 'device' as device
from learning.learning_sessions;
