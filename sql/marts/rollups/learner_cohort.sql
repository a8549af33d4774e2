-- One row per learner whose stored row is missing or different: when they joined, and in which weeks since they were active
-- (definitions E3, E7). Active days before joining belong to no week since. Weeks beyond any calendar come from a wrong clock.
-- name: learner_cohort(platform, zone)!
insert into marts.learner_cohort as c (
    time_zone, platform, learner_id, tenant, joined_day, left_day, first_day, last_day, joined_weeks, first_weeks)
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
select cast(:zone as text), cast(:platform as text), p.learner_id, p.tenant, p.joined_day, p.left_day, s.first_day, s.last_day,
       coalesce(s.joined_weeks, '{}'), coalesce(s.first_weeks, '{}')
from person as p
left join spell as s using (learner_id)
on conflict (time_zone, platform, learner_id) do update
set tenant = excluded.tenant, joined_day = excluded.joined_day, left_day = excluded.left_day, first_day = excluded.first_day,
    last_day = excluded.last_day, joined_weeks = excluded.joined_weeks, first_weeks = excluded.first_weeks
where (c.tenant, c.joined_day, c.left_day, c.first_day, c.last_day, c.joined_weeks, c.first_weeks)
    is distinct from (excluded.tenant, excluded.joined_day, excluded.left_day, excluded.first_day, excluded.last_day,
                      excluded.joined_weeks, excluded.first_weeks)
