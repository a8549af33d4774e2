-- One row per platform and fact that it is installed with.
-- name: platforms(platforms, facts)
select n.nspname as platform, c.relname as fact
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relname = any(cast(:facts as text[])) and c.relkind = 'v' and n.nspname = any(cast(:platforms as text[]))
order by array_position(cast(:platforms as text[]), cast(n.nspname as text))
