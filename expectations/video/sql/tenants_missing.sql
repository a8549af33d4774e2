-- One row per table and tenant at fault: rows name the tenant, and it is not there. Tables not listed are held by those they refer to.
with named as (
    select 'users' as table_name, tenant_id from video.users group by tenant_id
    union all
    select 'lessons', tenant_id from video.lessons group by tenant_id
    union all
    select 'video_groups', tenant_id from video.video_groups group by tenant_id
    union all
    select 'videos', tenant_id from video.videos group by tenant_id
    union all
    select 'milestones', tenant_id from video.milestones group by tenant_id
    union all
    select 'questions', tenant_id from video.questions group by tenant_id
    union all
    select 'grade_scales', tenant_id from video.grade_scales group by tenant_id
    union all
    select 'ai_configurations', tenant_id from video.ai_configurations group by tenant_id
    union all
    select 'ai_usage', tenant_id from video.ai_usage group by tenant_id
    union all
    select 'analytics_events', tenant_id from video.analytics_events group by tenant_id
    union all
    select 'notifications', tenant_id from video.notifications where tenant_id is not null group by tenant_id
)
select named.table_name, named.tenant_id
from named
left join video.tenants as tenant on tenant.id = named.tenant_id
where tenant.id is null
