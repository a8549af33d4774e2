-- One row per platform, day, rollup and metric: the figure that the rollup holds (definition Q5). Objectives are by UTC day, cohorts by
-- the day of the start; a mass is a sum of numbers times positions, which moves when one row stands in the place of another.
-- Run once over the stored tables and once over the same tables computed from raw rows, it shows where they drift apart.
-- name: rollup_audit(platforms, rollups, zone, start, end)
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
    union all
    select r.platform, r.day, 'learner_day', m.metric, m.value
    from marts.learner_day as r
    cross join lateral (
        values ('learners', cast(1 as numeric)), ('active learners', cast(r.active_events > 0 as integer)), ('active_events', r.active_events),
               ('events', r.active_events + r.booked + r.messaged + r.rated + r.visited), ('active_ms', r.active_ms),
               ('sessions', r.sessions), ('session_ms', r.session_ms)
    ) as m(metric, value)
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.day, 'session_day', m.metric, m.value
    from marts.session_day as r
    cross join lateral (select sum(u.bucket * u.sessions) as mass from unnest(r.buckets, r.counts) as u(bucket, sessions)) as b
    cross join lateral (select sum((u.hour - 1) * u.sessions) as mass from unnest(r.hours) with ordinality as u(sessions, hour)) as h
    cross join lateral (
        values ('sessions', cast(r.sessions as numeric)), ('unended', r.unended), ('session_ms', r.session_ms),
               ('completion_sum', round(cast(r.completion_sum as numeric), 6)), ('bucket_mass', coalesce(b.mass, 0)), ('hour_mass', h.mass)
    ) as m(metric, value)
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.day, 'activity_day', m.metric, m.value
    from marts.activity_day as r
    cross join lateral (values ('dau', cast(r.dau as numeric)), ('wau', r.wau), ('mau', r.mau)) as m(metric, value)
    where r.time_zone = cast(:zone as text)
    union all
    select r.platform, r.start_day, 'cohort_week', r.basis || ' ' || m.metric, m.value
    from marts.cohort_week as r
    cross join lateral (
        values ('members', cast(r.members as numeric)), ('active', r.active), ('active_mass', r.active * r.week),
               ('first_back_mass', r.first_back * r.week), ('last_active_mass', r.last_active * r.week)
    ) as m(metric, value)
    where r.time_zone = cast(:zone as text)
)
select platform, day, rollup, metric, cast(sum(value) as float8) as value
from figure
where platform = any(cast(:platforms as text[]))
  and rollup = any(cast(:rollups as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
group by platform, day, rollup, metric
order by platform, day, rollup, metric
