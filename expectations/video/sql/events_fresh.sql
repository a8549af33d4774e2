-- One row per table at fault, analytics_events alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'analytics_events' and is_stale
