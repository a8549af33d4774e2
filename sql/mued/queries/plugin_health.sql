-- One row per registered plugin: its stated health beside what its answers in the period say.
-- name: plugin_health(start, end, timezone)
with period as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
),
answer as (
    select source, count(*) as answers, count(*) filter (where is_error) as errors, max(occurred_at) as last_answer_at
    from marts.fact_ai_answer cross join period
    where platform = 'mued' and occurred_at >= from_at and occurred_at < until_at
    group by source
)
select
    plugin.name, plugin.source, plugin.version, plugin.enabled, plugin.health_status, plugin.last_health_check,
    coalesce(answer.answers, 0) as answers,
    coalesce(answer.errors, 0) as errors,
    answer.last_answer_at
from mued.plugin_registry as plugin
left join answer on answer.source = plugin.source
order by plugin.source
