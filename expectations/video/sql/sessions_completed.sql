-- One row per session at fault: it is completed and no completion was reported, or the other way round.
-- Sessions begun in a range that was archived are left out: their events are gone.
select session.id
from video.student_sessions as session
left join (
    select user_id, video_id
    from video.analytics_events
    where event_type = 'video_completed' and user_id is not null
    group by user_id, video_id
) as reported on reported.user_id = session.student_id and reported.video_id = session.video_id
where (session.completed_at is null) <> (reported.user_id is null)
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
    and session.started_at >= coalesce((
        select max(until_at) from marts.sealed_range
        where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
    ), '-infinity')
