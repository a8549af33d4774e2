-- One row per table of a schema into which this transaction inserted rows, and how many.
-- name: seeded_rows(schema)
select format('%I.%I', n.nspname, c.relname) as name, pg_stat_get_xact_tuples_inserted(c.oid) as rows
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema
  and c.relkind = 'r'
  and pg_stat_get_xact_tuples_inserted(c.oid) > 0
order by 1;
