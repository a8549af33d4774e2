-- One row per entry at fault: who acted belongs to another tenant.
select entry.id, entry.created_at
from video.audit_logs as entry
join video.users as actor on actor.id = entry.user_id
where entry.tenant_id <> actor.tenant_id
