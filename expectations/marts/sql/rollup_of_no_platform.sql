-- One row per part of a rollup at fault: no migration of its platform is applied.
select
    s.rollup,
    s.part,
    s.platform
from marts.rollup_state as s
where not exists (select from marts.schema_migration as m where m.platform = s.platform)
