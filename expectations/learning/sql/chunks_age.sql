-- One row per segment at fault: it is older than its material.
select chunk.id
from learning.content_chunks as chunk
join learning.study_materials as material on material.id = chunk.study_material_id
where chunk.created_at < material.created_at
