-- One row per step of an interview about a music session: the session, each analysis of it, each question asked, each answer given.
-- A question passed over is not answered.
create view mued.fact_funnel as
select
    user_id as learner_id,
    'mued'::text as tenant,
    'interview'::text as flow,
    id::text as entry_id,
    1 as step_no,
    'session'::text as step,
    started_at as occurred_at,
    recorded_at
from mued.sessions
union all
select
    session.user_id, 'mued'::text, 'interview'::text, session.id::text, 2, 'analysis'::text, analysis.analysed_at, analysis.analysed_at
from mued.session_analyses as analysis
join mued.sessions as session on session.id = analysis.session_id
union all
select
    session.user_id, 'mued'::text, 'interview'::text, session.id::text, 3, 'question'::text, question.asked_at, question.asked_at
from mued.interview_questions as question
join mued.sessions as session on session.id = question.session_id
union all
select
    user_id, 'mued'::text, 'interview'::text, session_id::text, 4, 'answer'::text, answered_at, recorded_at
from mued.interview_answers
where not is_skipped;
