-- One row per active tenant at fault: no administrator of it may act.
select tenant.id
from video.tenants as tenant
where tenant.status = 'active'
    and not exists (
        select from video.users as account
        where account.tenant_id = tenant.id and account.role = 'admin' and account.is_active and account.deleted_at is null
    )
