-- One row per ISO week (its Monday) of lessons that start in the period and outcome of their bookings: bookings, and students behind them.
-- Rows without a week are of the whole period.
-- name: lesson_weeks(start, end, timezone)
select
    cast(date_trunc('week', starts_at at time zone cast(:timezone as text)) as date) as week,
    status as outcome,
    count(*) as bookings,
    count(distinct student_id) as learners
from mued.reservations
where
    starts_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and starts_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
    and booked_at < cast('{as_of}' as timestamptz)
group by grouping sets ((1, 2), (2))
order by 1, 2
