-- One row per note at fault: it was written before the session it is about began.
select entry.id
from mued.log_entries as entry
join mued.sessions as session on session.id = entry.entity_id
where entry.entity_type = 'session' and entry.logged_at < session.started_at
    and entry.logged_at >= coalesce(marts.check_since(), '-infinity')
