-- One row per object of a schema whose coming or going a step is told to have brought: its kind and identity. Of derived ones (fact and check views,
-- touch triggers) none; of partitions those among the relations given.
-- name: objects(schema, relations)
with relation as materialized (
    select id, r.type, r.identity
    from unnest(cast(:relations as oid[])) id
    cross join lateral pg_identify_object(cast('pg_class' as regclass), id, 0) r
)
select type as kind, identity as object
from relation
where type in ('table', 'view', 'materialized view', 'sequence')
union all
select 'index', format('%I.%I', n.nspname, c.relname)
from pg_index x
join pg_class c on c.oid = x.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where x.indrelid = any(cast(:relations as oid[]))
union all
select 'foreign key', quote_ident(c.conname) || ' on ' || r.identity
from relation r
join pg_constraint c on c.conrelid = r.id
where c.contype = 'f' and c.conparentid = 0
union all
select 'policy', quote_ident(p.polname) || ' on ' || r.identity
from relation r
join pg_policy p on p.polrelid = r.id
union all
select 'trigger', quote_ident(t.tgname) || ' on ' || r.identity
from relation r
join pg_trigger t on t.tgrelid = r.id
join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and t.tgparentid = 0 and p.proname not like 'touch\_%'
union all
select 'function', i.identity
from pg_proc p
cross join lateral pg_identify_object(cast('pg_proc' as regclass), p.oid, 0) i
where p.pronamespace = (select oid from pg_namespace where nspname = :schema)
  and p.prokind in ('f', 'w')
  and p.oid not in (select objid from pg_depend where classid = cast('pg_proc' as regclass) and deptype = 'e')
union all
select 'enum', format('%I.%I', n.nspname, t.typname)
from pg_type t
join pg_namespace n on n.oid = t.typnamespace
where t.typnamespace = (select oid from pg_namespace where nspname = :schema)
  and t.typtype = 'e'
  and not exists (select from pg_depend d where d.classid = cast('pg_type' as regclass) and d.objid = t.oid and d.deptype = 'e');
