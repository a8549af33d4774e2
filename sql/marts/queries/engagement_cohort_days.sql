-- One row per platform, local day and week of joining (its Monday): active learners, to see which cohort carries a change (definition E3).
-- Learners whose day of joining is not known are of the week of their first active day.
-- name: engagement_cohort_days(platforms, tenant, zone, start, end)
select d.platform,
       d.day,
       cast(date_trunc('week', cast(coalesce(c.joined_day, c.first_day) as timestamp)) as date) as cohort,
       count(distinct d.learner_id) as learners
from marts.learner_day as d
join marts.learner_cohort as c
  on c.time_zone = d.time_zone and c.platform = d.platform and c.learner_id = d.learner_id
where d.time_zone = cast(:zone as text)
  and d.platform = any(cast(:platforms as text[]))
  and d.day >= cast(:start as date)
  and d.day < cast(:end as date)
  and d.active_events > 0
  and (cast(:tenant as text) is null or d.tenant = cast(:tenant as text))
group by d.platform, d.day, 3
order by d.platform, d.day, 3
