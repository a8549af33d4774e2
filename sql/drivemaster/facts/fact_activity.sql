-- One row per event of practice: answered, started (a session) or mastered (a concept).
create view drivemaster.fact_activity as
select
    id::text as activity_id,
    user_id as learner_id,
    'drivemaster'::text as tenant,
    "timestamp" as occurred_at,
    recorded_at,
    case event_type when 'question_answered' then 'answered' when 'session_started' then 'started' else 'mastered' end as activity,
    case event_type when 'question_answered' then 'content' when 'session_started' then 'session' else 'concept' end as object_type,
    (case event_type when 'question_answered' then content_id when 'session_started' then session_id else concept_id end)::text as object_id,
    session_id,
    (response_data ->> 'responseTime')::double precision::bigint as duration_ms
from drivemaster.learning_events;
