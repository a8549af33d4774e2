-- One row per answer at fault: its session is not there, is another learner's, or begins after it.
select answer.id
from mued.ai_dialogue_log as answer
left join mued.sessions as session on session.id = answer.session_id
where answer.session_id is not null
    and (session.id is null or session.user_id <> answer.user_id or session.started_at > answer.created_at)
    and answer.created_at >= coalesce(marts.check_since(), '-infinity')
