-- One row per feedback at fault: no interaction has the key of two columns it names.
select feedback.id
from learning.user_feedback as feedback
left join learning.interactions as action
    on action.id = feedback.interaction_id and action.created_at = feedback.interaction_created_at
where feedback.created_at >= coalesce(marts.check_since(), '-infinity')
    and feedback.interaction_id is not null and feedback.interaction_created_at is not null and action.id is null
