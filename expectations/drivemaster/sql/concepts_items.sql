-- One row per concept at fault: it is taught, has no part of its own, and no active item.
select concept.id
from drivemaster.concepts as concept
where concept.is_active
    and not exists (select from drivemaster.concepts as part where part.parent_id = concept.id)
    and not exists (select from drivemaster.content as item where item.concept_id = concept.id and item.is_active)
