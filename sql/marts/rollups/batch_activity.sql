-- One row per learner, activity and local day in each time zone of the batch: events of the batch, added up.
-- name: batch_activity(from_at, until_at, as_of)!
create temporary table batch_activity as
select a.*
from (
    select {days}, f.learner_id, f.tenant, f.activity, cast(count(*) as integer) as events, cast(sum(f.duration_ms) as bigint) as duration_ms
    from "{platform}".fact_activity as f
    where f.occurred_at >= cast(:from_at as timestamptz)
      and f.occurred_at < cast(:until_at as timestamptz)
      and f.occurred_at < cast(:as_of as timestamptz)
      and f.recorded_at < cast(:as_of as timestamptz)
    group by {keys}, f.learner_id, f.tenant, f.activity
) as a
where a.learner_id in (select learner_id from batch_learner)
