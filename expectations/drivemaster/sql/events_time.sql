-- One row per event at fault: it happened before its learner had the account, after the account was closed, or before its item was made.
select event.id, event."timestamp"
from drivemaster.learning_events as event
join drivemaster.users as learner on learner.id = event.user_id
left join drivemaster.content as item on item.id = event.content_id
where event."timestamp" >= coalesce(marts.check_since(), '-infinity')
    and (event."timestamp" < learner.created_at or event."timestamp" > learner.deleted_at or event."timestamp" < item.created_at)
