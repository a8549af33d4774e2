-- One row per table of the schemas into which this session inserted rows that are not in the server's statistics yet, and how many.
-- name: inserted_rows(schemas)
select format('%I.%I', n.nspname, c.relname) as name, pg_stat_get_xact_tuples_inserted(c.oid) as rows
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
  and c.relkind = 'r'
  and pg_stat_get_xact_tuples_inserted(c.oid) > 0
order by 1;
