-- One row per platform and local day on which somebody joined or left: how many learners did either.
-- name: engagement_joins(platforms, tenant, zone, start, end)
select c.platform,
       e.day,
       count(*) filter (where e.what = 'joined') as joined,
       count(*) filter (where e.what = 'left') as left_count
from marts.learner_cohort as c
cross join lateral (values ('joined', c.joined_day), ('left', c.left_day)) as e(what, day)
where c.time_zone = cast(:zone as text)
  and c.platform = any(cast(:platforms as text[]))
  and e.day >= cast(:start as date)
  and e.day < cast(:end as date)
  and (cast(:tenant as text) is null or c.tenant = cast(:tenant as text))
group by c.platform, e.day
order by c.platform, e.day
