-- One row per feedback at fault: it is by somebody else, or about another asset, than the interaction it names.
select feedback.id
from learning.user_feedback as feedback
join learning.interactions as action
    on action.id = feedback.interaction_id and action.created_at = feedback.interaction_created_at
where feedback.created_at >= coalesce(marts.check_since(), '-infinity')
    and (action.user_id <> feedback.user_id or action.generated_asset_id <> feedback.generated_asset_id)
