-- One row per session at fault: its material had been deleted when it began.
select held.id
from learning.learning_sessions as held
join learning.study_materials as material on material.id = held.study_material_id
where held.started_at >= coalesce(marts.check_since(), '-infinity')
    and held.started_at > material.deleted_at
