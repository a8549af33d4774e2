-- One row per stored row of the local days that are about to be computed anew; sealed days stay.
-- name: clear_days(platform, zone)!
delete from marts.{rollup} as r
using batch_day as d
where r.platform = cast(:platform as text)
  and r.time_zone = cast(:zone as text)
  and d.time_zone = r.time_zone
  and d.day = r.day
  and not d.sealed
  {kept}
