-- One row per session at fault: of the milestones of its video, it calls others passed than the player reported.
-- Sessions begun in a range that was archived are left out: their events are gone.
with judged as (
    select session.id, session.student_id, session.video_id, session.completed_milestones
    from video.student_sessions as session
    where session.started_at >= coalesce((
        select max(until_at) from marts.sealed_range
        where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
    ), '-infinity')
        and session.started_at >= coalesce(marts.check_since(), '-infinity')
),
said as (
    select judged.student_id, stop.id as milestone_id, judged.id as session_id
    from judged
    cross join lateral jsonb_array_elements_text(
        case jsonb_typeof(judged.completed_milestones) when 'array' then judged.completed_milestones else '[]' end
    ) as passed (milestone_id)
    join video.milestones as stop on stop.id::text = passed.milestone_id and stop.video_id = judged.video_id
),
reported as (
    select event.user_id as student_id, event.milestone_id, judged.id as session_id
    from video.analytics_events as event
    join video.milestones as stop on stop.id = event.milestone_id
    join judged on judged.student_id = event.user_id and judged.video_id = stop.video_id
    where event.event_type = 'milestone_reached'
    group by 1, 2, 3
)
select distinct coalesce(said.session_id, reported.session_id) as id
from said
full join reported on reported.session_id = said.session_id and reported.milestone_id = said.milestone_id
where said.session_id is null or reported.session_id is null
