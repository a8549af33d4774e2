-- One row per session at fault: it began before its learner had the account, or after it was deleted.
select held.id
from learning.learning_sessions as held
join learning.users as learner on learner.id = held.user_id
where held.started_at >= coalesce(marts.check_since(), '-infinity')
    and (held.started_at < learner.created_at or held.started_at > learner.deleted_at)
