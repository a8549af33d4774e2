-- One row per objective, UTC day, platform, tenant and model that were chosen: its five-minute slots, packed (definitions S1, S2).
-- Without a filter by tenant or model the totals are read, which are marked *.
-- name: slo_slices(platforms, tenant, model, start, end)
select slo, day, slots, slot_good, slot_total
from marts.slo_slice
where platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date) - 1
  and day < cast(:end as date) + 1
  and case when cast(:tenant as text) is null and cast(:model as text) is null then tenant = '*' and model = '*'
           else tenant <> '*' and tenant = coalesce(cast(:tenant as text), tenant) and model = coalesce(cast(:model as text), model) end
order by slo, day
