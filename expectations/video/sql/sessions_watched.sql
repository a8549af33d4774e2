-- One row per session at fault: completed, and less than 95 % of the distinct seconds of its video were watched (definition E6).
-- Sessions begun in a range that was archived are left out: their events are gone.
with passage as (
    select
        user_id, video_id,
        range_agg(numrange((event_data ->> 'fromSecond')::numeric, (event_data ->> 'toSecond')::numeric)) as seen
    from video.analytics_events
    where event_type = 'video_watch' and user_id is not null
        and jsonb_typeof(event_data -> 'fromSecond') = 'number' and event_data -> 'fromSecond' <= event_data -> 'toSecond'
        and jsonb_typeof(event_data -> 'toSecond') = 'number'
    group by user_id, video_id
)
select session.id
from video.student_sessions as session
join video.videos as clip on clip.id = session.video_id
left join passage on passage.user_id = session.student_id and passage.video_id = session.video_id
where session.completed_at is not null
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
    and session.started_at >= coalesce((
        select max(until_at) from marts.sealed_range
        where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
    ), '-infinity')
    and coalesce((select sum(upper(part) - lower(part)) from unnest(passage.seen) as part), 0) < 0.95 * clip.duration_seconds
