-- One row per local day, tenant and device, totals included: distinct learners of the day and of the 7 and 28 days that end with it
-- (definition E2). A learner counts from an active day until the window has passed it or the next active day begins to count:
-- beginnings and ends are added up along the days, so nobody is counted twice and no day is read more than once.
-- name: activity_day(platform, zone, start, end)!
insert into marts.activity_day (time_zone, platform, day, tenant, device, dau, wau, mau)
with active as (
    select day, tenant, device,
           lead(day) over (partition by learner_id order by day) as next_of_all,
           lead(day) over (partition by learner_id, tenant order by day) as next_of_tenant,
           lead(day) over (partition by learner_id, device order by day) as next_of_device,
           lead(day) over (partition by learner_id, tenant, device order by day) as next_of_both
    from marts.learner_day
    where time_zone = cast(:zone as text)
      and platform = cast(:platform as text)
      and active_events > 0
      and day > cast(:start as date) - 28
      and day < cast(:end as date)
),
spell as (
    select case grouping(tenant) when 0 then tenant else '*' end as tenant,
           case grouping(device) when 0 then device else '*' end as device,
           day,
           case when grouping(next_of_all) = 0 then next_of_all
                when grouping(next_of_tenant) = 0 then next_of_tenant
                when grouping(next_of_device) = 0 then next_of_device
                else next_of_both end as next_day,
           cast(count(*) as integer) as learners
    from active
    group by grouping sets (
        (day, next_of_all), (tenant, day, next_of_tenant), (device, day, next_of_device), (tenant, device, day, next_of_both))
),
edge as (
    select s.tenant, s.device, greatest(e.day, cast(:start as date)) as day,
           cast(sum(s.learners * e.of_day) as integer) as of_day,
           cast(sum(s.learners * e.of_week) as integer) as of_week,
           cast(sum(s.learners * e.of_month) as integer) as of_month
    from spell as s
    cross join lateral (
        values (s.day, 1, 1, 1),
               (least(s.day + 1, s.next_day), -1, 0, 0),
               (least(s.day + 7, s.next_day), 0, -1, 0),
               (least(s.day + 28, s.next_day), 0, 0, -1)
    ) as e(day, of_day, of_week, of_month)
    where e.day < cast(:end as date)
    group by 1, 2, 3
),
step as (
    select tenant, device, day, of_day, of_week, of_month from edge
    union all
    select c.tenant, c.device, cast(:start as date) + n, 0, 0, 0
    from (select distinct tenant, device from edge) as c
    cross join generate_series(0, cast(:end as date) - cast(:start as date) - 1) as n
),
series as (
    select tenant, device, day,
           sum(cast(sum(of_day) as integer)) over w as dau,
           sum(cast(sum(of_week) as integer)) over w as wau,
           sum(cast(sum(of_month) as integer)) over w as mau
    from step
    group by tenant, device, day
    window w as (partition by tenant, device order by day)
)
select cast(:zone as text), cast(:platform as text), day, tenant, device, dau, wau, mau
from series
where mau > 0
