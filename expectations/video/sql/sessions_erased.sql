-- One row per session at fault: its student closed the account more than 30 days ago, and it still tells the device.
select seen.id
from video.check_student_sessions as seen
join video.users as student on student.id = seen.student_id
where seen.has_device and student.deleted_at < marts.check_as_of() - interval '30 days'
