-- One row per calendar month and series, totals included: the histograms of its days added up, sealed days too (definition Q2).
-- name: ai_answer_latency_month(platform, zone)!
insert into marts.ai_answer_latency_month (time_zone, platform, month, tenant, model, source, answers, buckets, counts)
with month as (
    select distinct cast(date_trunc('month', day) as date) as month
    from batch_day
    where time_zone = cast(:zone as text) and not sealed
),
bucket as (
    select m.month, r.tenant, r.model, r.source, u.bucket, cast(sum(u.answers) as bigint) as answers
    from month as m
    join marts.ai_answer_latency as r
      on r.time_zone = cast(:zone as text) and r.platform = cast(:platform as text)
     and r.day >= m.month and r.day < cast(m.month + interval '1 month' as date)
    cross join lateral unnest(r.buckets, r.counts) as u(bucket, answers)
    group by m.month, r.tenant, r.model, r.source, u.bucket
)
select cast(:zone as text), cast(:platform as text), month, tenant, model, source, cast(sum(answers) as bigint),
       array_agg(bucket order by bucket), array_agg(answers order by bucket)
from bucket
group by month, tenant, model, source
