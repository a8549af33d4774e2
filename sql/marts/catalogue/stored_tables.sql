-- One row per table of the schemas that is no partition: its quoted name, the numbers of its files, and rows deleted in this transaction.
-- Another file number means truncated or rewritten. Partitions are counted with their parent.
-- name: stored_tables(schemas)
select
    c.oid,
    format('%I.%I', n.nspname, c.relname) as name,
    coalesce(part.files, c.relfilenode) as files,
    coalesce(part.deleted, pg_stat_get_xact_tuples_deleted(c.oid)) as deleted
from pg_namespace n
join pg_class c on c.relnamespace = n.oid
left join lateral (
    select
        cast(sum(cast(t.relfilenode as bigint)) as bigint) as files,
        cast(sum(pg_stat_get_xact_tuples_deleted(t.oid)) as bigint) as deleted
    from pg_partition_tree(case when c.relkind = 'p' then c.oid end) p
    join pg_class t on t.oid = p.relid
) part on true
where n.nspname = any(:schemas)
  and c.relkind in ('r', 'p')
  and not c.relispartition;
