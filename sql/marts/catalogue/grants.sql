-- One row per object and grantee: privileges on tables, columns, sequences, functions, types, the schema, and default privileges.
-- A missing privilege list stands for the server's default one.
-- name: grants(schema, relations)
with relation as materialized (
    select id, r.type, r.identity
    from unnest(cast(:relations as oid[])) id
    cross join lateral pg_identify_object(cast('pg_class' as regclass), id, 0) r
),
other as (
    select cast('pg_namespace' as regclass) as class, n.oid as id, 'on ' as note, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
    from pg_namespace n
    where n.nspname = :schema
    union all
    select cast('pg_proc' as regclass), p.oid, 'on ', coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p
    where p.pronamespace = (select oid from pg_namespace where nspname = :schema)
      and p.oid not in (select objid from pg_depend where classid = cast('pg_proc' as regclass) and deptype = 'e')
    union all
    select cast('pg_type' as regclass), t.oid, 'on ', coalesce(t.typacl, acldefault('T', t.typowner))
    from pg_type t
    where t.typnamespace = (select oid from pg_namespace where nspname = :schema) and t.typtype in ('e', 'd', 'r')
      and not exists (select from pg_depend d where d.classid = cast('pg_type' as regclass) and d.objid = t.oid and d.deptype = 'e')
    union all
    select cast('pg_namespace' as regclass), d.defaclnamespace,
           format(
               'on new %s of %s in ',
               case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else 'types' end,
               pg_get_userbyid(d.defaclrole)
           ),
           d.defaclacl
    from pg_default_acl d
    where d.defaclnamespace = (select oid from pg_namespace where nspname = :schema)
),
listed as (
    select
        'on ' || r.type || ' ' || r.identity as name,
        coalesce(c.relacl, acldefault(cast(case c.relkind when 'S' then 's' else 'r' end as "char"), c.relowner)) as acl
    from relation r
    join pg_class c on c.oid = r.id
    where c.relkind <> 'c'
    union all
    select 'on ' || r.type || ' column ' || r.identity || '.' || quote_ident(a.attname), a.attacl
    from relation r
    join pg_attribute a on a.attrelid = r.id
    where a.attrelid = any(cast(:relations as oid[])) and a.attacl is not null and not a.attisdropped
    union all
    select o.note || i.type || ' ' || i.identity, o.acl
    from other o
    cross join lateral pg_identify_object(cast(o.class as oid), o.id, 0) i
)
select
    format('grant %s to %s', l.name, case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end) as object,
    g.privileges as definition
from listed l
cross join lateral (
    select e.grantee, string_agg(distinct e.privilege_type || case when e.is_grantable then ' with grant option' else '' end, ', ') as privileges
    from aclexplode(l.acl) e
    group by e.grantee
) g;
