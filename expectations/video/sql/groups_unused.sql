-- One row per group at fault: a week old, and no lesson uses it.
select part.id
from video.video_groups as part
where part.created_at < marts.check_as_of() - interval '7 days'
    and not exists (select from video.lesson_video_groups as link where link.video_group_id = part.id)
