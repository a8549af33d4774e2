-- One row per stored day at fault: it counts answers, none is there any more, and no archive has sealed the day.
with answered as (
    select distinct (created_at at time zone 'UTC')::date as day
    from mued.ai_dialogue_log
)
select stored.id
from mued.rag_metrics_history as stored
left join answered on answered.day = stored.date
where stored.answers > 0 and answered.day is null
    and not exists (
        select from marts.touched_day as touched
        where touched.platform = 'mued' and touched.fact = 'fact_ai_answer' and touched.day = stored.date
    ) and not exists (
        select from marts.sealed_range as sealed
        where sealed.platform = 'mued' and sealed.fact in ('fact_ai_answer', 'fact_citation')
            and sealed.from_at < (stored.date + 1)::timestamp at time zone 'UTC' and sealed.until_at > stored.date::timestamp at time zone 'UTC'
    )
