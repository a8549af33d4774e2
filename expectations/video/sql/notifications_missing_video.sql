-- One row per tenant at fault: more videos of it failed than it had alerts.
select clip.tenant_id
from video.videos as clip
left join (
    select tenant_id, count(*) as alerts
    from video.notifications
    where kind = 'video_processing_error'
    group by tenant_id
) as told on told.tenant_id = clip.tenant_id
where clip.status = 'failed'
group by clip.tenant_id, told.alerts
having count(*) > coalesce(told.alerts, 0)
