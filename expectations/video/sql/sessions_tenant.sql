-- One row per session at fault: student, video and session are not of one tenant.
select session.id
from video.student_sessions as session
left join video.users as student on student.id = session.student_id and student.tenant_id = session.tenant_id
left join video.videos as clip on clip.id = session.video_id and clip.tenant_id = session.tenant_id
where student.id is null or clip.id is null
