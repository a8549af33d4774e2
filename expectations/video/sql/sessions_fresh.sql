-- One row per table at fault, student_sessions alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from video.check_freshness
where table_name = 'student_sessions' and is_stale
