-- One row per event at fault: its item is about another concept.
select event.id, event."timestamp"
from drivemaster.learning_events as event
join drivemaster.content as item on item.id = event.content_id
where event."timestamp" >= coalesce(marts.check_since(), '-infinity')
    and item.concept_id <> event.concept_id
