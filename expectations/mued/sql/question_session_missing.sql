-- One row per question at fault: its session is not there.
select question.id
from mued.interview_questions as question
left join mued.sessions as session on session.id = question.session_id
where session.id is null
