-- One row per platform that is set up with materialized views of its own: whether a change of its facts was noted.
-- name: summaries(platforms)
select
    cast(n.nspname as text) as platform,
    exists (select from marts.touched_day as touched where touched.platform = n.nspname) as is_touched
from pg_catalog.pg_namespace as n
where
    n.nspname = any(cast(:platforms as text[]))
    and to_regprocedure(format('%I.refresh_summaries()', n.nspname)) is not null
order by array_position(cast(:platforms as text[]), cast(n.nspname as text))
