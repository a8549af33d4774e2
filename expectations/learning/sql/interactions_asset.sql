-- One row per interaction at fault: the asset it names is not there.
select action.id, action.created_at
from learning.interactions as action
left join learning.generated_assets as asset on asset.id = action.generated_asset_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and action.generated_asset_id is not null and asset.id is null
