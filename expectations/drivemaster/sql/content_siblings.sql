-- One row per item at fault: another variant of the same item has its label, or a newer version of it is active as well.
select item.id
from drivemaster.content as item
where exists (
    select
    from drivemaster.content as other
    where other.parent_content_id = item.parent_content_id and other.variant = item.variant and other.version = item.version
        and other.id <> item.id
) or (
    item.is_active
    and exists (
        select
        from drivemaster.content as newer
        where newer.parent_content_id = item.id and newer.variant is null and newer.is_active
    )
)
