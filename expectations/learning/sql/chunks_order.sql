-- One row per segment at fault: the one before it in its material is missing.
select id
from (
    select id, chunk_order, lag(chunk_order, 1, 0) over (partition by study_material_id order by chunk_order, id) as previous
    from learning.content_chunks
) as ordered
where chunk_order - previous > 1
