-- One row per account of a tenant: students, teachers, administrators.
create view video.dim_learner as
select
    account.id as learner_id,
    tenant.slug as tenant,
    account.role,
    account.created_at as joined_at,
    account.is_active,
    account.deleted_at,
    cast(null as text) as plan
from video.users as account
join video.tenants as tenant on tenant.id = account.tenant_id;
