-- One row per video at fault: ready for a week, and in no group.
select clip.id
from video.videos as clip
where clip.status = 'ready'
    and clip.updated_at < marts.check_as_of() - interval '7 days'
    and not exists (select from video.video_group_videos as part where part.video_id = clip.id)
