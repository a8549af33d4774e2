-- One row per session at fault: a milestone that it calls passed is none of its video.
select distinct session.id
from video.student_sessions as session
cross join lateral jsonb_array_elements_text(
    case jsonb_typeof(session.completed_milestones) when 'array' then session.completed_milestones else '[]' end
) as passed (milestone_id)
left join video.milestones as stop on stop.id::text = passed.milestone_id and stop.video_id = session.video_id
where stop.id is null
