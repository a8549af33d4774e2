-- One row per call at fault: before its job was asked for, or after it ended. Jobs that end before they begin are left out.
select usage.id
from video.ai_usage as usage
join video.generation_jobs as job on job.id = usage.job_id
where coalesce(job.finished_at >= job.requested_at, true)
    and (usage.occurred_at < job.requested_at or usage.occurred_at > job.finished_at)
