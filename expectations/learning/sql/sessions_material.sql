-- One row per session at fault: its material is not there.
select held.id
from learning.learning_sessions as held
left join learning.study_materials as material on material.id = held.study_material_id
where held.started_at >= coalesce(marts.check_since(), '-infinity')
    and material.id is null
