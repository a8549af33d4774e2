-- One row per material at fault: nothing says where it comes from and what may be done with it.
select material.id
from mued.materials as material
left join mued.provenance as origin on origin.content_type = 'material' and origin.content_id = material.id
where origin.id is null
