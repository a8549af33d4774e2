-- One row per platform at fault: its fact views are noted, and none of its migrations is applied.
select s.platform
from marts.fact_source as s
where not exists (select from marts.schema_migration as m where m.platform = s.platform)
