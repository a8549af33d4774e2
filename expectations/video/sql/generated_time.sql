-- One row per question at fault: it was there before its job was asked for.
select made.question_id
from video.generated_questions as made
join video.generation_jobs as job on job.id = made.job_id
join video.questions as question on question.id = made.question_id
where question.created_at < job.requested_at
