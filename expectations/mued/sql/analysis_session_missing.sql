-- One row per analysis at fault: its session is not there.
select analysis.id
from mued.session_analyses as analysis
left join mued.sessions as session on session.id = analysis.session_id
where session.id is null
