-- One row per state at fault: its learner is no account, or its concept is not there.
select state.user_id, state.concept_id
from drivemaster.knowledge_states as state
left join drivemaster.users as learner on learner.id = state.user_id
left join drivemaster.concepts as concept on concept.id = state.concept_id
where learner.id is null or concept.id is null
