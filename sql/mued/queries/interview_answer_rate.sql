-- One row per theme of interview questions asked in the period: how many were answered, skipped or left open, and how fast.
-- name: interview_answer_rate(start, end, timezone)
select
    question.theme,
    count(*) as questions,
    count(*) filter (where answer.is_skipped is false) as answered,
    count(*) filter (where answer.is_skipped) as skipped,
    count(*) filter (where answer.id is null) as open,
    percentile_cont(0.5) within group (order by answer.duration_ms / 1000.0)
        filter (where answer.is_skipped is false) as median_seconds
from mued.interview_questions as question
left join mued.interview_answers as answer on answer.question_id = question.id
where
    question.asked_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and question.asked_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
group by question.theme
order by question.theme
