-- One row per learner who may have changed: when they joined, and in which weeks since they were active (definitions E3, E7).
-- Active days before joining belong to no week since. Weeks beyond any calendar come from a wrong clock.
-- name: batch_cohort(platform, zone)!
create temporary table batch_cohort as
with person as (
    select l.learner_id, l.tenant,
           cast(l.joined_at at time zone cast(:zone as text) as date) as joined_day,
           cast(l.deleted_at at time zone cast(:zone as text) as date) as left_day
    from batch_person as p
    join batch_learner as l using (learner_id)
),
active as (
    select d.learner_id, d.day, min(d.day) over (partition by d.learner_id) as first_day
    from batch_person as p
    join marts.learner_day as d using (learner_id)
    where d.time_zone = cast(:zone as text) and d.platform = cast(:platform as text) and d.active_events > 0
),
spell as (
    select p.learner_id,
           min(a.first_day) as first_day,
           max(a.day) as last_day,
           array_agg(distinct cast(least((a.day - p.joined_day) / 7, 32767) as smallint)) filter (where a.day >= p.joined_day) as joined_weeks,
           array_agg(distinct cast(least((a.day - a.first_day) / 7, 32767) as smallint)) as first_weeks
    from person as p
    join active as a using (learner_id)
    group by p.learner_id
)
select p.learner_id, p.tenant, p.joined_day, p.left_day, s.first_day, s.last_day,
       coalesce(s.joined_weeks, '{}') as joined_weeks, coalesce(s.first_weeks, '{}') as first_weeks
from person as p
left join spell as s using (learner_id)
