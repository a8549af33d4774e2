-- One row per account, tenant or question at fault: the last entries about it left another role or status than it has.
with present as (
    select 'users' as entity_type, id::text as entity_id, role as state from video.users
    union all
    select 'tenants', id::text, status from video.tenants
    union all
    select 'questions', id::text, status from video.questions
),
kept as (
    select
        entity_type, entity_id, kept_state,
        created_at = max(created_at) over (partition by entity_type, entity_id) as is_last
    from video.check_audit_logs
    where entity_type in ('users', 'tenants', 'questions') and kept_state is not null
)
select present.entity_type, present.entity_id
from present
join kept on kept.entity_type = present.entity_type and kept.entity_id = present.entity_id and kept.is_last
group by present.entity_type, present.entity_id
having not bool_or(kept.kept_state = present.state)
