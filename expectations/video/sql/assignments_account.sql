-- One row per assignment at fault: given before the student's account was there, or after it was closed.
select given.lesson_id, given.student_id
from video.lesson_assignments as given
join video.users as student on student.id = given.student_id
where given.assigned_at < student.created_at or given.assigned_at > student.deleted_at
