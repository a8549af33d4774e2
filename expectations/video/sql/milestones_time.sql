-- One row per milestone at fault: it was there before its video.
select stop.id
from video.milestones as stop
join video.videos as clip on clip.id = stop.video_id
where stop.created_at < clip.created_at
