-- One row per progress at fault: it counts more completed videos than there are, or all videos of the lesson are completed and it is not.
-- A video that lessons share may count in one of them only, so that what lies between is not judged.
with content as (
    select distinct link.lesson_id, part.video_id
    from video.lesson_video_groups as link
    join video.video_group_videos as part on part.video_group_id = link.video_group_id
    join video.videos as clip on clip.id = part.video_id and clip.status <> 'failed'
),
held as (
    select lesson_id, count(*) as videos
    from content
    group by lesson_id
),
done as (
    select session.student_id, content.lesson_id, count(*) as videos
    from video.student_sessions as session
    join content on content.video_id = session.video_id
    where session.completed_at is not null
    group by 1, 2
)
select progress.id
from video.student_progress as progress
join held on held.lesson_id = progress.lesson_id
left join done on done.student_id = progress.student_id and done.lesson_id = progress.lesson_id
where (progress.completion_percentage > 0 and done.videos is null)
    or (progress.completion_percentage < 100 and done.videos >= held.videos)
    or case jsonb_typeof(progress.details -> 'videosCompleted')
        when 'number' then (progress.details ->> 'videosCompleted')::numeric
        else 0
    end > coalesce(done.videos, 0)
