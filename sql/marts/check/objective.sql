-- One row per objective that is breached on a platform over its own window up to the instant of judgement (definitions S1, S2): its
-- indicator lies below the target. Without events nothing is breached. What stands in braces is filled in by the objective.
with slot as (
    select
        s.day + make_interval(mins => 5 * u.slot) as started_at,
        u.good,
        u.total
    from marts.slo_slice as s
    cross join lateral unnest(s.slots, s.slot_good, s.slot_total) as u (slot, good, total)
    where s.platform = {platform}
      and s.slo = {slo}
      and s.tenant = '*'
      and s.model = '*'
      and s.day >= cast(marts.check_as_of() at time zone 'UTC' as date) - {days} - 1
      and s.day <= cast(marts.check_as_of() at time zone 'UTC' as date)
), slice as (
    select
        sum(slot.good) as good,
        sum(slot.total) as total
    from slot
    cross join lateral (select slot.started_at - (marts.check_as_of() at time zone 'UTC' - make_interval(days => {days})) as age) as since
    where since.age >= interval '0' and slot.started_at < marts.check_as_of() at time zone 'UTC'
    group by floor(extract(epoch from since.age) / {slice_seconds})
), indicator as (
    select case {method}
        when 'Occurrences' then sum(good) / sum(total)
        when 'Timeslices' then avg(case when good >= {slice_target} * total then 1 else 0 end)
        else avg(good / total)
    end as ratio
    from slice
    where total > 0
)
select
    {platform} as platform,
    {slo} as slo
from indicator
where ratio < {target}
