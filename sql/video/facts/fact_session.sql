-- One row per sitting: events of one person with gaps of at most 30 minutes (definition E4). The row of student_sessions lasts for weeks
-- and is no session in this sense. The device is the one it began on.
create view video.fact_session as
with marked as (
    select
        event.*,
        coalesce(
            event.occurred_at - lag(event.occurred_at) over (partition by event.user_id order by event.occurred_at, event.id)
            > interval '30 minutes', true
        ) as begins
    from video.analytics_events as event
    where event.user_id is not null
),
numbered as (
    select marked.*, count(*) filter (where begins) over (partition by user_id order by occurred_at, id) as sitting
    from marked
)
select
    (array_agg(numbered.id order by numbered.occurred_at, numbered.id))[1] as session_id,
    numbered.user_id as learner_id,
    tenant.slug as tenant,
    min(numbered.occurred_at) as started_at,
    max(numbered.occurred_at) as ended_at,
    max(numbered.recorded_at) as recorded_at,
    'sitting'::text as kind,
    cast(null as double precision) as completion_ratio,
    (array_agg(numbered.device_type order by numbered.occurred_at, numbered.id))[1] as device
from numbered
join video.tenants as tenant on tenant.id = numbered.tenant_id
group by numbered.user_id, numbered.sitting, tenant.slug;
