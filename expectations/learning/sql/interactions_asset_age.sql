-- One row per interaction at fault: it happened before its asset was made.
select action.id, action.created_at
from learning.interactions as action
join learning.generated_assets as asset on asset.id = action.generated_asset_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and action.created_at < asset.created_at
