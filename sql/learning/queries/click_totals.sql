-- One row per course with daily totals of clicks: their sum and peak, and what of them is there row by row.
-- name: click_totals()
with total as (
    select
        material.id,
        material.title,
        sum(cast(day.entry ->> 1 as bigint)) as clicks,
        count(*) as days,
        max(cast(day.entry ->> 1 as bigint)) as peak_clicks,
        (array_agg(cast(day.entry ->> 0 as integer) order by cast(day.entry ->> 1 as bigint) desc, cast(day.entry ->> 0 as integer)))[1] as peak_day
    from learning.study_materials as material
    cross join lateral jsonb_array_elements(material.metadata -> 'daily_clicks') as day (entry)
    group by material.id, material.title
),
sampled as (
    select asset.study_material_id, count(*) as row_count, sum(cast(view.interaction_data ->> 'clicks' as bigint)) as clicks
    from learning.interactions as view
    join learning.generated_assets as asset on asset.id = view.generated_asset_id
    where view.interaction_type = 'view' and view.interaction_data ? 'clicks'
    group by asset.study_material_id
)
select
    total.title,
    cast(total.clicks as bigint) as clicks,
    total.days,
    total.peak_day,
    total.peak_clicks,
    coalesce(sampled.row_count, 0) as sampled_rows,
    cast(coalesce(sampled.clicks, 0) as bigint) as sampled_clicks
from total
left join sampled on sampled.study_material_id = total.id
order by total.title
