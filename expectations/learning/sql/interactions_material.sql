-- One row per interaction at fault: its asset is of another material than its session.
select action.id, action.created_at
from learning.interactions as action
join learning.learning_sessions as held on held.id = action.learning_session_id
join learning.generated_assets as asset on asset.id = action.generated_asset_id
where action.created_at >= coalesce(marts.check_since(), '-infinity')
    and asset.study_material_id <> held.study_material_id
