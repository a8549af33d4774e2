-- One row per session at fault: the learner is or was interviewed about it, and an hour after its end no question is there.
select session.id
from mued.sessions as session
where session.status in ('interviewing', 'completed')
    and coalesce(session.ended_at, session.started_at) < marts.check_as_of() - interval '1 hour'
    and session.started_at >= coalesce(marts.check_since(), '-infinity')
    and not exists (select from mued.interview_questions as question where question.session_id = session.id)
