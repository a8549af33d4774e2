-- One row per job at fault: it succeeded making questions, and no call of a model for it did.
select job.id
from video.generation_jobs as job
where job.status = 'succeeded' and job.generated_count > 0
    and not exists (select from video.ai_usage as usage where usage.job_id = job.id and usage.error_code is null)
