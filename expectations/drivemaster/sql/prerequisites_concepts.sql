-- One row per pair at fault: one of its concepts is not there.
select pair.concept_id, pair.prerequisite_id
from drivemaster.concept_prerequisites as pair
left join drivemaster.concepts as concept on concept.id = pair.concept_id
left join drivemaster.concepts as needed on needed.id = pair.prerequisite_id
where concept.id is null or needed.id is null
