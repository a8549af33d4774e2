-- One row per schema with materialized views and a function of its owner that refreshes them: the views, and whether this role may call it.
-- name: summaries(schemas)
select
    cast(n.nspname as text) as platform,
    array_agg(cast(c.relname as text) order by c.relname) as views,
    has_schema_privilege(n.oid, 'USAGE') and has_function_privilege(p.oid, 'EXECUTE') as may_refresh
from pg_catalog.pg_namespace as n
join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'refresh_summaries' and p.pronargs = 0
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relkind = 'm'
where n.nspname = any(cast(:schemas as text[]))
group by n.oid, n.nspname, p.oid
order by array_position(cast(:schemas as text[]), cast(n.nspname as text))
