-- One row per asset at fault: the segment it names is of another material.
select asset.id
from learning.generated_assets as asset
join learning.content_chunks as chunk on chunk.id = asset.content_chunk_id
where chunk.study_material_id <> asset.study_material_id
