-- One row per period, or per model and period: percentiles of the histograms of its months and remaining days, added up (definition Q2).
-- name: ai_latency_period(platforms, tenant, model, zone, start, end, by_model)
with whole as (
    select cast(date_trunc('month', cast(:start as date) + interval '1 month' - interval '1 day') as date) as first,
           cast(date_trunc('month', cast(cast(:end as date) as timestamp)) as date) as last
),
piece as (
    select m.tenant, m.model, m.source, m.platform, m.time_zone, m.buckets, m.counts
    from marts.ai_answer_latency_month as m
    where m.month >= (select first from whole) and m.month < (select last from whole)
    union all
    select d.tenant, d.model, d.source, d.platform, d.time_zone, d.buckets, d.counts
    from marts.ai_answer_latency as d
    where d.day >= cast(:start as date) and d.day < (select least(cast(:end as date), first) from whole)
    union all
    select d.tenant, d.model, d.source, d.platform, d.time_zone, d.buckets, d.counts
    from marts.ai_answer_latency as d
    where d.day >= (select greatest(first, last) from whole) and d.day < cast(:end as date)
),
bucket as (
    select p.model, u.bucket, cast(sum(u.answers) as bigint) as answers
    from piece as p
    cross join lateral unnest(p.buckets, p.counts) as u(bucket, answers)
    where p.time_zone = cast(:zone as text)
      and p.platform = any(cast(:platforms as text[]))
      and p.tenant = coalesce(cast(:tenant as text), '*')
      and p.source = '*'
      and case when cast(:by_model as boolean) and cast(:model as text) is null then p.model <> '*'
               else p.model = coalesce(cast(:model as text), '*') end
    group by p.model, u.bucket
),
merged as (
    select model, cast(sum(answers) as bigint) as answers,
           marts.sketch_quantiles(array_agg(bucket order by bucket), array_agg(answers order by bucket), array[0.5, 0.95, 0.99]) as p
    from bucket
    group by model
)
select model, answers, p[1] as p50_ms, p[2] as p95_ms, p[3] as p99_ms
from merged
order by model
