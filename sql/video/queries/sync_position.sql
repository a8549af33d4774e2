-- One row per video a student has open, the one seen last first: where to go on, on whatever device.
-- name: sync_position(student_id)
select
    session.video_id,
    video.title as video,
    session.position_seconds,
    video.duration_seconds,
    session.device_info ->> 'type' as last_device,
    session.last_seen_at,
    jsonb_array_length(session.completed_milestones) as milestones_passed
from video.student_sessions as session
join video.videos as video on video.id = session.video_id
where session.student_id = cast(:student_id as uuid) and session.is_active
order by session.last_seen_at desc, session.video_id
