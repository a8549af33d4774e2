-- One row per table at fault, learning_sessions alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from learning.check_freshness
where table_name = 'learning_sessions' and is_stale
