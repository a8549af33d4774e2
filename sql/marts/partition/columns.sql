-- One row per column of a table that is stored as it was written: computed ones follow from them.
-- name: columns(platform, table_name)
select cast(a.attname as text) as name
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = :platform and c.relname = :table_name and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum
