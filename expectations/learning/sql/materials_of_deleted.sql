-- One row per material at fault: it is still here more than 30 days after its owner was deleted.
select material.id
from learning.study_materials as material
join learning.users as owner on owner.id = material.user_id
where owner.deleted_at < marts.check_as_of() - interval '30 days'
