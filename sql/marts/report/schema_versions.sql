-- One row per platform with its newest applied migration.
-- name: schema_versions()
select platform, max(version) as version
from marts.schema_migration
group by platform
order by platform;
