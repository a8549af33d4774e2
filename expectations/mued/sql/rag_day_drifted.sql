-- One row per stored day at fault: its answers give other figures now. Counts are compared exactly, cost to 0.01 JPY, the rest to a
-- thousandth. Days that wait for a rollup, that are archived, or that are not over are left out.
with answered as (
    select
        (created_at at time zone 'UTC')::date as day,
        count(*) as answers,
        count(*) filter (where error_code is not null) as errors,
        count(token_cost_jpy) as priced_answers,
        coalesce(sum(token_cost_jpy), 0) as cost_total_jpy,
        avg(citation_rate::float8) filter (where error_code is null) as citation_rate,
        avg(relevance_score::float8) filter (where error_code is null) as relevance_avg,
        percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms) filter (where error_code is null) as latency,
        count(*) filter (where user_feedback = 1) as feedback_up,
        count(*) filter (where user_feedback = 0) as feedback_zero,
        count(*) filter (where user_feedback = -1) as feedback_down
    from mued.ai_dialogue_log
    where created_at >= coalesce(date_trunc('day', marts.check_since(), 'UTC'), '-infinity')
        and created_at < date_trunc('day', marts.check_as_of(), 'UTC')
    group by 1
),
settled as (
    select answered.*
    from answered
    where not exists (
        select from marts.touched_day as touched
        where touched.platform = 'mued' and touched.fact = 'fact_ai_answer' and touched.day = answered.day
    ) and not exists (
        select from marts.sealed_range as sealed
        where sealed.platform = 'mued' and sealed.fact in ('fact_ai_answer', 'fact_citation')
            and sealed.from_at < (answered.day + 1)::timestamp at time zone 'UTC' and sealed.until_at > answered.day::timestamp at time zone 'UTC'
    )
)
select stored.id
from settled as raw
join mued.rag_metrics_history as stored on stored.date = raw.day
where (stored.answers, stored.errors, stored.priced_answers, stored.feedback_up, stored.feedback_zero, stored.feedback_down)
    is distinct from (raw.answers, raw.errors, raw.priced_answers, raw.feedback_up, raw.feedback_zero, raw.feedback_down)
    or abs(stored.cost_total_jpy - raw.cost_total_jpy) > 0.01
    or exists (
        select from (values
            (stored.citation_rate, raw.citation_rate), (stored.relevance_avg, raw.relevance_avg),
            (stored.latency_p50_ms, raw.latency[1]), (stored.latency_p95_ms, raw.latency[2]), (stored.latency_p99_ms, raw.latency[3])
        ) as figure (stored, computed)
        where (figure.stored is null) <> (figure.computed is null)
            or abs(figure.stored - figure.computed) > 0.001 * greatest(abs(figure.computed), 0.001)
    )
