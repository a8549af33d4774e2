-- One row per calendar month of UTC that has raw rows or stored rollups: its first day with some, and the day after its last.
-- name: known_days_activity(platform)
with known as (
    select cast(occurred_at at time zone 'UTC' as date) as day
    from "{platform}".fact_activity
    group by 1
    union
    select cast(started_at at time zone 'UTC' as date)
    from marts.fact_session
    where platform = cast(:platform as text)
    group by 1
    union
    select day
    from marts.learner_day
    where platform = cast(:platform as text) and time_zone = 'UTC'
)
select min(day) as first, max(day) + 1 as last
from known
group by date_trunc('month', cast(day as timestamp))
order by 1
