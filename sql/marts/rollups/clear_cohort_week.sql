-- One row per stored week of a cohort that is about to be stored anew; all of the time zone, if everything is asked for.
-- name: clear_cohort_week(platform, zone, everything)!
delete from marts.cohort_week as w
where w.time_zone = cast(:zone as text)
  and w.platform = cast(:platform as text)
  and (cast(:everything as boolean)
       or (w.basis, w.tenant, w.start_day, w.week) in (select basis, tenant, start_day, week from batch_cell))
