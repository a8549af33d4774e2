-- One row per material at fault: it still names an account that was closed more than 30 days ago.
select material.id
from mued.materials as material
join mued.users as creator on creator.id = material.created_by
where creator.deleted_at < marts.check_as_of() - interval '30 days'
