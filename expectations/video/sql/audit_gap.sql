-- One row per row at fault: the trail has no entry of its insertion, although it is younger than two years or does not tell its age.
select present.entity_type, present.entity_id
from video.check_audited_rows as present
left join (
    select distinct entity_type, entity_id
    from video.audit_logs
    where action = 'insert'
) as entry on entry.entity_type = present.entity_type and entry.entity_id = present.entity_id
where entry.entity_id is null and coalesce(present.written_at >= marts.check_as_of() - interval '2 years', true)
