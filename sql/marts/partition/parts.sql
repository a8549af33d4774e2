-- One row per partition of a table, DEFAULT apart: the range it holds; an open end is empty.
-- name: parts(platform, table_name)
select
    cast(c.relname as text) as name,
    case when isfinite(bounds.from_at) then bounds.from_at end as from_at,
    case when isfinite(bounds.until_at) then bounds.until_at end as until_at
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
join pg_catalog.pg_class as parent on parent.oid = i.inhparent
join pg_catalog.pg_namespace as n on n.oid = parent.relnamespace
cross join lateral regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') as limits
cross join lateral (
    select
        cast(nullif(trim(both '''' from limits[1]), 'MINVALUE') as timestamptz) as from_at,
        cast(nullif(trim(both '''' from limits[2]), 'MAXVALUE') as timestamptz) as until_at
) as bounds
where n.nspname = :platform and parent.relname = :table_name and limits is not null
order by bounds.from_at nulls first
