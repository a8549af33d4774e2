-- One row per attempt at a question; partial credit shows in the score.
create view video.fact_attempt as
select
    attempt.id as attempt_id,
    attempt.student_id as learner_id,
    tenant.slug as tenant,
    attempt.question_id as item_id,
    milestone.video_id as skill_id,
    attempt.session_id,
    attempt.answered_at as occurred_at,
    attempt.recorded_at,
    attempt.is_correct,
    (attempt.points_earned / question.points)::double precision as score_ratio,
    attempt.response_ms,
    cast(null as double precision) as confidence,
    attempt.attempt_no
from video.question_attempts as attempt
join video.tenants as tenant on tenant.id = attempt.tenant_id
join video.questions as question on question.id = attempt.question_id
join video.milestones as milestone on milestone.id = question.milestone_id;
