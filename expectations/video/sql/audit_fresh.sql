-- One row per table at fault, audit_logs alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'audit_logs' and is_stale
