-- One row per concept at fault: its parent is not there.
select concept.id
from drivemaster.concepts as concept
left join drivemaster.concepts as parent on parent.id = concept.parent_id
where concept.parent_id is not null and parent.id is null
