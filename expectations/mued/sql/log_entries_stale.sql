-- One row per last UTC day at fault: since it mued.log_entries has been silent for longer than its own rhythm allows.
select last_day
from mued.check_freshness
where table_name = 'log_entries' and is_stale
