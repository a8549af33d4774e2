-- One row per answer at fault: it is an error, and carries a text or citations.
select id
from mued.check_ai_dialogue_log
where not error_is_empty and created_at >= coalesce(marts.check_since(), '-infinity')
