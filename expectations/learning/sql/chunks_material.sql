-- One row per segment at fault: its material is not there.
select chunk.id
from learning.content_chunks as chunk
left join learning.study_materials as material on material.id = chunk.study_material_id
where material.id is null
