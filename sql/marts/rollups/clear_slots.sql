-- One row per stored UTC day of the objectives that is about to be computed anew; sealed days stay.
-- name: clear_slots(platform, slos)!
delete from marts.slo_slice as s
using batch_day as d
where s.platform = cast(:platform as text)
  and s.slo = any(cast(:slos as text[]))
  and d.time_zone = 'UTC'
  and d.day = s.day
  and not d.sealed
