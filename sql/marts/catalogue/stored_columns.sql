-- One row per column that holds data of its own, of a table that is no partition; generated columns can be computed again.
-- name: stored_columns(schemas)
select a.attrelid, a.attnum, a.attname
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
  and c.relkind in ('r', 'p')
  and not c.relispartition
  and a.attnum > 0
  and not a.attisdropped
  and a.attgenerated = '';
