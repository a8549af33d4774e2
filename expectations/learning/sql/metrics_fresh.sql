-- One row per table at fault, progress_metrics alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from learning.check_freshness
where table_name = 'progress_metrics' and is_stale
