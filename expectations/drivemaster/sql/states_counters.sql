-- One row per state at fault: its counters or its last answer are not those of the events. Not judged once events were archived.
select state.user_id, state.concept_id
from drivemaster.knowledge_states as state
left join (
    select
        user_id, concept_id, count(*) as answers, count(*) filter (where response_data -> 'isCorrect' = 'true') as correct,
        max("timestamp") as last
    from drivemaster.learning_events
    where event_type = 'question_answered'
    group by user_id, concept_id
) as counted on counted.user_id = state.user_id and counted.concept_id = state.concept_id
where (state.total_attempts, state.correct_attempts, state.last_interaction)
    is distinct from (coalesce(counted.answers, 0), coalesce(counted.correct, 0), counted.last)
    and not exists (select from marts.sealed_range where platform = 'drivemaster')
