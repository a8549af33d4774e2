-- One row per assignment at fault: a student gave it.
select given.lesson_id, given.student_id
from video.lesson_assignments as given
join video.users as teacher on teacher.id = given.assigned_by
where teacher.role = 'student'
