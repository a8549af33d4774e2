-- One row per number of days since the learner last practised a concept: first answers of a day to it, and the right ones.
-- Days are those of UTC, as the schedule counts them. The practice before may lie before the period.
-- name: review_recall(start, end)
with daily as (
    select distinct on (user_id, concept_id, cast("timestamp" at time zone 'UTC' as date))
        user_id,
        concept_id,
        cast("timestamp" at time zone 'UTC' as date) as day,
        (response_data -> 'isCorrect')::boolean as is_correct
    from drivemaster.learning_events
    where event_type = 'question_answered' and "timestamp" < cast(cast(:end as date) as timestamp) at time zone 'UTC'
    order by user_id, concept_id, cast("timestamp" at time zone 'UTC' as date), "timestamp"
),
spaced as (
    select day, is_correct, day - lag(day) over (partition by user_id, concept_id order by day) as interval_days
    from daily
)
select interval_days, count(*) as reviews, count(*) filter (where is_correct) as recalled
from spaced
where interval_days is not null and day >= cast(:start as date)
group by interval_days
order by interval_days
