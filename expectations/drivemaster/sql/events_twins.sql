-- One row per event at fault: another says the same of the same learner at the same moment.
select id, "timestamp"
from (
    select
        id, "timestamp",
        count(*) over (partition by user_id, "timestamp", event_type, content_id, concept_id, session_id) as alike
    from drivemaster.learning_events
) as counted
where alike > 1
