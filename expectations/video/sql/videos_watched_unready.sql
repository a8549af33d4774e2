-- One row per video at fault: it is processed or failed, and students are in it.
select clip.id
from video.videos as clip
where clip.status in ('processing', 'failed')
    and exists (select from video.student_sessions as session where session.video_id = clip.id)
