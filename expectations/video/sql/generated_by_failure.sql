-- One row per question at fault: the job that made it failed, was cancelled, or has not begun.
select made.question_id
from video.generated_questions as made
join video.generation_jobs as job on job.id = made.job_id
where job.status in ('failed', 'cancelled', 'queued')
