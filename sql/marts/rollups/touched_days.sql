-- One row per platform, fact and UTC day on which it changed since the last refresh, ascending by day.
-- name: touched_days(platforms, facts)
select distinct platform, fact, day
from marts.touched_day
where platform = any(cast(:platforms as text[])) and fact = any(cast(:facts as text[]))
order by day
