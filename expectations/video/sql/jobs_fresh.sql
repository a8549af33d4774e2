-- One row per table at fault, generation_jobs alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'generation_jobs' and is_stale
