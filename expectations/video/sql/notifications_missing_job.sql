-- One row per job at fault: it failed more than an hour ago, and no alert of its tenant came within the hour.
select job.id as job_id
from video.generation_jobs as job
where job.status = 'failed' and job.finished_at < marts.check_as_of() - interval '1 hour'
    and not exists (
        select from video.notifications as alert
        where alert.tenant_id = job.tenant_id and alert.kind = 'ai_generation_failure'
            and alert.created_at >= job.finished_at and alert.created_at <= job.finished_at + interval '1 hour'
    )
