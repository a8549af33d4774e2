-- One row per use at fault: group, video and use are not of one tenant.
select link.video_group_id, link.video_id
from video.video_group_videos as link
left join video.video_groups as part on part.id = link.video_group_id and part.tenant_id = link.tenant_id
left join video.videos as clip on clip.id = link.video_id and clip.tenant_id = link.tenant_id
where part.id is null or clip.id is null
