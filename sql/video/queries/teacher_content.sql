-- One row per video of the lesson in its order: starters, those who completed it, watching again, and answers at its milestones.
-- name: teacher_content(tenant, lesson_id, start, end, timezone)
with bounds as (
    select
        tenant.id as tenant_id,
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
    from video.tenants as tenant
    where tenant.slug = cast(:tenant as text)
),
listed as (
    select video.id, video.title, video.duration_seconds, row_number() over (order by used.position, held.position) as place
    from bounds
    join video.lesson_video_groups as used on used.tenant_id = bounds.tenant_id and used.lesson_id = cast(:lesson_id as uuid)
    join video.video_group_videos as held on held.video_group_id = used.video_group_id
    join video.videos as video on video.id = held.video_id
),
happened as (
    select event.video_id, event.user_id, event.event_type, event.event_data
    from bounds
    join video.analytics_events as event
        on event.tenant_id = bounds.tenant_id and event.lesson_id = cast(:lesson_id as uuid)
        and event.event_type in ('video_start', 'video_watch', 'video_completed', 'error_occurred')
        and event.occurred_at >= bounds.from_at and event.occurred_at < bounds.until_at
),
watched as (
    select
        video_id,
        count(distinct user_id) filter (where event_type <> 'error_occurred') as starters,
        count(distinct user_id) filter (where event_type = 'video_completed') as completers,
        count(*) filter (where event_type = 'video_start') as views,
        count(*) filter (where event_type = 'error_occurred') as errors,
        sum(cast(event_data ->> 'toSecond' as double precision) - cast(event_data ->> 'fromSecond' as double precision))
            filter (where event_type = 'video_watch') as seconds
    from happened
    group by video_id
),
answered as (
    select
        milestone.video_id,
        count(*) filter (where attempt.attempt_no = 1) as first_attempts,
        count(*) filter (where attempt.attempt_no = 1 and attempt.is_correct) as first_correct,
        count(*) as attempts
    from bounds
    join video.question_attempts as attempt
        on attempt.tenant_id = bounds.tenant_id and attempt.answered_at >= bounds.from_at and attempt.answered_at < bounds.until_at
    join video.questions as question on question.id = attempt.question_id
    join video.milestones as milestone on milestone.id = question.milestone_id
    join listed on listed.id = milestone.video_id
    group by milestone.video_id
)
select
    listed.id as video_id,
    listed.title as video,
    listed.duration_seconds,
    coalesce(watched.starters, 0) as starters,
    coalesce(watched.completers, 0) as completers,
    coalesce(watched.views, 0) as views,
    coalesce(watched.seconds, 0) / 60 as minutes_watched,
    coalesce(watched.errors, 0) as errors,
    coalesce(answered.first_attempts, 0) as first_attempts,
    coalesce(answered.first_correct, 0) as first_correct,
    coalesce(answered.attempts, 0) as attempts
from listed
left join watched on watched.video_id = listed.id
left join answered on answered.video_id = listed.id
order by listed.place
