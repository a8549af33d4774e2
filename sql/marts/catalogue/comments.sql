-- One row per comment on the schema or anything in it.
-- name: comments(schema, relations)
with inside as (
    select cast('pg_class' as regclass) as class, indexrelid as id from pg_index where indrelid = any(cast(:relations as oid[]))
    union all
    select cast('pg_constraint' as regclass), oid from pg_constraint where conrelid = any(cast(:relations as oid[]))
    union all
    select cast('pg_policy' as regclass), oid from pg_policy where polrelid = any(cast(:relations as oid[]))
    union all
    select cast('pg_trigger' as regclass), oid from pg_trigger where tgrelid = any(cast(:relations as oid[]))
    union all
    select cast('pg_statistic_ext' as regclass), oid from pg_statistic_ext where stxrelid = any(cast(:relations as oid[]))
    union all
    select cast('pg_proc' as regclass), oid from pg_proc where pronamespace = (select oid from pg_namespace where nspname = :schema)
    union all
    select cast('pg_type' as regclass), oid from pg_type where typnamespace = (select oid from pg_namespace where nspname = :schema)
    union all
    select cast('pg_namespace' as regclass), oid from pg_namespace where nspname = :schema
)
select 'comment on ' || i.type || ' ' || i.identity as object, d.description as definition
from pg_description d
cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
where d.classoid = cast('pg_class' as regclass) and d.objoid = any(cast(:relations as oid[]))
union all
select 'comment on ' || i.type || ' ' || i.identity, d.description
from inside
join pg_description d on d.classoid = cast(inside.class as oid) and d.objoid = inside.id
cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
where not exists (select from pg_depend e where e.classid = d.classoid and e.objid = d.objoid and e.deptype = 'e');
