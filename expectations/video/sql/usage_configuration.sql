-- One row per call at fault: it went to another model than its job's.
select usage.id
from video.ai_usage as usage
join video.generation_jobs as job on job.id = usage.job_id
where usage.configuration_id <> job.configuration_id
