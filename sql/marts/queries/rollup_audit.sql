-- One row per platform, day, rollup and metric: the figure that the rollup holds (definition Q5). Objectives are by UTC day.
-- Run once over the stored tables and once over the same tables computed from raw rows, it shows where they drift apart.
-- name: rollup_audit(platforms, zone, start, end)
with figure as (
    select r.platform, r.day, 'ai_answer_day' as rollup, m.key as metric, cast(m.value as numeric) as value
    from marts.ai_answer_day as r
    cross join lateral jsonb_each_text(to_jsonb(r) - array['time_zone', 'platform', 'day', 'tenant', 'model', 'source']) as m
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.day, 'ai_answer_latency', m.metric, m.value
    from marts.ai_answer_latency as r
    cross join lateral (select sum(u.bucket * u.answers) as mass from unnest(r.buckets, r.counts) as u(bucket, answers)) as b
    cross join lateral (values ('answers', cast(r.answers as numeric)), ('bucket_mass', b.mass)) as m(metric, value)
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.day, 'ai_answer_latency', m.metric, cast(m.value as numeric)
    from marts.ai_answer_latency as r
    cross join lateral (values ('p50_ms', r.p50_ms), ('p95_ms', r.p95_ms), ('p99_ms', r.p99_ms)) as m(metric, value)
    where r.time_zone = cast(:zone as text) and r.tenant = '*' and r.model = '*' and r.source = '*'
    union all
    select r.platform, r.day, 'learner_ai_day', m.metric, m.value
    from marts.learner_ai_day as r
    cross join lateral (
        values ('learners', cast(1 as numeric)), ('answers', r.answers), ('bad', r.bad), ('errors', r.errors), ('cost_jpy', r.cost_jpy)
    ) as m(metric, value)
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.day, 'slo_slice', m.metric, m.value
    from marts.slo_slice as r
    cross join lateral (values (r.slo || ' good', cast(r.good as numeric)), (r.slo || ' total', r.total)) as m(metric, value)
)
select platform, day, rollup, metric, cast(sum(value) as float8) as value
from figure
where platform = any(cast(:platforms as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
group by platform, day, rollup, metric
order by platform, day, rollup, metric
