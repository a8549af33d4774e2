-- One row per state at fault: it is due without an interval or the other way round, or not exactly an interval after the UTC day of one of
-- its answers. The days are not judged once events were archived.
with reviewed as (
    select distinct user_id, concept_id, ("timestamp" at time zone 'UTC')::date as day
    from drivemaster.learning_events
    where event_type = 'question_answered'
)
select state.user_id, state.concept_id
from drivemaster.knowledge_states as state
left join reviewed
    on reviewed.user_id = state.user_id and reviewed.concept_id = state.concept_id
    and reviewed.day = (state.due_at at time zone 'UTC')::date - state.interval_days
where (state.due_at is null) <> (state.interval_days = 0)
    or (
        state.due_at is not null
        and reviewed.day is null
        and not exists (select from marts.sealed_range where platform = 'drivemaster')
    )
