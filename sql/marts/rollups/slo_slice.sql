-- One row per five minutes of UTC, objective, tenant and model: good and total events (definitions S1, S2).
-- name: slo_slice(platform)
insert into marts.slo_slice (platform, slot, slo, tenant, model, good, total)
select cast(:platform as text), c.slot, o.slo, c.tenant, c.model_key, o.good, o.total
from (
    select date_bin('5 minutes', f.occurred_at, timestamptz '2000-01-01 00:00:00+00') as slot, f.tenant, f.model_key,
           {counts}
    from batch_{fact} as f
    join batch_day as d on d.day = cast(f.occurred_at at time zone 'UTC' as date)
    where d.time_zone = 'UTC' and not d.sealed
    group by 1, 2, 3
) as c
cross join lateral (values {objectives}) as o(slo, good, total)
where o.total > 0
