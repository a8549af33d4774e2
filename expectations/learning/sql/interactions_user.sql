-- One row per interaction at fault: its learner is no account, or not the one whose session it is in.
select action.id, action.created_at
from learning.interactions as action
left join learning.users as learner on learner.id = action.user_id
left join learning.learning_sessions as held on held.id = action.learning_session_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and (learner.id is null or held.user_id <> action.user_id)
