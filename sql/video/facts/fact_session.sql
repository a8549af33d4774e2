-- One row per sitting: events of one person with gaps of at most 30 minutes (definition E4), a day's worth of them at most. The row of
-- student_sessions lasts for weeks and is no session in this sense. The device is the one it began on.
-- A sitting begins with an event before which the person did nothing for 30 minutes, and ends before the next one that begins so: both
-- are looked up by person and time, so that a period reads the partitions and rows it needs. (`limit 1` keeps the planner from making
-- one join of all look-ups, which would read everything each person ever did.)
create view video.fact_session as
select
    opening.id as session_id,
    opening.user_id as learner_id,
    tenant.slug as tenant,
    opening.occurred_at as started_at,
    sitting.ended_at,
    sitting.recorded_at,
    'sitting'::text as kind,
    cast(null as double precision) as completion_ratio,
    opening.device_type as device
from video.analytics_events as opening
join video.tenants as tenant on tenant.id = opening.tenant_id
cross join lateral (
    select max(event.occurred_at) as ended_at, max(event.recorded_at) as recorded_at
    from video.analytics_events as event
    where event.user_id = opening.user_id
        and event.occurred_at >= opening.occurred_at
        and event.occurred_at < coalesce(
            (
                select following.occurred_at
                from video.analytics_events as following
                where following.user_id = opening.user_id
                    and following.occurred_at > opening.occurred_at + interval '30 minutes'
                    and following.occurred_at < opening.occurred_at + interval '1 day'
                    and (
                        select earlier.id
                        from video.analytics_events as earlier
                        where earlier.user_id = following.user_id
                            and earlier.occurred_at >= following.occurred_at - interval '30 minutes'
                            and earlier.occurred_at < following.occurred_at
                        limit 1
                    ) is null
                order by following.occurred_at
                limit 1
            ), opening.occurred_at + interval '1 day'
        )
) as sitting
where opening.user_id is not null
    and (
        select earlier.id
        from video.analytics_events as earlier
        where earlier.user_id = opening.user_id
            and earlier.occurred_at between opening.occurred_at - interval '30 minutes' and opening.occurred_at
            and (earlier.occurred_at, earlier.id) < (opening.occurred_at, opening.id)
        limit 1
    ) is null;
