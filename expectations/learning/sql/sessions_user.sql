-- One row per session at fault: its learner is no account.
select held.id
from learning.learning_sessions as held
left join learning.users as learner on learner.id = held.user_id
where held.started_at >= coalesce(marts.check_since(), '-infinity')
    and learner.id is null
