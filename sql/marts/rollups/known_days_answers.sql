-- One row per calendar month of UTC that has raw rows or stored rollups: its first day with some, and the day after its last.
-- Months without any are stepped over, so that a stray row of another century costs one batch.
-- name: known_days_answers(platform)
with recursive step as (
    select min(occurred_at) as at
    from marts.fact_ai_answer
    where platform = cast(:platform as text)
    union all
    select (
        select min(f.occurred_at)
        from marts.fact_ai_answer as f
        where f.platform = cast(:platform as text)
          and f.occurred_at >= (date_trunc('month', s.at at time zone 'UTC') + interval '1 month') at time zone 'UTC'
    )
    from step as s
    where s.at is not null
),
known as (
    select cast(at at time zone 'UTC' as date) as first,
           (
               select cast(max(f.occurred_at) at time zone 'UTC' as date)
               from marts.fact_ai_answer as f
               where f.platform = cast(:platform as text)
                 and f.occurred_at >= s.at
                 and f.occurred_at < (date_trunc('month', s.at at time zone 'UTC') + interval '1 month') at time zone 'UTC'
           ) as last
    from step as s
    where at is not null
    union all
    select min(day), max(day)
    from marts.ai_answer_day
    where platform = cast(:platform as text) and time_zone = 'UTC'
    group by date_trunc('month', cast(day as timestamp))
)
select min(first) as first, max(last) + 1 as last
from known
group by date_trunc('month', cast(first as timestamp))
order by 1
