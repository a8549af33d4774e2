-- One row per session of a learner begun in the batch, with its local day and hour in each time zone.
-- An end before the start, or after the cut-off, is none. A device or kind named * would pass for a total, so it is filed under unknown.
-- name: batch_session(platform, from_at, until_at, as_of)!
create temporary table batch_session as
select {columns}, f.learner_id, f.tenant, f.session_id, f.started_at, f.completion_ratio,
       coalesce(nullif(f.device, '*'), 'unknown') as device,
       coalesce(nullif(f.kind, '*'), 'unknown') as kind,
       case when f.ended_at >= f.started_at and f.ended_at < cast(:as_of as timestamptz)
            then cast(extract(epoch from f.ended_at - f.started_at) * 1000 as bigint) end as length_ms
from marts.fact_session as f
where f.platform = cast(:platform as text)
  and f.started_at >= cast(:from_at as timestamptz)
  and f.started_at < cast(:until_at as timestamptz)
  and f.started_at < cast(:as_of as timestamptz)
  and f.recorded_at < cast(:as_of as timestamptz)
  and f.learner_id in (select learner_id from batch_learner)
