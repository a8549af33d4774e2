-- One row per local day and series of AI answers, totals included: exact percentiles (definition Q1) and a mergeable histogram (Q2).
-- Error answers have no part in latency (S7). A total is marked * in the columns it runs over.
-- name: ai_answer_latency(platform, zone)!
insert into marts.ai_answer_latency (
    time_zone, platform, day, tenant, model, source, answers, p50_ms, p95_ms, p99_ms, buckets, counts)
with answer as (
    select f.{day} as day, f.tenant, f.model_key as model, f.source_key as source, f.latency_ms as ms, f.bucket
    from batch_fact_ai_answer as f
    join batch_day as d on d.day = f.{day}
    where d.time_zone = cast(:zone as text) and not d.sealed and f.bucket is not null
),
cell as (
    select day, tenant, model, source, bucket, count(*) as answers
    from answer
    group by 1, 2, 3, 4, 5
),
bucket as (
    select day, case grouping(tenant) when 0 then tenant else '*' end as tenant,
           case grouping(model) when 0 then model else '*' end as model,
           case grouping(source) when 0 then source else '*' end as source,
           bucket, cast(sum(answers) as bigint) as answers
    from cell
    group by day, bucket, grouping sets ((tenant, model, source), (tenant, model), (tenant), (model), ())
),
histogram as (
    select day, tenant, model, source, cast(sum(answers) as bigint) as answers,
           array_agg(bucket order by bucket) as buckets,
           array_agg(answers order by bucket) as counts
    from bucket
    group by day, tenant, model, source
),
exact as (
    select day, case grouping(tenant) when 0 then tenant else '*' end as tenant,
           case grouping(model) when 0 then model else '*' end as model,
           case grouping(source) when 0 then source else '*' end as source,
           percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ms) as p
    from answer
    group by day, grouping sets ((tenant, model, source), (tenant, model), (tenant), (model), ())
)
select cast(:zone as text), cast(:platform as text), h.day, h.tenant, h.model, h.source,
       h.answers, e.p[1], e.p[2], e.p[3], h.buckets, h.counts
from histogram as h
join exact as e using (day, tenant, model, source)
