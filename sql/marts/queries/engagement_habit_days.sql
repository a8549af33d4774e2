-- One row per learner and local day on which they wrote a note, went to a lesson or rated something (definition E1).
-- name: engagement_habit_days(platforms, tenant, zone, start, end)
select platform, learner_id, day, logged, attended, rated
from marts.learner_day
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
  and (logged > 0 or attended > 0 or rated > 0)
order by platform, learner_id, day
