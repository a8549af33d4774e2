-- One row per concept at fault: it is among its own parents.
with recursive above (id, ancestor) as (
    select id, parent_id
    from drivemaster.concepts
    where parent_id is not null
    union
    select above.id, parent.parent_id
    from above
    join drivemaster.concepts as parent on parent.id = above.ancestor
    where parent.parent_id is not null
)
select id
from above
where ancestor = id
