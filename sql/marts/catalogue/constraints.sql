-- One row per constraint of a table or domain. Those handed down to a partition follow from the parent's;
-- NOT NULL is told with the column (servers before 18 keep no constraint for it).
-- name: constraints(schema, relations)
select
    i.type || ' ' || i.identity as object,
    pg_get_constraintdef(c.oid) as definition
from pg_constraint c
cross join lateral pg_identify_object(cast('pg_constraint' as regclass), c.oid, 0) i
where c.conparentid = 0
  and c.contype not in ('n', 't')
  and (
      c.conrelid = any(cast(:relations as oid[]))
      or c.contypid in (select t.oid from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname = :schema)
  );
