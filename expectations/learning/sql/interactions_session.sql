-- One row per interaction at fault: its session is not there.
select action.id, action.created_at
from learning.interactions as action
left join learning.learning_sessions as held on held.id = action.learning_session_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and held.id is null
