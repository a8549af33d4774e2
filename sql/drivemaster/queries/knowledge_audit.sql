-- One row per answer up to the last that the state of its learner and concept has seen, in the order of time, with that state.
-- States without an answer have one row without `is_correct`.
-- name: knowledge_audit(category)
select
    state.user_id as learner_id,
    concept.key as concept,
    state.initial_knowledge,
    state.learning_rate,
    state.guess_parameter,
    state.slip_parameter,
    state.mastery_probability,
    state.total_attempts,
    (event.response_data -> 'isCorrect')::boolean as is_correct
from drivemaster.knowledge_states as state
join drivemaster.concepts as concept on concept.id = state.concept_id
left join drivemaster.learning_events as event
    on event.user_id = state.user_id
    and event.concept_id = state.concept_id
    and event.event_type = 'question_answered'
    and event."timestamp" <= state.last_interaction
where cast(:category as text) is null or concept.category = cast(:category as text)
order by state.user_id, state.concept_id, event."timestamp", event.id
