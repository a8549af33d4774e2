-- One row per entry at fault: the row it says was written is neither there nor said to be deleted.
with present as (
    select 'users' as entity_type, id from learning.users
    union all
    select 'study_materials', id from learning.study_materials
    union all
    select 'user_feedback', id from learning.user_feedback
),
known as (
    select entity_type, id from present
    union
    select entity_type, entity_id from learning.audit_logs where action = 'delete'
)
select entry.id, entry.created_at
from learning.audit_logs as entry
left join known on known.entity_type = entry.entity_type and known.id = entry.entity_id
where entry.created_at >= coalesce(marts.check_since(), '-infinity')
    and entry.action in ('insert', 'update') and entry.entity_type in ('users', 'study_materials', 'user_feedback') and known.id is null
