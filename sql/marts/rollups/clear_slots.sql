-- One row per stored slot of the objectives on the UTC days that are about to be computed anew; sealed days stay.
-- name: clear_slots(platform, slos)
delete from marts.slo_slice as s
using batch_day as d
where s.platform = cast(:platform as text)
  and s.slo = any(cast(:slos as text[]))
  and s.slot >= d.from_at
  and s.slot < d.until_at
  and d.time_zone = 'UTC'
  and not d.sealed
