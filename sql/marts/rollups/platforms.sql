-- One row per platform that is installed with the fact.
-- name: platforms(platforms, fact)
select n.nspname as platform
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relname = cast(:fact as text) and c.relkind = 'v' and n.nspname = any(cast(:platforms as text[]))
order by array_position(cast(:platforms as text[]), cast(n.nspname as text))
