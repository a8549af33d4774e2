-- One row per answer: whose, about which concept, right or wrong; each learner's in the order of time.
-- name: knowledge_fit(start, end, timezone)
select
    event.user_id as learner_id,
    concept.key as concept,
    (event.response_data -> 'isCorrect')::boolean as is_correct
from drivemaster.learning_events as event
join drivemaster.concepts as concept on concept.id = event.concept_id
where
    event.event_type = 'question_answered'
    and event."timestamp" >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and event."timestamp" < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
order by event.user_id, event."timestamp", event.id
