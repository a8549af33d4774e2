-- One row per step of learning a concept: introduced (its knowledge state was opened), each answer to one of its questions, mastered.
-- The first answer from the introduction on is the one that counts.
create view drivemaster.fact_funnel as
select
    user_id as learner_id,
    'drivemaster'::text as tenant,
    'concept'::text as flow,
    concept_id::text as entry_id,
    1 as step_no,
    'concept introduced'::text as step,
    created_at as occurred_at,
    created_at as recorded_at
from drivemaster.knowledge_states
union all
select
    user_id, 'drivemaster'::text, 'concept'::text, concept_id::text, 2, 'answer'::text, "timestamp", recorded_at
from drivemaster.learning_events
where event_type = 'question_answered'
union all
select
    user_id, 'drivemaster'::text, 'concept'::text, concept_id::text, 3, 'mastered'::text, "timestamp", recorded_at
from drivemaster.learning_events
where event_type = 'concept_mastered';
