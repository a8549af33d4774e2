-- One row per question, option chosen and whether it counts as right: how often it was the first answer, and how able those who chose it are.
-- name: choices(until, tenant)
with first_answer as (
    select attempt.student_id, attempt.question_id, attempt.answer ->> 'choice' as choice, attempt.is_correct
    from video.question_attempts as attempt
    join video.tenants as tenant on tenant.id = attempt.tenant_id
    where attempt.attempt_no = 1
        and attempt.answered_at < cast(:until as timestamptz)
        and (cast(:tenant as text) is null or tenant.slug = cast(:tenant as text))
),
rested as (
    select
        *,
        (sum(is_correct::integer) over (partition by student_id) - is_correct::integer)
        / nullif(count(*) over (partition by student_id) - 1, 0)::double precision as rest_share
    from first_answer
)
select
    question_id::text as item_id,
    choice,
    is_correct,
    count(*) as learners,
    sum(rest_share) as rest_sum,
    sum(rest_share * rest_share) as rest_square_sum
from rested
where choice is not null and rest_share is not null
group by question_id, choice, is_correct
order by question_id, choice, is_correct
