-- One row per question at fault: the analysis it builds on is not there, or is of another session.
select question.id
from mued.interview_questions as question
left join mued.session_analyses as analysis on analysis.id = question.analysis_id
where question.analysis_id is not null and analysis.session_id is distinct from question.session_id
