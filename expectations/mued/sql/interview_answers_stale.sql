-- One row per last UTC day at fault: since it mued.interview_answers has been silent for longer than its own rhythm allows.
select last_day
from mued.check_freshness
where table_name = 'interview_answers' and is_stale
