-- One row per platform, local day, and tenant or device: distinct active learners of the day, of 7 and of 28 days (definition E2).
-- Tenant and device are * where the row is about all of them; with a chosen tenant its rows stand for the whole.
-- name: engagement_activity(platforms, tenant, zone, start, end)
select platform, day, case when cast(:tenant as text) is null then tenant else '*' end as tenant, device, dau, wau, mau
from marts.activity_day
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and (tenant = coalesce(cast(:tenant as text), '*') or (cast(:tenant as text) is null and device = '*'))
order by platform, day, 3, device
