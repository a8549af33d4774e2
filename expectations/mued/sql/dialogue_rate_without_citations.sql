-- One row per answer at fault: citations are said to back a part of it, and it has none.
select id
from mued.check_ai_dialogue_log
where is_backed_by_nothing and created_at >= coalesce(marts.check_since(), '-infinity')
