-- One row per day of a batch, noted for the rollups that are derived from a stored one.
-- name: note_days(platform, rollup, start, end)!
insert into marts.touched_day (platform, fact, day)
select cast(:platform as text), cast(:rollup as text), cast(:start as date) + n
from generate_series(0, cast(:end as date) - cast(:start as date) - 1) as n
