-- One row per account of the trainer: learners, instructors, administrators.
create view drivemaster.dim_learner as
select
    id as learner_id,
    'drivemaster'::text as tenant,
    role,
    created_at as joined_at,
    is_active,
    deleted_at,
    plan
from drivemaster.users;
