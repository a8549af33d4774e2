-- One row per last UTC day at fault: since it mued.ai_dialogue_log has been silent for longer than its own rhythm allows.
select last_day
from mued.check_freshness
where table_name = 'ai_dialogue_log' and is_stale
