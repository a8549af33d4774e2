-- One row per session at fault: its place is before the beginning of the video or, by more than a second, behind its end.
select session.id
from video.student_sessions as session
join video.videos as clip on clip.id = session.video_id
where not (session.position_seconds >= 0 and session.position_seconds <= clip.duration_seconds + 1)
