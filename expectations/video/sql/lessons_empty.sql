-- One row per lesson at fault: published, and no video in it is ready.
select lesson.id
from video.lessons as lesson
where lesson.status = 'published'
    and not exists (
        select
        from video.lesson_video_groups as link
        join video.video_group_videos as part on part.video_group_id = link.video_group_id
        join video.videos as clip on clip.id = part.video_id
        where link.lesson_id = lesson.id and clip.status not in ('processing', 'failed')
    )
