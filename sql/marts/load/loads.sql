-- One row per load of files into a platform, by one preset or by any.
-- name: loads(platform, preset)
select load_id, target, source, rows, started_at, preset
from marts.load_run
where platform = :platform and (cast(:preset as text) is null or preset = :preset)
order by load_id
