-- One row per table at fault, user_feedback alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from learning.check_freshness
where table_name = 'user_feedback' and is_stale
