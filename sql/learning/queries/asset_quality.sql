-- One row per kind of generated asset and model that made it: how it was used in the period, and what its users say of it.
-- name: asset_quality(start, end, timezone)
with bounds as (
    select
        cast(cast(:start as date) as timestamp) at time zone cast(:timezone as text) as from_at,
        cast(cast(:end as date) as timestamp) at time zone cast(:timezone as text) as until_at
),
used as (
    select
        generated_asset_id,
        count(*) filter (where interaction_type = 'answer') as answers,
        count(*) filter (where is_correct) as correct,
        count(*) filter (where interaction_type = 'view') as views,
        count(*) filter (where interaction_type = 'skip') as skips
    from learning.interactions
    where created_at >= (select from_at from bounds) and created_at < (select until_at from bounds)
    group by generated_asset_id
),
said as (
    select
        generated_asset_id,
        count(rating) as ratings,
        sum(rating) as stars,
        count(*) filter (where feedback_type = 'report') as reports
    from learning.user_feedback
    where created_at >= (select from_at from bounds) and created_at < (select until_at from bounds)
    group by generated_asset_id
)
select
    asset.asset_type,
    asset.generation_model,
    count(*) as assets,
    cast(coalesce(sum(used.answers), 0) as bigint) as answers,
    cast(coalesce(sum(used.correct), 0) as bigint) as correct,
    cast(coalesce(sum(used.views), 0) as bigint) as views,
    cast(coalesce(sum(used.skips), 0) as bigint) as skips,
    cast(coalesce(sum(said.ratings), 0) as bigint) as ratings,
    cast(sum(said.stars) as double precision) / nullif(sum(said.ratings), 0) as mean_rating,
    cast(coalesce(sum(said.reports), 0) as bigint) as reports,
    avg(asset.quality_score) as stated_quality
from learning.generated_assets as asset
left join used on used.generated_asset_id = asset.id
left join said on said.generated_asset_id = asset.id
group by asset.asset_type, asset.generation_model
order by asset.asset_type, asset.generation_model
