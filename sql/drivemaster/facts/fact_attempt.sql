-- One row per question answered.
create view drivemaster.fact_attempt as
select
    id as attempt_id,
    user_id as learner_id,
    'drivemaster'::text as tenant,
    content_id as item_id,
    concept_id as skill_id,
    session_id,
    "timestamp" as occurred_at,
    recorded_at,
    (response_data -> 'isCorrect')::boolean as is_correct,
    (response_data -> 'isCorrect')::boolean::integer::double precision as score_ratio,
    (response_data ->> 'responseTime')::double precision::bigint as response_ms,
    (response_data ->> 'confidenceLevel')::double precision as confidence,
    (response_data ->> 'attemptNo')::integer as attempt_no
from drivemaster.learning_events
where event_type = 'question_answered';
