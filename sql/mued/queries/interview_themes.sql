-- One row per theme of the interview questions asked in the period: how many, answered in words, passed over, left open, and to how many learners.
-- name: interview_themes(start, end, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as start_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as end_at
)
select
    question.theme,
    count(distinct session.user_id) as learners,
    count(*) as questions,
    count(answer.id) filter (where not answer.is_skipped) as answered,
    count(answer.id) filter (where answer.is_skipped) as skipped
from bounds
join mued.interview_questions as question on question.asked_at >= bounds.start_at and question.asked_at < bounds.end_at
join mued.sessions as session on session.id = question.session_id
left join mued.interview_answers as answer on answer.question_id = question.id
group by question.theme
order by question.theme
