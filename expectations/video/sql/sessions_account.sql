-- One row per session at fault: begun before the student had the account, or seen after it was closed.
select session.id
from video.student_sessions as session
join video.users as student on student.id = session.student_id
where session.started_at < student.created_at or session.last_seen_at > student.deleted_at
