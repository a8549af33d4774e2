-- One row per stored row of the local days that are about to be computed anew; sealed days stay.
-- The days are looked up first, so that they are sought in the index, whatever is known of the table.
-- name: clear_days(platform, zone)!
delete from marts.{rollup} as r
where r.platform = cast(:platform as text)
  and r.time_zone = cast(:zone as text)
  and r.day = any(array(select d.day from batch_day as d where d.time_zone = cast(:zone as text) and not d.sealed))
  {kept}
