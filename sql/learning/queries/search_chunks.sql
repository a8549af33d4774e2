-- One row per segment, of a material that is not deleted, that holds the words, or the text as a part; the best first.
-- name: search_chunks(words, part, rows)
select
    chunk.id as chunk_id,
    material.title as material,
    chunk.chunk_order,
    chunk.language,
    ts_headline('simple', chunk.content, websearch_to_tsquery('simple', :words), 'MaxWords=24, MinWords=8') as extract,
    cast(ts_rank(to_tsvector('simple', chunk.content), websearch_to_tsquery('simple', :words)) as double precision) as rank
from learning.content_chunks as chunk
join learning.study_materials as material on material.id = chunk.study_material_id
where
    material.deleted_at is null
    and (to_tsvector('simple', chunk.content) @@ websearch_to_tsquery('simple', :words) or chunk.content ilike :part)
order by rank desc, material.title, chunk.chunk_order
limit :rows
