-- One row per asset at fault: the segment it names is not there.
select asset.id
from learning.generated_assets as asset
left join learning.content_chunks as chunk on chunk.id = asset.content_chunk_id
where asset.content_chunk_id is not null and chunk.id is null
