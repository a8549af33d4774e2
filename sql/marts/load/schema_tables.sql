-- One row per table of a schema that rows can be loaded into: partitions are reached through their parent.
-- name: schema_tables(schema_name)
select cast(c.relname as text) as name, pg_catalog.row_security_active(c.oid) as guarded
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :schema_name and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname
