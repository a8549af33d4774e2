-- One row per music session. Its work is the interview: the share of the questions asked that was answered;
-- empty until a question was asked.
create view mued.fact_session as
select
    id as session_id,
    user_id as learner_id,
    'mued'::text as tenant,
    started_at,
    ended_at,
    recorded_at,
    kind,
    (
        select avg(case when answer.is_skipped is false then 1.0 else 0.0 end)
        from mued.interview_questions as question
        left join mued.interview_answers as answer on answer.question_id = question.id
        where question.session_id = sessions.id
    )::float8 as completion_ratio,
    device
from mued.sessions;
