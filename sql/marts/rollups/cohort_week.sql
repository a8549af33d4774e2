-- One row per basis, tenant, day on which learners started, and week since in which some of them were active, or week 0 (definition E3).
-- What was stored of these cohorts, less the learners who left them, plus those who joined.
-- name: cohort_week(platform, zone)!
insert into marts.cohort_week (time_zone, platform, basis, tenant, start_day, week, members, active, first_back, last_active)
with learner as (
    select c.sign, b.basis, c.tenant, b.start_day, b.weeks
    from batch_change as c
    cross join lateral (
        values ('joined', c.joined_day, c.joined_weeks), ('first_active', c.first_day, c.first_weeks)
    ) as b(basis, start_day, weeks)
    where b.start_day is not null
),
piece as (
    select basis, tenant, start_day, week,
           case when week = 0 then members else 0 end as members, active, first_back, last_active
    from batch_cell
    union all
    select basis, tenant, start_day, cast(0 as smallint), sign, 0, 0, 0
    from learner
    union all
    select l.basis, l.tenant, l.start_day, w.week, 0, l.sign,
           case when w.week > 0 and w.place = case l.weeks[1] when 0 then 2 else 1 end then l.sign else 0 end,
           case when w.place = cardinality(l.weeks) then l.sign else 0 end
    from learner as l
    cross join lateral unnest(l.weeks) with ordinality as w(week, place)
),
cell as (
    select basis, tenant, start_day, week,
           sum(sum(members)) over (partition by basis, tenant, start_day) as members,
           sum(active) as active, sum(first_back) as first_back, sum(last_active) as last_active
    from piece
    group by basis, tenant, start_day, week
)
select cast(:zone as text), cast(:platform as text), basis, tenant, start_day, week, members, active, first_back, last_active
from cell
where members > 0 and (active > 0 or week = 0)
