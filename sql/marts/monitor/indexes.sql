-- One row per index, those of partitions counted with their table's: size and use. The largest first.
-- name: indexes(schemas)
with recursive family as (
    select x.indexrelid as root, x.indexrelid, x.indrelid
    from pg_catalog.pg_index as x
    join pg_catalog.pg_class as c on c.oid = x.indrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any(cast(:schemas as text[])) and not exists (select from pg_catalog.pg_inherits as h where h.inhrelid = x.indexrelid)
    union all
    select f.root, x.indexrelid, x.indrelid
    from family as f
    join pg_catalog.pg_inherits as h on h.inhparent = f.indexrelid
    join pg_catalog.pg_index as x on x.indexrelid = h.inhrelid
),
held as materialized (
    select distinct l.relation
    from pg_catalog.pg_locks as l
    where l.mode = 'AccessExclusiveLock' and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
)
select
    i.identity as index,
    cast(sum(
        case when f.indexrelid in (select relation from held) or f.indrelid in (select relation from held)
            then greatest(c.relpages, 0) * cast(current_setting('block_size') as bigint)
            else pg_relation_size(f.indexrelid)
        end
    ) as bigint) as bytes,
    cast(sum(coalesce(s.idx_scan, 0)) as bigint) as scans,
    cast(sum(coalesce(s.idx_tup_read, 0)) as bigint) as entries_read
from family as f
join pg_catalog.pg_class as c on c.oid = f.indexrelid
left join pg_catalog.pg_stat_all_indexes as s on s.indexrelid = f.indexrelid
cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), f.root, 0) as i
group by i.identity
order by 2 desc, 1
