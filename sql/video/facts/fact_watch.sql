-- One row per stretch of a video watched without a break.
create view video.fact_watch as
select
    event.user_id as learner_id,
    tenant.slug as tenant,
    event.video_id,
    event.occurred_at as started_at,
    event.recorded_at,
    (event.event_data ->> 'fromSecond')::double precision as from_second,
    (event.event_data ->> 'toSecond')::double precision as to_second
from video.analytics_events as event
join video.tenants as tenant on tenant.id = event.tenant_id
where event.event_type = 'video_watch' and event.user_id is not null;
