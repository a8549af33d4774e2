-- One row per learner whose stored row is missing or different: when they joined, and in which weeks since they were active (E3, E7).
-- name: learner_cohort(platform, zone)!
insert into marts.learner_cohort as c (
    time_zone, platform, learner_id, tenant, joined_day, left_day, first_day, last_day, joined_weeks, first_weeks)
select cast(:zone as text), cast(:platform as text), learner_id, tenant, joined_day, left_day, first_day, last_day, joined_weeks, first_weeks
from batch_cohort
on conflict (time_zone, platform, learner_id) do update
set tenant = excluded.tenant, joined_day = excluded.joined_day, left_day = excluded.left_day, first_day = excluded.first_day,
    last_day = excluded.last_day, joined_weeks = excluded.joined_weeks, first_weeks = excluded.first_weeks
where (c.tenant, c.joined_day, c.left_day, c.first_day, c.last_day, c.joined_weeks, c.first_weeks)
    is distinct from (excluded.tenant, excluded.joined_day, excluded.left_day, excluded.first_day, excluded.last_day,
                      excluded.joined_weeks, excluded.first_weeks)
