-- One row per item at fault: it is among its own predecessors.
with recursive before (id, ancestor) as (
    select id, parent_content_id
    from drivemaster.content
    where parent_content_id is not null
    union
    select before.id, parent.parent_content_id
    from before
    join drivemaster.content as parent on parent.id = before.ancestor
    where parent.parent_content_id is not null
)
select id
from before
where ancestor = id
