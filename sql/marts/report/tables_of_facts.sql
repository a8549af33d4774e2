-- One row per table that these facts of these platforms are made of, through however many views.
-- name: tables_of_facts(platforms, facts)
with recursive part as (
    select c.oid
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any(cast(:platforms as text[])) and c.relname = any(cast(:facts as text[])) and c.relkind = 'v'
    union
    select d.refobjid
    from part as p
    join pg_rewrite as r on r.ev_class = p.oid
    join pg_depend as d on d.objid = r.oid
    where d.classid = cast('pg_rewrite' as regclass) and d.refclassid = cast('pg_class' as regclass) and d.refobjid <> p.oid
)
select distinct n.nspname || '.' || c.relname as table_name
from part as p
join pg_class as c on c.oid = p.oid
join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = any(cast(:platforms as text[]))
order by 1
