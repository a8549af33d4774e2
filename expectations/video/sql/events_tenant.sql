-- One row per event at fault: account, lesson, video, milestone and event are not of one tenant.
select event.id, event.occurred_at
from video.analytics_events as event
left join video.users as account on account.id = event.user_id and account.tenant_id = event.tenant_id
left join video.lessons as lesson on lesson.id = event.lesson_id and lesson.tenant_id = event.tenant_id
left join video.videos as clip on clip.id = event.video_id and clip.tenant_id = event.tenant_id
left join video.milestones as stop on stop.id = event.milestone_id and stop.tenant_id = event.tenant_id
where event.occurred_at >= coalesce(marts.check_since(), '-infinity')
    and (
        (event.user_id is not null and account.id is null)
        or (event.lesson_id is not null and lesson.id is null)
        or (event.video_id is not null and clip.id is null)
        or (event.milestone_id is not null and stop.id is null)
    )
