-- One row per state at fault: its concept is mastered by its probability, and no event says so. Not judged once events were archived.
select state.user_id, state.concept_id
from drivemaster.knowledge_states as state
where state.mastery_probability between 0.95 and 1
    and not exists (
        select
        from drivemaster.learning_events as event
        where event.event_type = 'concept_mastered' and event.user_id = state.user_id and event.concept_id = state.concept_id
    )
    and not exists (select from marts.sealed_range where platform = 'drivemaster')
