-- One row per content source of MUED, registered or only named by answers (unknown: answers that name none): its stated health, and its
-- answers in the last day and week.
-- The last use is exact within the week; before it is the last day in the rollup.
-- name: plugins()
with answer as (
    select
        coalesce(a.source, 'unknown') as source,
        a.occurred_at,
        a.is_error,
        a.latency_ms,
        a.occurred_at >= now() - interval '24 hours' as is_recent
    from mued.fact_ai_answer as a
    where a.occurred_at >= now() - interval '7 days' and a.occurred_at < now()
),
used as (
    select
        source,
        max(occurred_at) as last_answer_at,
        count(*) filter (where is_recent) as answers_24h,
        count(*) filter (where is_recent and is_error) as errors_24h,
        percentile_cont(0.5) within group (order by latency_ms) filter (where is_recent and not is_error) as p50_24h_ms,
        percentile_cont(0.95) within group (order by latency_ms) filter (where is_recent and not is_error) as p95_24h_ms,
        count(*) as answers_7d,
        count(*) filter (where is_error) as errors_7d,
        percentile_cont(0.5) within group (order by latency_ms) filter (where not is_error) as p50_7d_ms,
        percentile_cont(0.95) within group (order by latency_ms) filter (where not is_error) as p95_7d_ms
    from answer
    group by source
),
earlier as (
    select source, max(day) as last_day from marts.ai_answer_day where platform = 'mued' and answers > 0 group by source
)
select
    coalesce(plugin.source, used.source) as source,
    plugin.name,
    plugin.version,
    plugin.enabled,
    coalesce(plugin.health_status, case when used.source = 'unknown' then 'no source' else 'not registered' end) as health,
    plugin.last_health_check as checked_at,
    cast(coalesce(cast(used.last_answer_at at time zone 'UTC' as date), earlier.last_day) as text) as last_day_of_use,
    used.last_answer_at,
    coalesce(used.answers_24h, 0) as answers_24h,
    coalesce(used.errors_24h, 0) as errors_24h,
    cast(used.errors_24h as double precision) / nullif(used.answers_24h, 0) as error_24h_ratio,
    used.p50_24h_ms,
    used.p95_24h_ms,
    coalesce(used.answers_7d, 0) as answers_7d,
    coalesce(used.errors_7d, 0) as errors_7d,
    cast(used.errors_7d as double precision) / nullif(used.answers_7d, 0) as error_7d_ratio,
    used.p50_7d_ms,
    used.p95_7d_ms
from mued.plugin_registry as plugin
full join used on used.source = plugin.source
left join earlier on earlier.source = coalesce(plugin.source, used.source)
order by plugin.source is null, 1
