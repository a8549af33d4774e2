-- One row per archived UTC day at fault: the history has no row of it, or not as many answers as the rollup.
with rolled as (
    select day, sum(answers) as answers
    from marts.ai_answer_day
    where time_zone = 'UTC' and platform = 'mued'
    group by day
)
select rolled.day
from rolled
join marts.sealed_range as sealed on sealed.platform = 'mued' and sealed.fact = 'fact_ai_answer'
    and sealed.from_at <= rolled.day::timestamp at time zone 'UTC'
    and sealed.until_at >= (rolled.day + 1)::timestamp at time zone 'UTC'
left join mued.rag_metrics_history as stored on stored.date = rolled.day
where stored.answers is distinct from rolled.answers
