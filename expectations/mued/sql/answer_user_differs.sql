-- One row per answer at fault: its session is not there, or is another learner's.
select answer.id
from mued.interview_answers as answer
left join mued.sessions as session on session.id = answer.session_id
where session.user_id is distinct from answer.user_id
