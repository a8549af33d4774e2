-- One row per person who was erased and had joined before the cut-off: they count among the learners of then, without a name.
-- name: as_of_erased(platform, zone, as_of)!
insert into batch_learner (learner_id, tenant, joined_at)
select learner_id, tenant, cast(joined_day as timestamp) at time zone time_zone
from marts.learner_cohort
where time_zone = cast(:zone as text)
  and platform = cast(:platform as text)
  and is_erased
  and coalesce(cast(joined_day as timestamp) at time zone time_zone < cast(:as_of as timestamptz), true)
