-- One row per concept at fault: its area is not that of its parent.
select concept.id
from drivemaster.concepts as concept
join drivemaster.concepts as parent on parent.id = concept.parent_id
where concept.category <> parent.category
