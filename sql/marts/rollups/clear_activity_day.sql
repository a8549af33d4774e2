-- One row per stored row of local days that are about to be computed anew.
-- name: clear_activity_day(platform, zone, start, end)!
delete from marts.activity_day
where time_zone = cast(:zone as text)
  and platform = cast(:platform as text)
  and day >= cast(:start as date)
  and day < cast(:end as date)
