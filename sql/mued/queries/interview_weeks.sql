-- One row per ISO week (its Monday) of interview questions asked in the period: how many were answered, how fast, of how many students.
-- name: interview_weeks(start, end, timezone)
select
    cast(date_trunc('week', question.asked_at at time zone cast(:timezone as text)) as date) as week,
    count(distinct session.user_id) as learners,
    count(*) as questions,
    count(*) filter (where answer.is_skipped is false) as answered,
    count(*) filter (where answer.is_skipped) as skipped,
    percentile_cont(0.5) within group (order by answer.duration_ms / 1000.0)
        filter (where answer.is_skipped is false) as median_seconds
from mued.interview_questions as question
join mued.sessions as session on session.id = question.session_id
left join mued.interview_answers as answer
    on answer.question_id = question.id and answer.recorded_at < cast('{as_of}' as timestamptz)
where
    question.asked_at >= cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text)
    and question.asked_at < cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text)
    and question.asked_at < cast('{as_of}' as timestamptz)
group by 1
order by 1
