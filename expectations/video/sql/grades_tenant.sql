-- One row per grade at fault: student, lesson and grade are not of one tenant.
select grade.id
from video.grades as grade
left join video.users as student on student.id = grade.student_id and student.tenant_id = grade.tenant_id
left join video.lessons as lesson on lesson.id = grade.lesson_id and lesson.tenant_id = grade.tenant_id
where student.id is null or lesson.id is null
