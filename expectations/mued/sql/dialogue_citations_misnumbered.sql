-- One row per answer at fault: the positions of its citations do not run from 1 to their number.
select distinct answer_id as id
from mued.check_ai_citations
where not is_at_its_place and created_at >= coalesce(marts.check_since(), '-infinity')
