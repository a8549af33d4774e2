-- One row per platform and local day with answers in time: exact percentiles (definition Q1), and the histogram if it is asked for (Q2).
-- name: ai_latency_daily(platforms, tenant, model, zone, start, end, packed)
select day, answers, p50_ms, p95_ms, p99_ms,
       case when cast(:packed as boolean) then buckets end as buckets,
       case when cast(:packed as boolean) then counts end as counts
from marts.ai_answer_latency
where time_zone = cast(:zone as text)
  and platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
  and tenant = coalesce(cast(:tenant as text), '*')
  and model = coalesce(cast(:model as text), '*')
  and source = '*'
order by day, platform
