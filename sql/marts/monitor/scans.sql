-- One row per table of 10 000 rows or more that is read from end to end again and again, partitions counted with it. The most rows first.
-- name: scans(schemas)
with part as (
    select coalesce(case when c.relispartition then pg_partition_root(c.oid) end, c.oid) as root, s.*
    from pg_catalog.pg_stat_all_tables as s
    join pg_catalog.pg_class as c on c.oid = s.relid
    where s.schemaname = any(cast(:schemas as text[]))
)
select
    i.identity as table,
    cast(sum(p.n_live_tup) as bigint) as live_rows,
    cast(sum(p.seq_scan) as bigint) as sequential_scans,
    cast(sum(p.seq_tup_read) as bigint) as rows_read,
    cast(coalesce(sum(p.idx_scan), 0) as bigint) as index_scans,
    cast(sum(p.seq_scan) as double precision) / nullif(sum(p.seq_scan) + coalesce(sum(p.idx_scan), 0), 0) as sequential_ratio
from part as p
cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), p.root, 0) as i
group by i.identity
having sum(p.n_live_tup) >= 10000 and sum(p.seq_scan) > 0 and sum(p.seq_tup_read) >= 10000
order by 4 desc, 1
