-- One row per note that a stored rollup of the platform changed, now that what is derived from it has followed.
-- name: forget_days_of(platform, rollup)!
delete from marts.touched_day where platform = cast(:platform as text) and fact = cast(:rollup as text)
