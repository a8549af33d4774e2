-- One row per event of the learner since an instant, the newest first; months before it are not looked at.
-- name: learner_events(learner_id, since, rows)
select
    id as event_id,
    "timestamp" as occurred_at,
    event_type,
    concept_id,
    content_id,
    session_id,
    (response_data -> 'isCorrect')::boolean as is_correct,
    (response_data ->> 'responseTime')::double precision as response_ms,
    (response_data ->> 'confidenceLevel')::double precision as confidence,
    (response_data ->> 'hintsUsed')::integer as hints_used,
    context_data ->> 'deviceType' as device
from drivemaster.learning_events
where
    user_id = cast(:learner_id as uuid)
    and "timestamp" >= cast(:since as timestamptz)
order by "timestamp" desc
limit cast(:rows as bigint)
