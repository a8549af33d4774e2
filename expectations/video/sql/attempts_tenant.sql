-- One row per attempt at fault: student, question and attempt are not of one tenant.
select attempt.id
from video.question_attempts as attempt
left join video.users as student on student.id = attempt.student_id and student.tenant_id = attempt.tenant_id
left join video.questions as question on question.id = attempt.question_id and question.tenant_id = attempt.tenant_id
where student.id is null or question.id is null
