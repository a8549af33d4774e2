-- One row per UTC day on which facts of the platform changed since the last refresh, ascending.
-- name: touched_days(platform, facts)
select distinct day
from marts.touched_day
where platform = cast(:platform as text) and fact = any(cast(:facts as text[]))
order by day
