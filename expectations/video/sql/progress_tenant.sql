-- One row per progress at fault: student, lesson and progress are not of one tenant.
select progress.id
from video.student_progress as progress
left join video.users as student on student.id = progress.student_id and student.tenant_id = progress.tenant_id
left join video.lessons as lesson on lesson.id = progress.lesson_id and lesson.tenant_id = progress.tenant_id
where student.id is null or lesson.id is null
