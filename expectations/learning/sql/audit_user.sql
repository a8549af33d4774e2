-- One row per entry at fault: who acted is no account.
select entry.id, entry.created_at
from learning.audit_logs as entry
left join learning.users as actor on actor.id = entry.user_id
where entry.created_at >= coalesce(marts.check_since(), '-infinity')
    and entry.user_id is not null and actor.id is null
