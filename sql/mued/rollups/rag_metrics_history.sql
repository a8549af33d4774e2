-- One row per UTC day with answers: exact percentiles (definition Q1), cost per priced answer (Q3, S7), and for each objective
-- whether the day met its target (S1, Timeslices); null where nothing counted.
-- name: rag_metrics_history(targets)!
insert into mued.rag_metrics_history (
    date, answers, errors, priced_answers, citation_rate, latency_p50_ms, latency_p95_ms, latency_p99_ms, cost_total_jpy, cost_per_answer,
    relevance_avg, feedback_up, feedback_zero, feedback_down, slo_compliance)
with due as (
    select day from batch_day where time_zone = 'UTC' and not sealed
),
answer as (
    select r.day, sum(r.answers) as answers, sum(r.errors) as errors, sum(r.priced) as priced, sum(r.cost_jpy) as cost_jpy,
           sum(r.citation_rate_sum) / nullif(sum(r.citation_rate_count), 0) as citation_rate,
           sum(r.relevance_sum) / nullif(sum(r.relevance_count), 0) as relevance,
           sum(r.feedback_up) as up, sum(r.feedback_zero) as zero, sum(r.feedback_down) as down
    from due
    join marts.ai_answer_day as r on r.time_zone = 'UTC' and r.platform = 'mued' and r.day = due.day
    group by r.day
),
compliance as (
    select due.day, jsonb_object_agg(t.slo, s.good >= cast(t.target as numeric) * s.total order by t.slo) as flags
    from due
    cross join jsonb_each_text(cast(:targets as jsonb)) as t(slo, target)
    left join marts.slo_slice as s on s.platform = 'mued' and s.day = due.day and s.slo = t.slo and s.tenant = '*' and s.model = '*'
    group by due.day
)
select a.day, a.answers, a.errors, a.priced, a.citation_rate, l.p50_ms, l.p95_ms, l.p99_ms, a.cost_jpy, a.cost_jpy / nullif(a.priced, 0),
       a.relevance, a.up, a.zero, a.down, coalesce(c.flags, '{}')
from answer as a
left join marts.ai_answer_latency as l
  on l.time_zone = 'UTC' and l.platform = 'mued' and l.day = a.day and l.tenant = '*' and l.model = '*' and l.source = '*'
left join compliance as c on c.day = a.day
