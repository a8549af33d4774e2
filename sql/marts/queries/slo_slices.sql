-- One row per objective and five minutes of UTC with events that count: good and total (definitions S1, S2).
-- name: slo_slices(platforms, tenant, model, zone, start, end)
select slo, slot_epoch, good, total
from (
    select s.slo,
           cast(extract(epoch from cast(s.day as timestamp)) as bigint) + 300 * u.slot as slot_epoch,
           cast(sum(u.good) as bigint) as good,
           cast(sum(u.total) as bigint) as total
    from marts.slo_slice as s
    cross join lateral unnest(s.slots, s.slot_good, s.slot_total) as u(slot, good, total)
    where s.platform = any(cast(:platforms as text[]))
      and s.day >= cast(:start as date) - 1
      and s.day < cast(:end as date) + 1
      and case when cast(:tenant as text) is null and cast(:model as text) is null then s.tenant = '*' and s.model = '*'
               else s.tenant <> '*' and s.tenant = coalesce(cast(:tenant as text), s.tenant)
                    and s.model = coalesce(cast(:model as text), s.model) end
    group by 1, 2
) as slice
where slot_epoch >= extract(epoch from cast(cast(:start as date) as timestamp) at time zone cast(:zone as text))
  and slot_epoch < extract(epoch from cast(cast(:end as date) as timestamp) at time zone cast(:zone as text))
order by slo, slot_epoch
