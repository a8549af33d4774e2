-- One row per table of the schemas, parents of partitions but not the parts.
-- name: tables(names)
select
    n.nspname as schema,
    c.relname as table
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any(cast(:names as text[]))
  and c.relkind in ('r', 'p')
  and not c.relispartition
order by 1, 2
