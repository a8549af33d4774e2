-- One row per last UTC day at fault: since it mued.sessions has been silent for longer than its own rhythm allows.
select last_day
from mued.check_freshness
where table_name = 'sessions' and is_stale
