-- One row per active learner with a knowledge state, the last to practise first: concepts begun, mastered and due.
-- name: learner_progress(on, rows)
select
    state.user_id as learner_id,
    count(*) as begun,
    count(*) filter (where state.mastery_probability >= 0.95) as mastered,
    count(*) filter (where state.due_at < cast(cast(:on as date) + 1 as timestamp) at time zone 'UTC') as due,
    cast(sum(state.total_attempts) as bigint) as answers,
    cast(sum(state.correct_attempts) as bigint) as correct,
    max(state.last_interaction) as last_interaction
from drivemaster.knowledge_states as state
join drivemaster.users as learner on learner.id = state.user_id and learner.is_active
group by state.user_id
order by max(state.last_interaction) desc nulls last, state.user_id
limit cast(:rows as bigint)
