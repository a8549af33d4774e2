-- One row per learner and week (UTC, its Monday) at fault: there were answers more than nine days ago, and no weekly accuracy was noted in
-- the eight days after them. Judged for learners who have weekly accuracies, over the five years for which they are kept.
with weekly as (
    select user_id, recorded_at
    from learning.progress_metrics
    where metric_type = 'accuracy' and time_period = 'weekly'
),
line as (
    select user_id, created_at as at, cast(null as timestamptz) as noted
    from learning.interactions
    where interaction_type = 'answer' and created_at >= marts.check_as_of() - interval '5 years'
    union all
    select user_id, recorded_at, recorded_at from weekly
),
followed as (
    select user_id, at, noted, min(noted) over (partition by user_id order by at desc) as next_noted
    from line
)
select distinct user_id, cast(date_trunc('week', at at time zone 'UTC') as date) as week
from followed
where noted is null
    and at < marts.check_as_of() - interval '9 days'
    and coalesce(next_noted > at + interval '8 days', true)
    and user_id in (select user_id from weekly)
