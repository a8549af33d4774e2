-- One row per event at fault: the session it names was not started by the same learner before it. Not judged once events were archived.
select event.id, event."timestamp"
from drivemaster.learning_events as event
left join (
    select session_id, user_id, min("timestamp") as started
    from drivemaster.learning_events
    where event_type = 'session_started'
    group by session_id, user_id
) as opened on opened.session_id = event.session_id and opened.user_id = event.user_id
where event.event_type <> 'session_started'
    and event.session_id is not null
    and coalesce(opened.started > event."timestamp", true)
    and not exists (select from marts.sealed_range where platform = 'drivemaster')
