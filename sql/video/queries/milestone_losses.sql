-- One row per milestone reached in the period: how many students stopped there, went on after it, and answered its questions at first try.
-- name: milestone_losses(tenant, start, end, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        least(
            cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text), cast('{as_of}' as timestamptz)
        ) as until_at
),
reached as (
    select event.tenant_id, event.milestone_id, event.user_id, min(event.occurred_at) as reached_at
    from bounds
    join video.analytics_events as event
        on event.event_type = 'milestone_reached' and event.occurred_at >= bounds.from_at and event.occurred_at < bounds.until_at
    join video.users as account on account.id = event.user_id and account.role = 'student'
    where event.recorded_at < cast('{as_of}' as timestamptz) and event.milestone_id is not null
    group by event.tenant_id, event.milestone_id, event.user_id
),
watched as (
    select event.video_id, event.user_id, event.occurred_at, cast(event.event_data ->> 'toSecond' as double precision) as to_second
    from bounds
    join video.analytics_events as event
        on event.event_type = 'video_watch' and event.occurred_at >= bounds.from_at and event.occurred_at < bounds.until_at
    where event.recorded_at < cast('{as_of}' as timestamptz)
),
onward as (
    select reached.milestone_id, count(distinct reached.user_id) as went_on
    from reached
    join video.milestones as stop on stop.id = reached.milestone_id
    join watched
        on watched.video_id = stop.video_id and watched.user_id = reached.user_id
        and watched.occurred_at >= reached.reached_at and watched.to_second > stop.timestamp_seconds + 1
    group by reached.milestone_id
),
tried as (
    select
        question.milestone_id,
        count(distinct attempt.student_id) as answerers,
        count(*) as first_attempts,
        count(*) filter (where attempt.is_correct) as first_correct
    from bounds
    join video.question_attempts as attempt
        on attempt.attempt_no = 1 and attempt.answered_at >= bounds.from_at and attempt.answered_at < bounds.until_at
    join video.questions as question on question.id = attempt.question_id
    where attempt.recorded_at < cast('{as_of}' as timestamptz)
    group by question.milestone_id
)
select
    tenant.slug as tenant,
    stop.video_id,
    video.title as video,
    cast(video.duration_seconds as double precision) as duration_seconds,
    stop.id as milestone_id,
    stop.title as milestone,
    stop.timestamp_seconds,
    count(*) as reached,
    coalesce(max(onward.went_on), 0) as went_on,
    coalesce(max(tried.answerers), 0) as answerers,
    coalesce(max(tried.first_attempts), 0) as first_attempts,
    coalesce(max(tried.first_correct), 0) as first_correct
from reached
join video.milestones as stop on stop.id = reached.milestone_id
join video.videos as video on video.id = stop.video_id
join video.tenants as tenant on tenant.id = reached.tenant_id
left join onward on onward.milestone_id = stop.id
left join tried on tried.milestone_id = stop.id
where cast(:tenant as text) is null or tenant.slug = cast(:tenant as text)
group by tenant.slug, stop.video_id, video.title, video.duration_seconds, stop.id, stop.title, stop.timestamp_seconds
order by reached desc, stop.video_id, stop.timestamp_seconds
