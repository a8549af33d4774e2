-- One row per session at fault: it is completed, and a question about it is neither answered nor passed over.
select distinct session.id
from mued.sessions as session
join mued.interview_questions as question on question.session_id = session.id
left join mued.interview_answers as answer on answer.question_id = question.id
where session.status = 'completed' and answer.id is null
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
