-- One row per account. The platform keeps no roles and no plans of its own: `role` in the preferences tells who writes materials.
create view learning.dim_learner as
select
    id as learner_id,
    'learning'::text as tenant,
    coalesce(preferences ->> 'role', 'learner') as role,
    created_at as joined_at,
    is_active,
    deleted_at,
    cast(null as text) as plan
from learning.users;
