-- One row per column of the tables that are asked for and exist, with what a check needs to know of it; text stands for its type.
-- name: columns(tables)
select
    n.nspname || '.' || c.relname as table_name,
    a.attname as column_name,
    format_type(a.atttypid, a.atttypmod) as type_name,
    -- the driver sends texts as varchar, which compares with no enum, uuid or other type of its own
    t.typcategory not in ('N', 'B', 'D') and t.typname not in ('text', 'varchar', 'bpchar') as needs_text,
    has_column_privilege(c.oid, a.attnum, 'select') as is_readable
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type as t on t.oid = a.atttypid
where n.nspname || '.' || c.relname = any(cast(:tables as text[]))
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by c.oid, a.attnum
