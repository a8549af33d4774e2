-- One row per cell of the session figures: distinct learners who began a session in it (definition X5).
-- Cells are named by what they are of: platform, day, device (of the first session of a day: at least so many), or weekday and hour.
-- name: engagement_session_people(platforms, tenant, zone, start, end)
with begun as materialized (
    select platform, day, learner_id, device, session_hours
    from marts.learner_day
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
      and sessions > 0
),
rhythm as (
    select platform, learner_id, extract(isodow from day) as weekday, bit_or(session_hours) as session_hours
    from begun
    group by platform, learner_id, 3
)
select platform, 'platform' as cell, '' as key, count(distinct learner_id) as learners from begun group by platform
union all
select platform, 'day', cast(day as text), count(distinct learner_id) from begun group by platform, day
union all
select platform, 'device', device, count(distinct learner_id) from begun group by platform, device
union all
select r.platform, 'hour', concat(r.weekday, ' ', h.hour), count(*)
from rhythm as r
join generate_series(0, 23) as h(hour) on (r.session_hours >> h.hour) & 1 = 1
group by r.platform, r.weekday, h.hour
order by 1, 2, 3
