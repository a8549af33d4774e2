-- One row per answer at fault: its question is not there, or is of another session.
select answer.id
from mued.interview_answers as answer
left join mued.interview_questions as question on question.id = answer.question_id
where question.session_id is distinct from answer.session_id
