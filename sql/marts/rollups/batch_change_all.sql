-- One row per learner as stored, all to be put into their cohorts, those who were erased too.
-- name: batch_change_all(platform, zone)!
create temporary table batch_change as
select 1 as sign, learner_id, tenant, joined_day, first_day, joined_weeks, first_weeks
from marts.learner_cohort
where time_zone = cast(:zone as text) and platform = cast(:platform as text)
