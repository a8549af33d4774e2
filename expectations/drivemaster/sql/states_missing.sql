-- One row per learner and concept at fault: there are answers and no state.
select answered.user_id, answered.concept_id
from (
    select distinct user_id, concept_id
    from drivemaster.learning_events
    where event_type = 'question_answered' and concept_id is not null
) as answered
left join drivemaster.knowledge_states as state on state.user_id = answered.user_id and state.concept_id = answered.concept_id
where state.user_id is null
