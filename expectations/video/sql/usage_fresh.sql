-- One row per table at fault, ai_usage alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'ai_usage' and is_stale
