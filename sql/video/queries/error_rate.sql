-- One row per tenant, device and ISO week of the period: views begun, and those in whose sitting and video an error occurred.
-- name: error_rate(start, end, tenant, timezone)
with happened as (
    select
        event.tenant_id,
        coalesce(event.device_type, 'unknown') as device,
        cast(date_trunc('week', event.occurred_at at time zone cast(:timezone as text)) as date) as week,
        event.event_type,
        event.session_id,
        event.video_id
    from video.analytics_events as event
    where event.occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and event.occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
        and event.event_type in ('video_start', 'error_occurred', 'video_completed')
)
select
    tenant.slug as tenant,
    happened.device,
    happened.week,
    count(*) filter (where event_type = 'video_start') as views,
    count(*) filter (where event_type = 'video_completed') as completed,
    count(*) filter (where event_type = 'error_occurred') as errors,
    least(
        count(distinct (session_id, video_id)) filter (where event_type = 'error_occurred' and video_id is not null),
        count(*) filter (where event_type = 'video_start')
    ) as views_with_errors
from happened
join video.tenants as tenant on tenant.id = happened.tenant_id
where cast(:tenant as text) is null or tenant.slug = cast(:tenant as text)
group by tenant.slug, happened.device, happened.week
order by tenant.slug, happened.device, happened.week
