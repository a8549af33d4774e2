-- One row per period: exact percentiles over the raw rows that are still there (definition Q1).
-- name: ai_latency_exact(platforms, tenant, model, zone, start, end)
select answers, p[1] as p50_ms, p[2] as p95_ms, p[3] as p99_ms
from (
    select percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms) as p, count(*) as answers
    from marts.fact_ai_answer
    where platform = any(cast(:platforms as text[]))
      and occurred_at >= cast(cast(:start as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast(cast(:end as date) as timestamp) at time zone cast(:zone as text)
      and occurred_at < cast('{as_of}' as timestamptz)
      and recorded_at < cast('{as_of}' as timestamptz)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
      and (cast(:model as text) is null or coalesce(model, 'unknown') = cast(:model as text))
      and not is_error
      and latency_ms is not null
) as exact
