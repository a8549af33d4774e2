-- One row per job at fault: video, model, teacher and job are not of one tenant.
select job.id
from video.generation_jobs as job
left join video.videos as clip on clip.id = job.video_id and clip.tenant_id = job.tenant_id
left join video.ai_configurations as configuration on configuration.id = job.configuration_id and configuration.tenant_id = job.tenant_id
left join video.users as teacher on teacher.id = job.requested_by and teacher.tenant_id = job.tenant_id
where clip.id is null or configuration.id is null or teacher.id is null
