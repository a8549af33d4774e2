-- One row per account, material or feedback at fault: the trail has no entry of its insertion, although it is younger than two years.
with present as (
    select 'users' as entity_type, id as entity_id, created_at from learning.users
    union all
    select 'study_materials', id, created_at from learning.study_materials
    union all
    select 'user_feedback', id, created_at from learning.user_feedback
)
select present.entity_type, present.entity_id
from present
left join (
    select distinct entity_type, entity_id
    from learning.audit_logs
    where action = 'insert'
) as entry on entry.entity_type = present.entity_type and entry.entity_id = present.entity_id
where entry.entity_id is null and present.created_at >= marts.check_as_of() - interval '2 years'
