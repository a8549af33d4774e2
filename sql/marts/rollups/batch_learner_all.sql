-- One row per learner who has answered before the cut-off.
-- name: batch_learner_all(platform, as_of)!
create temporary table batch_learner as
select distinct learner_id
from marts.fact_attempt
where platform = cast(:platform as text)
  and learner_id is not null
  and occurred_at < cast(:as_of as timestamptz)
  and recorded_at < cast(:as_of as timestamptz)
