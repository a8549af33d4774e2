-- One row per local day of the batch that is left as it is because raw rows of it were archived.
-- name: sealed_days(zones)
select time_zone, day from batch_day where sealed and time_zone = any(cast(:zones as text[])) order by time_zone, day
