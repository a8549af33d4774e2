-- One row per milestone of a video between two seconds, with its published questions.
-- name: milestone_lookup(video_id, from_second, to_second)
select
    milestone.id as milestone_id,
    milestone.timestamp_seconds,
    milestone.title,
    milestone.is_required,
    milestone.pass_ratio,
    milestone.retry_limit,
    milestone.branch_video_id,
    asked.questions,
    asked.points
from video.milestones as milestone
cross join lateral (
    select count(*) as questions, coalesce(sum(question.points), 0) as points
    from video.questions as question
    where question.milestone_id = milestone.id and question.status = 'published'
) as asked
where milestone.video_id = cast(:video_id as uuid)
    and milestone.timestamp_seconds >= cast(:from_second as double precision)
    and milestone.timestamp_seconds < cast(:to_second as double precision)
order by milestone.timestamp_seconds
