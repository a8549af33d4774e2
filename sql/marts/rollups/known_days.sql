-- One row per platform: first UTC day and the day after the last that have raw rows or stored rollups; empty without either.
-- name: known_days(platform)
select min(first) as first, max(last) as last
from (
    select cast(min(occurred_at) at time zone 'UTC' as date) as first, cast(max(occurred_at) at time zone 'UTC' as date) + 1 as last
    from marts.fact_ai_answer
    where platform = cast(:platform as text)
    union all
    select min(day) - 1, max(day) + 2 from marts.ai_answer_day where platform = cast(:platform as text)
) as known
