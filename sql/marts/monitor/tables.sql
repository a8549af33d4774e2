-- One row per table and materialized view, partitions counted with their table: size, growth (rows added and removed since the statistics
-- began), dead rows, last upkeep. The largest first.
-- Measuring waits for whoever holds a table alone; of such a table the size is the last one noted.
-- name: tables(schemas)
with held as materialized (
    select distinct l.relation
    from pg_catalog.pg_locks as l
    where l.mode = 'AccessExclusiveLock' and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
),
part as (
    select
        coalesce(case when c.relispartition then pg_partition_root(c.oid) end, c.oid) as root,
        c.relkind,
        greatest(c.reltuples, 0) as rows,
        case when c.oid in (select relation from held)
            then greatest(c.relpages, 0) * cast(current_setting('block_size') as bigint)
            else pg_table_size(c.oid)
        end as table_bytes,
        case when c.oid in (select relation from held) then 0 else pg_indexes_size(c.oid) end as index_bytes,
        s.n_live_tup,
        s.n_dead_tup,
        s.n_tup_ins,
        s.n_tup_del,
        greatest(s.last_vacuum, s.last_autovacuum) as vacuumed_at,
        greatest(s.last_analyze, s.last_autoanalyze) as analyzed_at
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join pg_catalog.pg_stat_all_tables as s on s.relid = c.oid
    where n.nspname = any(cast(:schemas as text[])) and c.relkind in ('r', 'p', 'm')
)
select
    i.identity as table,
    cast(sum(p.table_bytes + p.index_bytes) as bigint) as total_bytes,
    cast(sum(p.table_bytes) as bigint) as table_bytes,
    cast(sum(p.index_bytes) as bigint) as index_bytes,
    cast(coalesce(sum(p.n_live_tup) filter (where p.relkind <> 'p'), 0) as bigint) as live_rows,
    cast(coalesce(sum(p.n_dead_tup) filter (where p.relkind <> 'p'), 0) as bigint) as dead_rows,
    cast(sum(p.n_dead_tup) filter (where p.relkind <> 'p') as double precision)
        / nullif(sum(p.n_live_tup + p.n_dead_tup) filter (where p.relkind <> 'p'), 0) as dead_ratio,
    cast(coalesce(sum(p.n_tup_ins) filter (where p.relkind <> 'p'), 0) as bigint) as added,
    cast(coalesce(sum(p.n_tup_del) filter (where p.relkind <> 'p'), 0) as bigint) as removed,
    count(*) - 1 as partitions,
    min(p.vacuumed_at) filter (where p.relkind <> 'p') as vacuumed_at,
    min(p.analyzed_at) as analyzed_at
from part as p
cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), p.root, 0) as i
group by p.root, i.identity
order by 2 desc, 1
