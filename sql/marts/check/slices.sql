-- One row per objective and UTC day at fault: its stored good and total events are not those of the raw rows (definition Q5). Days that
-- changed since the last refresh are left to it, and days whose raw rows were archived cannot be compared. Braces are filled in.
with counted as (
    select
        cast(f.occurred_at at time zone 'UTC' as date) as day,
        {counts}
    from marts.{fact} as f
    where f.platform = {platform}
      and f.occurred_at >= coalesce(marts.check_since(), '-infinity')
    group by 1
), raw as (
    select
        counted.day,
        o.slo,
        o.good,
        o.total
    from counted
    cross join lateral (values {objectives}) as o (slo, good, total)
    where o.total > 0
), stored as (
    select
        day,
        slo,
        good,
        total
    from marts.slo_slice
    where platform = {platform}
      and tenant = '*'
      and model = '*'
      and slo in ({names})
), d as (
    select
        day,
        slo
    from raw
    full join stored using (day, slo)
    where (raw.good, raw.total) is distinct from (stored.good, stored.total)
)
select
    {platform} as platform,
    d.day,
    d.slo
from d
where exists (select from marts.rollup_state as s where s.rollup = 'slo_slice' and s.part = d.slo and s.platform = {platform})
  and not exists (
    select from marts.touched_day as t
    where t.platform = {platform}
      and t.day between d.day - 1 and d.day + 1
)
  and not exists (
    select from marts.sealed_range as s
    where s.platform = {platform}
      and s.from_at < cast(d.day + 1 as timestamp) at time zone 'UTC'
      and s.until_at > cast(d.day as timestamp) at time zone 'UTC'
)
  and (marts.check_since() is null or d.day > cast(marts.check_since() at time zone 'UTC' as date))
