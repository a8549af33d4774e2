-- One row per account, type and instant at fault: the event is there more than once.
select user_id, event_type, occurred_at
from video.analytics_events
where user_id is not null and occurred_at >= coalesce(marts.check_since(), '-infinity')
group by user_id, event_type, occurred_at, video_id, milestone_id
having count(*) > 1
