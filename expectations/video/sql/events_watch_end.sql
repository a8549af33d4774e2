-- One row per event at fault: the stretch that was watched ends more than a second behind the end of the video.
select event.id, event.occurred_at
from video.analytics_events as event
join video.videos as clip on clip.id = event.video_id
where event.event_type = 'video_watch' and event.occurred_at >= coalesce(marts.check_since(), '-infinity')
    and jsonb_typeof(event.event_data -> 'toSecond') = 'number'
    and event.event_data -> 'toSecond' > to_jsonb(least(clip.duration_seconds, 1e9) + 1)
