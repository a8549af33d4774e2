-- One row per local day at fault: learners active on the day, and on Mondays those of the week and the month that end with it, are not
-- those of the learner days (definition E2). A window that is wrong on one day is wrong on a Monday near it, or the day itself is.
with day as (
    select distinct
        time_zone,
        platform,
        day,
        learner_id
    from marts.learner_day
    where active_events > 0
), learner as (
    select
        time_zone,
        platform,
        day,
        count(*) as dau,
        cast(null as bigint) as wau,
        cast(null as bigint) as mau
    from day
    group by 1, 2, 3
), learner_monday as (
    select
        a.time_zone,
        a.platform,
        a.day + mod(8 - cast(extract(isodow from a.day) as integer), 7) + 7 * w.week as day,
        a.learner_id,
        bool_or(w.week = 0) as in_week
    from day as a
    cross join generate_series(0, 3) as w(week)
    group by 1, 2, 3, 4
), monday as (
    select
        time_zone,
        platform,
        day,
        count(*) filter (where in_week) as wau,
        count(*) as mau
    from learner_monday
    group by 1, 2, 3
), stored as (
    select
        time_zone,
        platform,
        day,
        dau,
        wau,
        mau
    from marts.activity_day
    where tenant = '*' and device = '*'
), d as (
    select
        time_zone,
        platform,
        day
    from learner
    full join stored using (time_zone, platform, day)
    where coalesce(learner.dau, 0) is distinct from coalesce(stored.dau, 0)
    union
    select
        time_zone,
        platform,
        day
    from monday
    full join (select * from stored where extract(isodow from day) = 1) as s using (time_zone, platform, day)
    where (coalesce(monday.wau, 0), coalesce(monday.mau, 0)) is distinct from (coalesce(s.wau, 0), coalesce(s.mau, 0))
)
select
    d.time_zone,
    d.platform,
    d.day
from d
where not exists (select from marts.touched_day as t where t.platform = d.platform and t.fact = 'learner_day')
