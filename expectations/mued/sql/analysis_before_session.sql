-- One row per analysis at fault: it was made before its session began.
select analysis.id
from mued.session_analyses as analysis
join mued.sessions as session on session.id = analysis.session_id
where analysis.analysed_at < session.started_at and session.started_at >= coalesce(marts.check_since(), '-infinity')
