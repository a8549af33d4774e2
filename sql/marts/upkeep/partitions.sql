-- One row per direct partition of a table: its own index that is attached to the table's index, where it has one.
-- name: partitions(parent_table, parent_index)
select
    t.identity as table_name,
    cast(c.relname as text) as name,
    c.relkind = 'p' as is_partitioned,
    i.identity as attached,
    i.indisvalid as is_valid
from pg_catalog.pg_inherits as h
join pg_catalog.pg_class as c on c.oid = h.inhrelid
cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), c.oid, 0) as t
left join lateral (
    select o.identity, x.indisvalid
    from pg_catalog.pg_index as x
    join pg_catalog.pg_inherits as p on p.inhrelid = x.indexrelid and p.inhparent = to_regclass(:parent_index)
    cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), x.indexrelid, 0) as o
    where x.indrelid = c.oid
) as i on true
where h.inhparent = to_regclass(:parent_table)
order by c.relname
