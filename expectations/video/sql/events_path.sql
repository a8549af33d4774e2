-- One row per event at fault: its milestone is none of its video, or its video is in no group of its lesson.
with path as (
    select distinct link.lesson_id, part.video_id
    from video.lesson_video_groups as link
    join video.video_group_videos as part on part.video_group_id = link.video_group_id
)
select event.id, event.occurred_at
from video.analytics_events as event
left join path on path.lesson_id = event.lesson_id and path.video_id = event.video_id
left join video.milestones as stop on stop.id = event.milestone_id
where event.occurred_at >= coalesce(marts.check_since(), '-infinity')
    and (
        (event.lesson_id is not null and event.video_id is not null and path.lesson_id is null)
        or stop.video_id <> event.video_id
    )
