-- One row per closed tenant at fault: somebody learnt there after it was closed.
select tenant.id
from video.tenants as tenant
where tenant.status = 'closed'
    and exists (
        select from video.analytics_events as event
        where event.tenant_id = tenant.id and event.category = 'learning' and event.occurred_at > tenant.updated_at
    )
