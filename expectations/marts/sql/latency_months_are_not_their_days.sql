-- One row per month and series at fault: it does not hold as many answers, or the mass in its buckets, as its days together.
with summed as (
    select
        time_zone,
        platform,
        cast(date_trunc('month', day) as date) as month,
        tenant,
        model,
        source,
        sum(answers) as answers,
        sum((select sum(u.c) from unnest(counts) as u(c))) as counted
    from marts.ai_answer_latency
    group by 1, 2, 3, 4, 5, 6
)
select
    time_zone,
    platform,
    month,
    tenant,
    model,
    source
from summed as s
full join marts.ai_answer_latency_month as m using (time_zone, platform, month, tenant, model, source)
where (s.answers, s.counted) is distinct from (cast(m.answers as numeric), (select sum(u.c) from unnest(m.counts) as u(c)))
