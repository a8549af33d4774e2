-- One row per concept that the learner knows with a probability above the threshold, the latest practised first.
-- The first condition on the probability is that of the partial index; it lets the planner use it whatever the threshold.
-- name: known_concepts(learner_id, above)
select
    state.concept_id,
    concept.key as concept,
    concept.category,
    state.mastery_probability,
    state.last_interaction,
    state.due_at,
    state.total_attempts,
    state.correct_attempts
from drivemaster.knowledge_states as state
join drivemaster.concepts as concept on concept.id = state.concept_id
where
    state.user_id = cast(:learner_id as uuid)
    and state.mastery_probability > 0.8
    and state.mastery_probability > cast(:above as double precision)
order by state.last_interaction desc
