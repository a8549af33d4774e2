-- One row per fact view of the schemas; unions are the fact views of marts.
-- name: derived_views(schemas)
select n.nspname as schema, c.relname as name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'v' and c.relname ~ '^(fact|dim)_' and n.nspname = any(:schemas)
order by 1, 2;
