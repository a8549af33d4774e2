-- One row per learner enrolled on a day: when they joined, and were active first, last, and around the last seven days (definition E7).
-- Someone who had left by the day, or joined after it, is not enrolled; someone who never did anything is. Days before
-- the last five weeks are looked up only for those whose last active day of all does not tell (the conditions stand inside, where they
-- save the look-up).
-- name: engagement_learners(platforms, tenant, zone, on)
with recent as materialized (
    select d.platform,
           d.learner_id,
           min(d.day) filter (where d.day >= cast(:on as date) - 6) as back_day,
           max(d.day) filter (where d.day >= cast(:on as date) - 6) as last_day,
           max(d.day) filter (where d.day < cast(:on as date) - 6) as before_day
    from marts.learner_day as d
    where d.time_zone = cast(:zone as text)
      and d.platform = any(cast(:platforms as text[]))
      and d.day between cast(:on as date) - 34 and cast(:on as date)
      and d.active_events > 0
    group by d.platform, d.learner_id
)
select c.platform,
       cast(c.learner_id as text) as learner_id,
       c.tenant,
       c.joined_day,
       case when c.first_day <= cast(:on as date) then c.first_day end as first_day,
       coalesce(recent.last_day, before.day) as last_day,
       before.day as before_day,
       recent.back_day,
       c.is_erased
from marts.learner_cohort as c
left join recent on recent.platform = c.platform and recent.learner_id = c.learner_id
left join lateral (
    select max(d.day) as day
    from marts.learner_day as d
    where recent.before_day is null
      and c.first_day < cast(:on as date) - 34
      and c.last_day >= cast(:on as date) - 6
      and d.time_zone = c.time_zone
      and d.platform = c.platform
      and d.learner_id = c.learner_id
      and d.active_events > 0
      and d.day < cast(:on as date) - 34
) as probed on true
cross join lateral (
    select case when c.last_day < cast(:on as date) - 6 then c.last_day else coalesce(recent.before_day, probed.day) end as day
) as before
where c.time_zone = cast(:zone as text)
  and c.platform = any(cast(:platforms as text[]))
  and coalesce(c.joined_day, c.first_day) <= cast(:on as date)
  and (c.left_day is null or c.left_day > cast(:on as date))
  and (cast(:tenant as text) is null or c.tenant = cast(:tenant as text))
order by c.platform, c.learner_id
