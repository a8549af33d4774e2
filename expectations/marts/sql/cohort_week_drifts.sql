-- One row per cohort at fault: its members, the weeks in which they were active, came back first or came last, are not those of the
-- learners one by one (definition E3).
with learner as (
    select
        c.time_zone,
        c.platform,
        b.basis,
        c.tenant,
        b.start_day,
        b.weeks
    from marts.learner_cohort as c
    cross join lateral (
        values ('joined', c.joined_day, c.joined_weeks), ('first_active', c.first_day, c.first_weeks)
    ) as b(basis, start_day, weeks)
    where b.start_day is not null
), told as (
    select
        time_zone,
        platform,
        basis,
        tenant,
        start_day,
        count(*) as members,
        coalesce(sum(cardinality(weeks)), 0) as active,
        count(*) filter (where cardinality(array_remove(weeks, 0::smallint)) > 0) as first_back,
        count(*) filter (where cardinality(weeks) > 0) as last_active
    from learner
    group by 1, 2, 3, 4, 5
), stored as (
    select
        time_zone,
        platform,
        basis,
        tenant,
        start_day,
        max(members) as members,
        sum(active) as active,
        sum(first_back) as first_back,
        sum(last_active) as last_active
    from marts.cohort_week
    group by 1, 2, 3, 4, 5
)
select
    time_zone,
    platform,
    basis,
    tenant,
    start_day
from told
full join stored using (time_zone, platform, basis, tenant, start_day)
where (told.members, told.active, told.first_back, told.last_active)
    is distinct from (stored.members, stored.active, stored.first_back, stored.last_active)
  and not exists (select from marts.touched_day as t where t.platform = coalesce(told.platform, stored.platform) and t.fact = 'learner_day')
