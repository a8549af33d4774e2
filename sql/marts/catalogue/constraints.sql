-- One row per constraint of a table or domain. Those handed down to a partition follow from the parent's;
-- NOT NULL is told with the column (servers before 18 keep no constraint for it).
-- name: constraints(schema, relations)
select
    'table constraint ' || quote_ident(c.conname) || ' on ' || r.identity as object,
    pg_get_constraintdef(c.oid) as definition
from unnest(cast(:relations as oid[])) relation
cross join lateral pg_identify_object(cast('pg_class' as regclass), relation, 0) r
join pg_constraint c on c.conrelid = relation
where c.conparentid = 0 and c.contype not in ('n', 't')
union all
select i.type || ' ' || i.identity, pg_get_constraintdef(c.oid)
from pg_type t
join pg_constraint c on c.contypid = t.oid
cross join lateral pg_identify_object(cast('pg_constraint' as regclass), c.oid, 0) i
where t.typnamespace = (select oid from pg_namespace where nspname = :schema) and t.typtype = 'd' and c.contype not in ('n', 't');
