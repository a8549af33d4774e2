-- One row per pair at fault: what is needed needs, by way of others, the concept itself.
with recursive needed (concept_id, prerequisite_id) as (
    select concept_id, prerequisite_id
    from drivemaster.concept_prerequisites
    union
    select needed.concept_id, deeper.prerequisite_id
    from needed
    join drivemaster.concept_prerequisites as deeper on deeper.concept_id = needed.prerequisite_id
)
select pair.concept_id, pair.prerequisite_id
from drivemaster.concept_prerequisites as pair
where exists (
    select
    from needed
    where needed.concept_id = pair.prerequisite_id and needed.prerequisite_id = pair.concept_id
) or pair.concept_id = pair.prerequisite_id
