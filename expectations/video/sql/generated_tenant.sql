-- One row per question at fault: it and its job are not of the tenant that is said.
select made.question_id
from video.generated_questions as made
left join video.generation_jobs as job on job.id = made.job_id and job.tenant_id = made.tenant_id
left join video.questions as question on question.id = made.question_id and question.tenant_id = made.tenant_id
where job.id is null or question.id is null
