-- One row per UTC day at fault: it is over and has answers, and the history has no row of it. Days that wait for a rollup, or that are
-- archived, are left out.
with answered as (
    select distinct (created_at at time zone 'UTC')::date as day
    from mued.ai_dialogue_log
    where created_at >= coalesce(date_trunc('day', marts.check_since(), 'UTC'), '-infinity')
        and created_at < date_trunc('day', marts.check_as_of(), 'UTC')
)
select answered.day
from answered
left join mued.rag_metrics_history as stored on stored.date = answered.day
where stored.id is null
    and not exists (
        select from marts.touched_day as touched
        where touched.platform = 'mued' and touched.fact = 'fact_ai_answer' and touched.day = answered.day
    ) and not exists (
        select from marts.sealed_range as sealed
        where sealed.platform = 'mued' and sealed.fact in ('fact_ai_answer', 'fact_citation')
            and sealed.from_at < (answered.day + 1)::timestamp at time zone 'UTC' and sealed.until_at > answered.day::timestamp at time zone 'UTC'
    )
