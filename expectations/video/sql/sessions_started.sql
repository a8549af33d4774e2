-- One row per student and video at fault: the player reported a start and there is no session, or the other way round.
-- Sessions begun before the first event, or in a range that was archived, are left out: their events are gone.
with begun as (
    select event.user_id, event.video_id
    from video.analytics_events as event
    join video.users as student on student.id = event.user_id and student.role = 'student'
    where event.event_type = 'video_start' and event.occurred_at >= coalesce(marts.check_since(), '-infinity')
    group by 1, 2
),
held as (
    select session.student_id, session.video_id
    from video.student_sessions as session
    join video.users as student on student.id = session.student_id and student.role = 'student'
    where session.started_at >= (select min(occurred_at) from video.analytics_events)
        and session.started_at >= coalesce(marts.check_since(), '-infinity')
        and session.started_at >= coalesce((
            select max(until_at) from marts.sealed_range
            where platform = 'video' and fact in ('fact_activity', 'fact_session', 'fact_watch')
        ), '-infinity')
)
select begun.user_id as student_id, begun.video_id
from begun
left join video.student_sessions as session on session.student_id = begun.user_id and session.video_id = begun.video_id
where session.id is null
union all
select held.student_id, held.video_id
from held
left join begun on begun.user_id = held.student_id and begun.video_id = held.video_id
where begun.user_id is null
