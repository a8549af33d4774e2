-- One row per platform, local day, tenant and device with active learners: how many, and what they did (definition E1).
-- name: engagement_work(platforms, tenant, zone, start, end)
select platform,
       day,
       tenant,
       device,
       count(*) as learners,
       cast(sum(active_events) as bigint) as events,
       cast(sum(active_ms) as bigint) as active_ms,
       cast(sum(started) as bigint) as started,
       cast(sum(completed) as bigint) as completed,
       cast(sum(asked_ai) as bigint) as asked_ai
from marts.learner_day
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and active_events > 0
group by platform, day, tenant, device
order by platform, day, tenant, device
