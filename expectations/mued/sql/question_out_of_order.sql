-- One row per question at fault: one with an earlier place was asked after it.
select id
from (
    select
        id, asked_at,
        max(asked_at) over (partition by session_id order by position rows between unbounded preceding and 1 preceding) as before
    from mued.interview_questions
) as question
where asked_at < before
