-- One row per item at fault: its parent is not there, is about another concept, or has a version that does not fit: a new version comes
-- after its parent's, a variant has the same.
select item.id
from drivemaster.content as item
left join drivemaster.content as parent on parent.id = item.parent_content_id
where item.parent_content_id is not null
    and (
        parent.id is null
        or parent.concept_id <> item.concept_id
        or (item.variant is null and item.version <= parent.version)
        or (item.variant is not null and item.version <> parent.version)
    )
