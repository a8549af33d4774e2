-- One row per milestone at fault: its video, or the one it leads to, is not of its tenant.
select stop.id
from video.milestones as stop
left join video.videos as clip on clip.id = stop.video_id and clip.tenant_id = stop.tenant_id
left join video.videos as branch on branch.id = stop.branch_video_id and branch.tenant_id = stop.tenant_id
where clip.id is null or (stop.branch_video_id is not null and branch.id is null)
