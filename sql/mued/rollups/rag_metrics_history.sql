-- One row per UTC day with answers: exact percentiles (definition Q1), cost per priced answer (Q3), and for each objective
-- whether the day met its target (S1, Timeslices); null where nothing counted.
-- name: rag_metrics_history(targets)
insert into mued.rag_metrics_history (
    date, answers, errors, priced_answers, citation_rate, latency_p50_ms, latency_p95_ms, latency_p99_ms, cost_total_jpy, cost_per_answer,
    relevance_avg, feedback_up, feedback_zero, feedback_down, slo_compliance)
with answer as (
    select d.day,
           count(*) as answers,
           count(*) filter (where f.is_error) as errors,
           count(f.cost_jpy) as priced,
           coalesce(sum(f.cost_jpy), 0) as cost_jpy,
           round(sum(cast(f.citation_rate_pct as numeric)) filter (where not f.is_error)
               / nullif(count(f.citation_rate_pct) filter (where not f.is_error), 0), 6) as citation_rate,
           round(sum(cast(f.relevance_score as numeric)) filter (where not f.is_error)
               / nullif(count(f.relevance_score) filter (where not f.is_error), 0), 6) as relevance,
           percentile_cont(array[0.5, 0.95, 0.99]) within group (order by f.latency_ms) filter (where not f.is_error) as p,
           count(*) filter (where f.feedback = 1) as up,
           count(*) filter (where f.feedback = 0) as zero,
           count(*) filter (where f.feedback = -1) as down
    from batch_fact_ai_answer as f
    join batch_day as d on d.day = cast(f.occurred_at at time zone 'UTC' as date)
    where d.time_zone = 'UTC' and not d.sealed
    group by d.day
),
compliance as (
    select d.day, t.slo, sum(s.good) >= cast(t.target as numeric) * sum(s.total) as met
    from batch_day as d
    cross join jsonb_each_text(cast(:targets as jsonb)) as t(slo, target)
    left join marts.slo_slice as s on s.platform = 'mued' and s.slo = t.slo and s.slot >= d.from_at and s.slot < d.until_at
    where d.time_zone = 'UTC' and not d.sealed
    group by d.day, t.slo, t.target
)
select a.day, a.answers, a.errors, a.priced, a.citation_rate, a.p[1], a.p[2], a.p[3], a.cost_jpy, a.cost_jpy / nullif(a.priced, 0),
       a.relevance, a.up, a.zero, a.down,
       coalesce((select jsonb_object_agg(c.slo, c.met order by c.slo) from compliance as c where c.day = a.day), '{}')
from answer as a
