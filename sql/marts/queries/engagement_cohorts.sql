-- One row per platform, start day and week since: how many learners started, and how many of them came back (definition E3).
-- name: engagement_cohorts(platforms, tenant, zone, start, end, basis)
select platform,
       start_day,
       week,
       cast(sum(members) as bigint) as members,
       cast(sum(active) as bigint) as active,
       cast(sum(first_back) as bigint) as first_back,
       cast(sum(last_active) as bigint) as last_active
from marts.cohort_week
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and basis = cast(:basis as text)
  and start_day >= cast(:start as date)
  and start_day < cast(:end as date)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
group by platform, start_day, week
order by platform, start_day, week
