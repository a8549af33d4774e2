-- One row per table at fault, interactions alone: no row came for longer than its own rhythm allows.
select table_name, last_day
from learning.check_freshness
where table_name = 'interactions' and is_stale
