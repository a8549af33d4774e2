-- One row per call at fault: model, job, account and call are not of one tenant.
select usage.id
from video.ai_usage as usage
left join video.ai_configurations as configuration
    on configuration.id = usage.configuration_id and configuration.tenant_id = usage.tenant_id
left join video.generation_jobs as job on job.id = usage.job_id and job.tenant_id = usage.tenant_id
left join video.users as account on account.id = usage.user_id and account.tenant_id = usage.tenant_id
where configuration.id is null
    or (usage.job_id is not null and job.id is null)
    or (usage.user_id is not null and account.id is null)
