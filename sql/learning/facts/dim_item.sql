-- One row per generated asset: a question, a card, a summary. Its skill is the segment it was made from, or the whole material;
-- the platform's difficulty from 1 to 10 is an opinion, not the b of an item response model, so those parameters are empty.
create view learning.dim_item as
select
    id as item_id,
    coalesce(content_chunk_id, study_material_id) as skill_id,
    asset_type::text as kind,
    content ->> 'title' as title,
    cast(null as double precision) as difficulty,
    cast(null as double precision) as discrimination,
    cast(null as double precision) as guessing
from learning.generated_assets;
