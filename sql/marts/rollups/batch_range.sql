-- One row per batch: the instants between which its facts lie, with two hours to spare for days that begin twice or never.
-- name: batch_range()
select min(from_at) - interval '2 hours' as from_at, max(until_at) + interval '2 hours' as until_at from batch_day where not sealed
