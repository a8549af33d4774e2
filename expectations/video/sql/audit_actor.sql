-- One row per entry at fault: who acted is no account, and none that the trail says was deleted.
select entry.id, entry.created_at
from video.audit_logs as entry
left join video.users as actor on actor.id = entry.user_id
where entry.user_id is not null and actor.id is null
    and not exists (
        select from video.audit_logs as gone
        where gone.entity_type = 'users' and gone.action = 'delete' and gone.entity_id = entry.user_id::text
    )
