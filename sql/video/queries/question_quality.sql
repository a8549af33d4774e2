-- One row per question with first attempts in the period: how many were right, and whether the stronger students did better.
-- name: question_quality(start, end, tenant, timezone)
with first_tries as (
    select attempt.tenant_id, attempt.question_id, attempt.student_id, attempt.is_correct
    from video.question_attempts as attempt
    join video.tenants as tenant on tenant.id = attempt.tenant_id
    where attempt.attempt_no = 1
        and attempt.answered_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
        and attempt.answered_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
        and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
),
rested as (
    select
        first_tries.*,
        cast(sum(cast(is_correct as integer)) over mine - cast(is_correct as integer) as double precision)
            / nullif(count(*) over mine - 1, 0) as rest_score
    from first_tries
    window mine as (partition by student_id)
)
select
    tenant.slug as tenant,
    question.id as question_id,
    question.question_type,
    question.prompt,
    question.origin,
    count(*) as first_attempts,
    count(*) filter (where rested.is_correct) as correct,
    corr(cast(rested.is_correct as integer), rested.rest_score) as discrimination
from rested
join video.questions as question on question.id = rested.question_id
join video.tenants as tenant on tenant.id = rested.tenant_id
group by tenant.slug, question.id, question.question_type, question.prompt, question.origin
order by discrimination nulls last, question.id
