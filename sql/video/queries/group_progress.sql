-- One row per group of videos of an assigned lesson: students it is assigned to, and how many watched all, or any, of its videos to the end.
-- name: group_progress(until, tenant)
with finished as (
    select distinct user_id as student_id, video_id
    from video.analytics_events
    where event_type = 'video_completed' and user_id is not null and video_id is not null
        and occurred_at < cast(:until as timestamptz)
),
standing as (
    select
        tenant.slug as tenant,
        member.video_group_id,
        assignment.student_id,
        count(distinct member.video_id) as videos,
        count(distinct finished.video_id) as finished
    from video.lesson_assignments as assignment
    join video.tenants as tenant on tenant.id = assignment.tenant_id
    join video.lesson_video_groups as used on used.lesson_id = assignment.lesson_id
    join video.video_group_videos as member on member.video_group_id = used.video_group_id
    left join finished on finished.student_id = assignment.student_id and finished.video_id = member.video_id
    where assignment.assigned_at < cast(:until as timestamptz)
        and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
    group by tenant.slug, member.video_group_id, assignment.student_id
)
select
    standing.tenant,
    standing.video_group_id::text as video_group_id,
    grouped.title as video_group,
    max(standing.videos) as videos,
    count(*) as learners,
    count(*) filter (where standing.finished = standing.videos) as completed,
    count(*) filter (where standing.finished > 0) as begun
from standing
join video.video_groups as grouped on grouped.id = standing.video_group_id
group by standing.tenant, standing.video_group_id, grouped.title
order by standing.tenant, grouped.title, standing.video_group_id
