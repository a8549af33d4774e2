-- One row per answer at fault: its citations are no array of objects with a provenance_id (an id or null) and a title.
select id
from mued.check_ai_dialogue_log
where not citations_are_well_formed and created_at >= coalesce(marts.check_since(), '-infinity')
