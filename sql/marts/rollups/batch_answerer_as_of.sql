-- One row per learner who has answered before the cut-off.
-- name: batch_answerer_as_of(platform, as_of)!
create temporary table batch_answerer as
select distinct learner_id
from marts.fact_attempt
where platform = cast(:platform as text)
  and learner_id is not null
  and occurred_at < cast(:as_of as timestamptz)
  and recorded_at < cast(:as_of as timestamptz)
