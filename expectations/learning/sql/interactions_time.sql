-- One row per interaction at fault: it happened before its session began, or after it ended.
select action.id, action.created_at
from learning.interactions as action
join learning.learning_sessions as held on held.id = action.learning_session_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and (action.created_at < held.started_at or action.created_at > held.ended_at)
