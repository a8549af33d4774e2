-- One row per account and video at fault: something was learnt in it before it was first started.
-- Whoever began in a range that was archived is left out: the start may be gone.
with gone as (
    select greatest(coalesce(max(until_at), '-infinity'), coalesce(marts.check_since(), '-infinity')) as until_at
    from marts.sealed_range
    where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
)
select user_id, video_id
from video.analytics_events
where event_type in ('video_start', 'video_watch', 'video_completed', 'milestone_reached', 'question_attempt')
    and user_id is not null and video_id is not null
group by user_id, video_id
having min(occurred_at) >= (select until_at from gone)
    and min(occurred_at) < coalesce(min(occurred_at) filter (where event_type = 'video_start'), 'infinity')
