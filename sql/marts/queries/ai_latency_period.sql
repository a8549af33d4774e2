-- One row per packed histogram of the period: of its whole months and remaining days, for all models or for each (definition Q2).
-- name: ai_latency_period(platforms, tenant, model, zone, start, end, first_month, last_month, by_model)
select model, buckets, counts
from (
    select *
    from marts.ai_answer_latency_month
    where month >= cast(:first_month as date) and month < cast(:last_month as date)
    union all
    select time_zone, platform, day, tenant, model, source, answers, buckets, counts
    from marts.ai_answer_latency
    where day >= cast(:start as date) and day < least(cast(:end as date), cast(:first_month as date))
    union all
    select time_zone, platform, day, tenant, model, source, answers, buckets, counts
    from marts.ai_answer_latency
    where day >= greatest(cast(:first_month as date), cast(:last_month as date)) and day < cast(:end as date)
) as piece
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and tenant = coalesce(cast(:tenant as text), '*')
  and source = '*'
  and case when cast(:by_model as boolean) and cast(:model as text) is null then model <> '*'
           else model = coalesce(cast(:model as text), '*') end
