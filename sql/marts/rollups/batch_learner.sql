-- One row per account of the platform that learns; those that teach or administer are left out of engagement.
-- Who joined, or left, after the cut-off had not yet done so.
-- name: batch_learner(platform, as_of)!
create temporary table batch_learner as
select learner_id,
       tenant,
       case when joined_at < cast(:as_of as timestamptz) then joined_at end as joined_at,
       case when deleted_at < cast(:as_of as timestamptz) then deleted_at end as deleted_at
from marts.dim_learner
where platform = cast(:platform as text) and marts.is_learner(role)
