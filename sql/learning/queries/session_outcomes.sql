-- One row per ISO week (its Monday) and device of the sessions begun in the period: how many came to their end, and how long they were.
-- name: session_outcomes(start, end, timezone)
select
    cast(date_trunc('week', started_at at time zone cast(:timezone as text)) as date) as week,
    session_data ->> 'device' as device,
    count(*) as sessions,
    count(distinct user_id) as learners,
    count(completion_percentage) as measured,
    count(*) filter (where completion_percentage >= 100) as completed,
    avg(completion_percentage) / 100 as mean_completion,
    percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at) / 60.0) as median_minutes
from learning.learning_sessions
where
    started_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and started_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
group by week, device
order by week, device
