-- One row per batch: the instants between which its facts lie, with two hours to spare for days that begin twice or never, and whether
-- raw rows of any day were archived.
-- name: batch_range()
select min(from_at) filter (where not sealed) - interval '2 hours' as from_at,
       max(until_at) filter (where not sealed) + interval '2 hours' as until_at,
       coalesce(bool_or(sealed), false) as is_sealed
from batch_day
