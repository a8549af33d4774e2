-- One row per event at fault: its learner is no account, or the item or concept it names is not there.
select event.id, event."timestamp"
from drivemaster.learning_events as event
left join drivemaster.users as learner on learner.id = event.user_id
left join drivemaster.content as item on item.id = event.content_id
left join drivemaster.concepts as concept on concept.id = event.concept_id
where event."timestamp" >= coalesce(marts.check_since(), '-infinity')
    and (
        learner.id is null
        or (event.content_id is not null and item.id is null)
        or (event.concept_id is not null and concept.id is null)
    )
