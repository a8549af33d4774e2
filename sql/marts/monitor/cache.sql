-- One row per schema: which share of the blocks that were needed lay in PostgreSQL's memory; empty where none was needed.
-- name: cache(schemas)
select
    cast(t.schemaname as text) as schema,
    cast(sum(t.heap_blks_hit) as double precision) / nullif(sum(t.heap_blks_hit) + sum(t.heap_blks_read), 0) as table_hit_ratio,
    cast(sum(t.idx_blks_hit) as double precision) / nullif(sum(t.idx_blks_hit) + sum(t.idx_blks_read), 0) as index_hit_ratio,
    cast(sum(t.heap_blks_hit + coalesce(t.idx_blks_hit, 0)) as bigint) as blocks_hit,
    cast(sum(t.heap_blks_read + coalesce(t.idx_blks_read, 0)) as bigint) as blocks_read
from pg_catalog.pg_statio_all_tables as t
where t.schemaname = any(cast(:schemas as text[]))
group by t.schemaname
order by array_position(cast(:schemas as text[]), cast(t.schemaname as text))
