-- One row per event at fault: it happened before its account was there, or after it was closed.
select event.id, event.occurred_at
from video.analytics_events as event
join video.users as account on account.id = event.user_id
where event.occurred_at >= coalesce(marts.check_since(), '-infinity')
    and (event.occurred_at < account.created_at or event.occurred_at > account.deleted_at)
