-- One row per table of the schemas that is no partition: its quoted name, the numbers of its files, and rows deleted in this transaction.
-- Another file number means truncated or rewritten. Partitions are counted with their parent.
-- name: stored_tables(schemas)
select
    c.oid,
    format('%I.%I', n.nspname, c.relname) as name,
    cast(sum(cast(t.relfilenode as bigint)) as bigint) as files,
    cast(sum(pg_stat_get_xact_tuples_deleted(t.oid)) as bigint) as deleted
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (select c.oid union select cast(p.relid as oid) from pg_partition_tree(c.oid) p) part
join pg_class t on t.oid = part.oid
where n.nspname = any(:schemas)
  and c.relkind in ('r', 'p')
  and not c.relispartition
group by 1, 2;
