-- One row per active question of an open concept: what the learner knows of the concept, and how the question fared so far.
-- A concept is open when the learner has mastered (0.95 or more) each of its prerequisites that is still taught.
-- name: next_questions(learner_id, now)
with state as (
    select concept_id, mastery_probability, due_at
    from drivemaster.knowledge_states
    where user_id = cast(:learner_id as uuid)
),
seen as (
    select content_id, count(*) as answers
    from drivemaster.learning_events
    where
        user_id = cast(:learner_id as uuid)
        and event_type = 'question_answered'
        and "timestamp" >= cast(:now as timestamptz) - interval '90 days'
        and "timestamp" < cast(:now as timestamptz)
    group by content_id
)
select
    item.id as content_id,
    concept.key as concept,
    concept.category,
    item.title,
    item.difficulty,
    item.total_attempts,
    item.correct_attempts,
    coalesce(seen.answers, 0) as seen,
    state.mastery_probability,
    state.due_at
from drivemaster.concepts as concept
join drivemaster.content as item on item.concept_id = concept.id and item.is_active and item.content_type = 'question'
left join state on state.concept_id = concept.id
left join seen on seen.content_id = item.id
where
    concept.is_active
    and not exists (
        select from drivemaster.concept_prerequisites as needed
        join drivemaster.concepts as prerequisite on prerequisite.id = needed.prerequisite_id and prerequisite.is_active
        left join state as known on known.concept_id = needed.prerequisite_id
        where needed.concept_id = concept.id and coalesce(known.mastery_probability, 0) < 0.95
    )
order by concept.key, item.id
