-- One row per milestone at fault: it lies before the beginning or behind the end of its video.
select stop.id
from video.milestones as stop
join video.videos as clip on clip.id = stop.video_id
where not (stop.timestamp_seconds >= 0 and stop.timestamp_seconds <= clip.duration_seconds)
