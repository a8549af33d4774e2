-- One row per video watched in the period: by how many learners, and up to which second (definition E6).
-- name: engagement_watched(platforms, tenant, zone, start, end, videos)
select platform, video_id, count(distinct learner_id) as learners, count(*) as stretches, max(to_second) as last_second
from marts.fact_watch
where platform = any(cast(:platforms as text[]))
  and started_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
  and started_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
  and started_at < cast('{as_of}' as timestamptz)
  and recorded_at < cast('{as_of}' as timestamptz)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
group by platform, video_id
order by learners desc, video_id
limit cast(:videos as bigint)
