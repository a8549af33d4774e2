-- One row per learner enrolled on a day who became at risk in the seven days that end with it: last active 7 to 13 days before
-- (definition E7). Erased learners are nobody to write to.
-- name: engagement_newly_at_risk(platforms, tenant, zone, on)
select c.platform,
       cast(c.learner_id as text) as learner_id,
       c.tenant,
       max(d.day) as last_day
from marts.learner_day as d
join marts.learner_cohort as c on c.time_zone = d.time_zone and c.platform = d.platform and c.learner_id = d.learner_id
where d.time_zone = cast(:zone as text)
  and d.platform = any(cast(:platforms as text[]))
  and d.day between cast(:on as date) - 13 and cast(:on as date)
  and d.active_events > 0
  and coalesce(c.joined_day, c.first_day) <= cast(:on as date)
  and (c.left_day is null or c.left_day > cast(:on as date))
  and (cast(:tenant as text) is null or c.tenant = cast(:tenant as text))
  and not c.is_erased
group by c.platform, c.learner_id, c.tenant
having max(d.day) <= cast(:on as date) - 7
order by last_day desc, c.platform, c.learner_id
