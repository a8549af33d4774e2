-- One row per table with one partition a month: partitioned by range on a single timestamptz column; with its DEFAULT, where it has one.
-- name: tables(platforms)
select
    cast(n.nspname as text) as platform,
    cast(c.relname as text) as name,
    cast(a.attname as text) as instant,
    cast(d.relname as text) as overflow
from pg_catalog.pg_partitioned_table as p
join pg_catalog.pg_class as c on c.oid = p.partrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
left join pg_catalog.pg_class as d on d.oid = p.partdefid
where
    p.partstrat = 'r'
    and p.partnatts = 1
    and a.atttypid = cast('timestamptz' as regtype)
    and n.nspname = any(cast(:platforms as text[]))
order by array_position(cast(:platforms as text[]), cast(n.nspname as text)), c.relname
