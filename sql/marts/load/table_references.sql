-- One row per foreign key of a table: its columns and what they point to.
-- name: table_references(schema_name, table_name)
select
    cast(k.conname as text) as name,
    cast(f.relname as text) as to_table,
    cast(fn.nspname as text) as to_schema,
    (
        select array_agg(cast(a.attname as text) order by i)
        from generate_subscripts(k.conkey, 1) as i
        join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[i]
    ) as columns,
    (
        select array_agg(cast(a.attname as text) order by i)
        from generate_subscripts(k.confkey, 1) as i
        join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = k.confkey[i]
    ) as to_columns
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_class as f on f.oid = k.confrelid
join pg_catalog.pg_namespace as fn on fn.oid = f.relnamespace
where k.contype = 'f' and n.nspname = :schema_name and c.relname = :table_name
order by k.conname
