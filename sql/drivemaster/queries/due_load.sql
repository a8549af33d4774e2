-- One row per UTC day from the day asked for on, and one without a day for what is overdue before it: reviews due of active learners.
-- name: due_load(on, days)
with due as (
    select cast(state.due_at at time zone 'UTC' as date) as day, count(*) as reviews, count(distinct state.user_id) as learners
    from drivemaster.knowledge_states as state
    join drivemaster.users as learner on learner.id = state.user_id and learner.is_active
    where
        state.due_at >= cast(cast(:on as date) as timestamp) at time zone 'UTC'
        and state.due_at < cast(cast(:on as date) + cast(:days as integer) as timestamp) at time zone 'UTC'
    group by 1
)
select
    cast(null as date) as day,
    count(*) as reviews,
    count(distinct state.user_id) as learners
from drivemaster.knowledge_states as state
join drivemaster.users as learner on learner.id = state.user_id and learner.is_active
where state.due_at < cast(cast(:on as date) as timestamp) at time zone 'UTC'
union all
select cast(calendar.day as date) as day, coalesce(due.reviews, 0) as reviews, coalesce(due.learners, 0) as learners
from generate_series(0, cast(:days as integer) - 1) as ahead (number)
cross join lateral (select cast(:on as date) + ahead.number as day) as calendar
left join due on due.day = calendar.day
order by day nulls first
