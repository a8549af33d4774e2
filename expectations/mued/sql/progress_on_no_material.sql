-- One row per progress at fault: its material is not there.
select progress.id
from mued.learning_metrics as progress
left join mued.materials as material on material.id = progress.material_id
where material.id is null
