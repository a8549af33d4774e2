-- One row per thing a learner did (definition E1). Each part reads one table by one time column, so that a period reaches
-- that column's index; a rating has no time of its own and stands at the time of its answer.
create view mued.fact_activity as
select
    'logged:' || id as activity_id,
    user_id as learner_id,
    'mued'::text as tenant,
    logged_at as occurred_at,
    recorded_at,
    'logged'::text as activity,
    'log_entry'::text as object_type,
    id::text as object_id,
    case when entity_type = 'session' then entity_id end as session_id,
    duration_minutes * 60000::bigint as duration_ms
from mued.log_entries
union all
select
    'practised:' || id, user_id, 'mued'::text, started_at, recorded_at, 'practised'::text, 'session'::text, id::text, id,
    (extract(epoch from ended_at - started_at) * 1000)::bigint
from mued.sessions
union all
select
    'answered:' || id, user_id, 'mued'::text, answered_at, recorded_at, 'answered'::text, 'interview_question'::text,
    question_id::text, session_id, duration_ms::bigint
from mued.interview_answers
where not is_skipped
union all
select
    'asked_ai:' || id, user_id, 'mued'::text, created_at, recorded_at, 'asked_ai'::text, 'ai_answer'::text, id::text, session_id,
    latency_ms::bigint
from mued.ai_dialogue_log
where user_id is not null
union all
select
    'rated:' || id, user_id, 'mued'::text, created_at, recorded_at, 'rated'::text, 'ai_answer'::text, id::text, session_id,
    null::bigint
from mued.ai_dialogue_log
where user_id is not null and user_feedback is not null
union all
select
    'booked:' || id, student_id, 'mued'::text, booked_at, booked_at, 'booked'::text, 'lesson'::text, slot_id::text, null::uuid,
    null::bigint
from mued.reservations
union all
select
    'attended:' || id, student_id, 'mued'::text, starts_at, attendance_recorded_at, 'attended'::text, 'lesson'::text,
    slot_id::text, null::uuid, (extract(epoch from ends_at - starts_at) * 1000)::bigint
from mued.reservations
where status = 'attended'
union all
select
    'messaged:' || id, sender_id, 'mued'::text, sent_at, sent_at, 'messaged'::text, 'account'::text, recipient_id::text,
    null::uuid, null::bigint
from mued.messages
union all
select
    'started:' || id, user_id, 'mued'::text, started_at, started_at, 'started'::text, 'material'::text, material_id::text,
    null::uuid, null::bigint
from mued.learning_metrics
where started_at is not null
union all
select
    'completed:' || id, user_id, 'mued'::text, completed_at, completed_at, 'completed'::text, 'material'::text,
    material_id::text, null::uuid, null::bigint
from mued.learning_metrics
where completed_at is not null;
