-- One row per assignment at fault: lesson, student, teacher and assignment are not of one tenant.
select given.lesson_id, given.student_id
from video.lesson_assignments as given
left join video.lessons as lesson on lesson.id = given.lesson_id and lesson.tenant_id = given.tenant_id
left join video.users as student on student.id = given.student_id and student.tenant_id = given.tenant_id
left join video.users as teacher on teacher.id = given.assigned_by and teacher.tenant_id = given.tenant_id
where lesson.id is null or student.id is null or (given.assigned_by is not null and teacher.id is null)
