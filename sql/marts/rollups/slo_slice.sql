-- One row per UTC day, objective, tenant and model, and one marked * over all: good and total events by five minutes (S1, S2).
-- name: slo_slice(platform)!
insert into marts.slo_slice (platform, day, slo, tenant, model, good, total, slots, slot_good, slot_total)
with cell as (
    select f.{day} as day, date_bin('5 minutes', f.occurred_at, timestamptz '2000-01-01 00:00:00+00') as slot_at,
           f.tenant, f.model_key as model, {counts}
    from batch_{fact} as f
    join batch_day as d on d.day = f.{day}
    where d.time_zone = 'UTC' and not d.sealed
    group by 1, 2, 3, 4
),
slot as (
    select c.day, cast(extract(epoch from c.slot_at - (cast(c.day as timestamp) at time zone 'UTC')) / 300 as smallint) as slot,
           coalesce(c.tenant, '*') as tenant, coalesce(c.model, '*') as model, {sums}
    from cell as c
    group by c.day, c.slot_at, grouping sets ((c.tenant, c.model), ())
),
series as (
    select day, tenant, model, {series}
    from slot
    group by day, tenant, model
)
select cast(:platform as text), s.day, o.slo, s.tenant, s.model, o.good, o.total, o.slots, o.slot_good, o.slot_total
from series as s
cross join lateral (values {objectives}) as o(slo, good, total, slots, slot_good, slot_total)
where o.total > 0
