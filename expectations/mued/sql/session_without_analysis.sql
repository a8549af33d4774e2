-- One row per session at fault: it came so far that it was analysed, and has no analysis.
select session.id
from mued.sessions as session
where session.status in ('analysed', 'interviewing', 'completed')
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
    and not exists (select from mued.session_analyses as analysis where analysis.session_id = session.id)
