-- One row per column of a table, with what a value must be to fit: type, length or digits, labels, null or not, default or not.
-- name: table_columns(schema_name, table_name)
select
    cast(a.attname as text) as name,
    case when base.typtype = 'e' then 'enum' else cast(base.typname as text) end as kind,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required,
    a.atthasdef or a.attidentity <> '' as filled,
    a.attgenerated <> '' as computed,
    case when base.typname in ('varchar', 'bpchar') and m.modifier > 4 then m.modifier - 4 end as length,
    case when base.typname = 'numeric' and m.modifier > 4 then ((m.modifier - 4) >> 16) & 65535 end as digits,
    case when base.typname = 'numeric' and m.modifier > 4 then (m.modifier - 4) & 2047 end as scale,
    (select array_agg(cast(e.enumlabel as text) order by e.enumsortorder) from pg_catalog.pg_enum as e where e.enumtypid = base.oid) as labels
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_type as t on t.oid = a.atttypid
join pg_catalog.pg_type as base on base.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
cross join lateral (select case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier) as m
where
    n.nspname = :schema_name
    and c.relname = :table_name
    and c.relkind in ('r', 'p')
    and a.attnum > 0
    and not a.attisdropped
order by a.attnum
