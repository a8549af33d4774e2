-- One row per tenant and day of the period: students who could learn and those who did (definition E1), and minutes watched.
-- name: engagement_daily(start, end, tenant, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
),
chosen as (
    select id, slug from video.tenants where cast(:tenant as text) is null or slug = cast(:tenant as text)
),
learnt as (
    select
        event.tenant_id,
        cast(event.occurred_at at time zone cast(:timezone as text) as date) as day,
        event.user_id as student_id,
        case when event.event_type = 'video_watch' then
            cast(event.event_data ->> 'toSecond' as double precision) - cast(event.event_data ->> 'fromSecond' as double precision)
        end as seconds
    from video.analytics_events as event, bounds
    where event.occurred_at >= bounds.from_at and event.occurred_at < bounds.until_at
        and event.event_type in ('video_start', 'video_watch', 'milestone_reached', 'video_completed', 'lesson_completed')
    union all
    select attempt.tenant_id, cast(attempt.answered_at at time zone cast(:timezone as text) as date), attempt.student_id, null
    from video.question_attempts as attempt, bounds
    where attempt.answered_at >= bounds.from_at and attempt.answered_at < bounds.until_at
),
active as (
    select learnt.tenant_id, learnt.day, count(distinct learnt.student_id) as students, coalesce(sum(learnt.seconds), 0) / 60 as minutes
    from learnt join video.users as account on account.id = learnt.student_id and account.role = 'student'
    group by learnt.tenant_id, learnt.day
),
days as (
    select cast(day as date) as day
    from generate_series(cast(:start as date), cast(:end as date) - 1, interval '1 day') as day
)
select
    chosen.slug as tenant,
    days.day,
    (
        select count(*) from video.users as account
        where account.tenant_id = chosen.id and account.role = 'student'
            and account.created_at < cast(days.day + 1 as timestamp) at time zone cast(:timezone as text)
            and (account.deleted_at is null or account.deleted_at >= cast(days.day as timestamp) at time zone cast(:timezone as text))
    ) as students,
    coalesce(active.students, 0) as active_students,
    coalesce(active.minutes, 0) as minutes_watched
from chosen cross join days
left join active on active.tenant_id = chosen.id and active.day = days.day
order by chosen.slug, days.day
