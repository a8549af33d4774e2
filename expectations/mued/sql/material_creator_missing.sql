-- One row per material at fault: who is said to have added it is not there.
select material.id
from mued.materials as material
left join mued.users as creator on creator.id = material.created_by
where material.created_by is not null and creator.id is null
