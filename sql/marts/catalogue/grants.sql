-- One row per object and grantee: privileges on tables, columns, sequences, functions, types, the schema, and default privileges.
-- A missing privilege list stands for the server's default one.
-- name: grants(schema, relations)
with namespace as (
    select oid, nspowner, nspacl from pg_namespace where nspname = :schema
),
listed as (
    select cast('pg_class' as regclass) as class, c.oid as id, 0 as part, 'on ' as note,
           coalesce(c.relacl, acldefault(cast(case c.relkind when 'S' then 's' else 'r' end as "char"), c.relowner)) as acl
    from pg_class c
    where c.oid = any(cast(:relations as oid[])) and c.relkind <> 'c'
    union all
    select cast('pg_class' as regclass), a.attrelid, a.attnum, 'on ', a.attacl
    from pg_attribute a
    where a.attrelid = any(cast(:relations as oid[])) and a.attacl is not null and not a.attisdropped
    union all
    select cast('pg_namespace' as regclass), n.oid, 0, 'on ', coalesce(n.nspacl, acldefault('n', n.nspowner))
    from namespace n
    union all
    select cast('pg_proc' as regclass), p.oid, 0, 'on ', coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p
    where p.pronamespace = (select oid from namespace)
      and not exists (select from pg_depend d where d.classid = cast('pg_proc' as regclass) and d.objid = p.oid and d.deptype = 'e')
    union all
    select cast('pg_type' as regclass), t.oid, 0, 'on ', coalesce(t.typacl, acldefault('T', t.typowner))
    from pg_type t
    where t.typnamespace = (select oid from namespace) and t.typtype in ('e', 'd', 'r')
      and not exists (select from pg_depend d where d.classid = cast('pg_type' as regclass) and d.objid = t.oid and d.deptype = 'e')
    union all
    select cast('pg_namespace' as regclass), d.defaclnamespace, 0,
           format(
               'on new %s of %s in ',
               case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else 'types' end,
               pg_get_userbyid(d.defaclrole)
           ),
           d.defaclacl
    from pg_default_acl d
    where d.defaclnamespace = (select oid from namespace)
)
select
    format('grant %s%s %s to %s', l.note, i.type, i.identity, case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end) as object,
    string_agg(distinct g.privilege_type || case when g.is_grantable then ' with grant option' else '' end, ', ') as definition
from listed l
cross join lateral pg_identify_object(cast(l.class as oid), l.id, l.part) i
cross join lateral aclexplode(l.acl) g
group by 1;
