-- One row per basis, tenant, day on which learners started, and week since in which some of them were active, or week 0 (definition E3).
-- name: cohort_week(platform, zone)!
insert into marts.cohort_week (time_zone, platform, basis, tenant, start_day, week, members, active, first_back, last_active)
with learner as (
    select b.basis, c.tenant, b.start_day, b.weeks
    from marts.learner_cohort as c
    cross join lateral (
        values ('joined', c.joined_day, c.joined_weeks), ('first_active', c.first_day, c.first_weeks)
    ) as b(basis, start_day, weeks)
    where c.time_zone = cast(:zone as text) and c.platform = cast(:platform as text) and b.start_day is not null
),
started as (
    select basis, tenant, start_day, count(*) as members from learner group by basis, tenant, start_day
),
come as (
    select l.basis, l.tenant, l.start_day, w.week,
           count(*) as active,
           count(*) filter (where w.place = case when l.weeks[1] = 0 then 2 else 1 end) as first_back,
           count(*) filter (where w.place = cardinality(l.weeks)) as last_active
    from learner as l
    cross join lateral unnest(l.weeks) with ordinality as w(week, place)
    group by l.basis, l.tenant, l.start_day, w.week
)
select cast(:zone as text), cast(:platform as text), basis, tenant, start_day, week, s.members,
       coalesce(c.active, 0), coalesce(case when week > 0 then c.first_back end, 0), coalesce(c.last_active, 0)
from (select basis, tenant, start_day, cast(0 as smallint) as week from started union select basis, tenant, start_day, week from come) as k
join started as s using (basis, tenant, start_day)
left join come as c using (basis, tenant, start_day, week)
