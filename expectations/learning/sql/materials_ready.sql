-- One row per material at fault: it is called ready and has no segment.
select material.id
from learning.study_materials as material
where material.status = 'ready'
    and not exists (select from learning.content_chunks as chunk where chunk.study_material_id = material.id)
