-- One row per platform and local day with answers in time: its exact percentiles (definition Q1), and its packed histogram when
-- several of the chosen platforms answered on the day and must be merged (Q2).
-- name: ai_latency_daily(platforms, tenant, model, zone, start, end)
select day, answers, p50_ms, p95_ms, p99_ms,
       count(*) over same_day = 1 as is_exact,
       case when count(*) over same_day > 1 then buckets end as buckets,
       case when count(*) over same_day > 1 then counts end as counts
from marts.ai_answer_latency
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and tenant = coalesce(cast(:tenant as text), '*')
  and model = coalesce(cast(:model as text), '*')
  and source = '*'
window same_day as (partition by day)
order by day
