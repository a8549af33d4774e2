-- One row per stored month that holds a day which was computed anew.
-- name: clear_months(platform, zone)!
delete from marts.{rollup} as m
where m.platform = cast(:platform as text)
  and m.time_zone = cast(:zone as text)
  and m.month in (select cast(date_trunc('month', d.day) as date) from batch_day as d where d.time_zone = m.time_zone and not d.sealed)
