-- One row per entry about an account at fault: it stands in another tenant's trail.
select entry.id, entry.created_at
from video.audit_logs as entry
join video.users as account on account.id::text = entry.entity_id
where entry.entity_type = 'users' and entry.action in ('insert', 'update', 'delete') and entry.tenant_id is distinct from account.tenant_id
