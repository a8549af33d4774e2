-- One row per row at fault: the trail has no entry of its insertion, although it is younger than two years or does not tell its age.
select present.entity_type, present.entity_id
from video.check_audited_rows as present
where coalesce(present.written_at >= marts.check_as_of() - interval '2 years', true)
    and not exists (
        select
        from video.audit_logs as entry
        where entry.action = 'insert' and entry.entity_type = present.entity_type and entry.entity_id = present.entity_id
    )
