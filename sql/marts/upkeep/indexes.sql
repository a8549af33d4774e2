-- One row per index of these schemas, those of partitions too: where it belongs, whether it can be used, who needs it, its size and scans.
-- Measuring waits for whoever holds an index alone; of such an index the size is the last one noted.
-- A build beside writers holds its table in a mode of its own all the while (so does VACUUM: then an unfinished index may show as being built).
-- name: indexes(schemas)
with held as materialized (
    select distinct l.relation, l.mode
    from pg_locks as l
    where
        l.mode in ('AccessExclusiveLock', 'ShareUpdateExclusiveLock')
        and l.database = (select oid from pg_database where datname = current_database())
),
backed as materialized (
    select
        k.conindid as id,
        min(cast(k.conname as text)) filter (where k.contype in ('p', 'u', 'x')) as constraint_name,
        array_agg(cast(k.conname as text) order by k.conname) filter (where k.contype = 'f' and k.conparentid = 0) as referenced_by
    from pg_constraint as k
    where k.conindid <> 0
    group by k.conindid
)
select
    cast(n.nspname as text) as platform,
    i.identity as name,
    t.identity as table_name,
    cast(c.relkind as text) as table_kind,
    (select p.identity from pg_inherits as h cross join lateral pg_identify_object(cast('pg_class' as regclass), h.inhparent, 0) as p where h.inhrelid = c.oid limit 1)
        as partition_of,
    (select p.identity from pg_inherits as h cross join lateral pg_identify_object(cast('pg_class' as regclass), h.inhparent, 0) as p where h.inhrelid = x.indexrelid)
        as part_of,
    pg_get_indexdef(x.indexrelid) as definition,
    x.indisvalid as is_valid,
    x.indisunique as is_unique,
    b.constraint_name,
    coalesce(b.referenced_by, '{}') as referenced_by,
    array(
        select cast(k.conname as text) from pg_constraint as k
        cross join lateral (select (cast(string_to_array(cast(x.indkey as text), ' ') as smallint[]))[1 : cardinality(k.conkey)] as leading) as first
        where k.conrelid = x.indrelid and k.contype = 'f' and first.leading @> k.conkey and first.leading <@ k.conkey order by 1
    ) as serves,
    x.indisreplident as is_replica_identity,
    case when exists (select from held where relation in (x.indexrelid, x.indrelid) and mode = 'AccessExclusiveLock')
        then (select greatest(o.relpages, 0) * cast(current_setting('block_size') as bigint) from pg_class as o where o.oid = x.indexrelid)
        else pg_relation_size(x.indexrelid)
    end as bytes,
    coalesce(pg_stat_get_numscans(x.indexrelid), 0) as scans,
    not x.indisvalid and exists (select from held where relation = x.indrelid and mode = 'ShareUpdateExclusiveLock') as is_being_built
from pg_index as x
join pg_class as c on c.oid = x.indrelid
join pg_namespace as n on n.oid = c.relnamespace
cross join lateral pg_identify_object(cast('pg_class' as regclass), x.indexrelid, 0) as i
cross join lateral pg_identify_object(cast('pg_class' as regclass), x.indrelid, 0) as t
left join backed as b on b.id = x.indexrelid
where n.nspname = any(cast(:schemas as text[]))
order by array_position(cast(:schemas as text[]), cast(n.nspname as text)), t.identity, i.identity
