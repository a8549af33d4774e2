-- One row per item that can be answered: name, skill and the stored parameters of its response model (definition P6).
-- name: progress_items(platforms)
select
    platform, cast(item_id as text) as item_id, cast(skill_id as text) as skill_id, kind, title, difficulty, discrimination, guessing
from marts.dim_item
where platform = any(cast(:platforms as text[]))
order by platform, item_id
