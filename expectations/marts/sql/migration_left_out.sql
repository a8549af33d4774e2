-- One row per migration at fault: its number is not one more than the number before it.
select
    m.platform,
    m.version
from (
    select
        platform,
        version,
        lag(version) over (partition by platform order by version) as version_before
    from marts.schema_migration
) as m
where cast(m.version as integer) <> cast(m.version_before as integer) + 1
   or (m.version_before is null and cast(m.version as integer) > 1)
