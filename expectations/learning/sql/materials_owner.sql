-- One row per material at fault: its owner is no account.
select material.id
from learning.study_materials as material
left join learning.users as owner on owner.id = material.user_id
where owner.id is null
