-- One row per feedback at fault: its author is no account, or the asset it is about is not there.
select feedback.id
from learning.user_feedback as feedback
left join learning.users as author on author.id = feedback.user_id
left join learning.generated_assets as asset on asset.id = feedback.generated_asset_id
where feedback.created_at >= coalesce(marts.check_since(), '-infinity')
    and (author.id is null or (feedback.generated_asset_id is not null and asset.id is null))
