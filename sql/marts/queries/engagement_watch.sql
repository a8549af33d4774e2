-- One row per stretch of a video watched in the period (definition E6).
-- name: engagement_watch(platforms, tenant, zone, start, end, video)
select learner_id, started_at, from_second, to_second
from marts.fact_watch
where platform = any(cast(:platforms as text[]))
  and video_id = cast(:video as uuid)
  and started_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
  and started_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
  and started_at < cast('{as_of}' as timestamptz)
  and recorded_at < cast('{as_of}' as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
order by started_at, learner_id
