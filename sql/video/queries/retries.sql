-- One row per milestone answered before the cut-off: students, how many passed it, how many used up their attempts without, points in part.
-- name: retries(until, tenant)
with question_result as (
    select
        tenant.slug as tenant,
        milestone.id as milestone_id,
        attempt.student_id,
        question.points,
        milestone.pass_ratio,
        milestone.retry_limit,
        count(*) as attempts,
        count(*) filter (where attempt.points_earned > 0 and attempt.points_earned < question.points) as partial_attempts,
        max(attempt.points_earned) as best_points
    from video.question_attempts as attempt
    join video.questions as question on question.id = attempt.question_id
    join video.milestones as milestone on milestone.id = question.milestone_id
    join video.tenants as tenant on tenant.id = attempt.tenant_id
    where attempt.answered_at < cast(:until as timestamptz)
        and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
    group by tenant.slug, milestone.id, attempt.student_id, question.id
),
standing as (
    select
        tenant, milestone_id, student_id, retry_limit,
        sum(attempts) as attempts,
        sum(partial_attempts) as partial_attempts,
        max(attempts) >= retry_limit as is_at_limit,
        sum(best_points) >= pass_ratio * sum(points) as is_passed
    from question_result
    group by tenant, milestone_id, student_id, retry_limit, pass_ratio
)
select
    standing.tenant,
    milestone.id::text as milestone_id,
    milestone.title as milestone,
    video.title as video,
    standing.retry_limit,
    count(*) as learners,
    count(*) filter (where is_passed) as passed,
    count(*) filter (where is_at_limit and not is_passed) as exhausted,
    cast(sum(attempts) as bigint) as attempts,
    cast(sum(partial_attempts) as bigint) as partial_attempts
from standing
join video.milestones as milestone on milestone.id = standing.milestone_id
join video.videos as video on video.id = milestone.video_id
group by standing.tenant, milestone.id, milestone.title, video.title, standing.retry_limit
order by standing.tenant, video.title, milestone.timestamp_seconds, milestone.id
