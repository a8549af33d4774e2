-- One row per row of a fact in the batch: the fact's columns, the local day in each time zone, and the keys of its series.
-- A series named * would pass for a total, so it is filed under unknown.
-- name: batch_fact(platform, from_at, until_at, as_of)!
create temporary table batch_{fact} as
select f.*,
       {columns}
       coalesce(nullif(f.model, '*'), 'unknown') as model_key,
       coalesce(nullif(f.source, '*'), 'unknown') as source_key
from marts.{fact} as f
where f.platform = cast(:platform as text)
  and f.occurred_at >= cast(:from_at as timestamptz)
  and f.occurred_at < cast(:until_at as timestamptz)
  and f.occurred_at < cast(:as_of as timestamptz)
  and f.recorded_at < cast(:as_of as timestamptz)
