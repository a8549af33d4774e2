-- One row per answer at fault: the positions of its citations do not run from 1 to their number.
select id
from mued.check_ai_dialogue_log
where not citations_are_numbered and created_at >= coalesce(marts.check_since(), '-infinity')
