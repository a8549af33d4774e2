-- One row per fact view or check view of the schemas, unions (those of marts) first: whoever drops them takes locks in the order in which readers do.
-- name: derived_views(schemas)
select n.nspname as schema, c.relname as name
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'v' and c.relname ~ '^(fact|dim|check)_' and n.nspname = any(:schemas)
order by n.nspname <> 'marts', 1, 2;
