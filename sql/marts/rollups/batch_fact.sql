-- One row per row of a fact in the batch, with its series keys (* is kept for totals) and whether it missed an objective.
-- name: batch_fact(platform, from_at, until_at, as_of)
create temporary table batch_{fact} as
select f.*,
       coalesce(nullif(f.model, '*'), 'unknown') as model_key,
       coalesce(nullif(f.source, '*'), 'unknown') as source_key,
       {bad} as bad
from marts.{fact} as f
where f.platform = cast(:platform as text)
  and f.occurred_at >= cast(:from_at as timestamptz)
  and f.occurred_at < cast(:until_at as timestamptz)
  and f.occurred_at < cast(:as_of as timestamptz)
  and f.recorded_at < cast(:as_of as timestamptz)
