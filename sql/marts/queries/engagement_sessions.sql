-- One row per session series of a local day: how many sessions began, in which hours, how long they were (definitions E4, Q2).
-- name: engagement_sessions(platforms, tenant, zone, start, end)
select platform, day, tenant, device, kind, sessions, unended, session_ms, completion_count, completion_sum, hours, buckets, counts
from marts.session_day
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
order by platform, day, tenant, device, kind
