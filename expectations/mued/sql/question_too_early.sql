-- One row per question at fault: it was asked before its session began, or before the analysis it builds on was made.
select question.id
from mued.interview_questions as question
join mued.sessions as session on session.id = question.session_id
left join mued.session_analyses as analysis on analysis.id = question.analysis_id
where (question.asked_at < session.started_at or question.asked_at < analysis.analysed_at)
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
