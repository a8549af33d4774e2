-- One row per note at fault: its metadata is no JSON object, a tag is empty, or its language is none.
select entry.id
from mued.log_entries as entry
join mued.check_log_entries as personal on personal.id = entry.id
where not personal.metadata_is_object
    or array_position(entry.tags, null) is not null or array_position(entry.tags, '') is not null
    or entry.language !~ '^[a-z][a-z](-[A-Z][A-Z])?$'
