-- One row per local day with answers in time: exact percentiles (definition Q1), or those of the merged histograms (Q2) on days
-- on which several of the chosen platforms answered.
-- name: ai_latency_daily(platforms, tenant, model, zone, start, end)
with stored as (
    select platform, day, tenant, model, source, answers, p50_ms, p95_ms, p99_ms
    from marts.ai_answer_latency
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
      and tenant = coalesce(cast(:tenant as text), '*')
      and model = coalesce(cast(:model as text), '*')
      and source = '*'
),
bucket as (
    select s.day, u.bucket, cast(sum(u.answers) as bigint) as answers
    from stored as s
    join marts.ai_answer_latency as h using (platform, day, tenant, model, source)
    cross join lateral unnest(h.buckets, h.counts) as u(bucket, answers)
    where h.time_zone = cast(:zone as text)
      and s.day in (select day from stored group by day having count(*) > 1)
    group by s.day, u.bucket
),
merged as (
    select day, cast(sum(answers) as bigint) as answers,
           marts.sketch_quantiles(array_agg(bucket order by bucket), array_agg(answers order by bucket), array[0.5, 0.95, 0.99]) as p
    from bucket
    group by day
)
select day, min(answers) as answers, min(p50_ms) as p50_ms, min(p95_ms) as p95_ms, min(p99_ms) as p99_ms, true as is_exact
from stored
group by day
having count(*) = 1
union all
select day, answers, p[1], p[2], p[3], false
from merged
order by day
