-- One row per asset at fault: it is older than its segment.
select asset.id
from learning.generated_assets as asset
join learning.content_chunks as chunk on chunk.id = asset.content_chunk_id
where asset.created_at < chunk.created_at
