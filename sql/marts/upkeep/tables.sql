-- One row per table, partitioned table, partition and materialized view of these schemas: whether this role may maintain it, its dead rows, its size.
-- Measuring waits for whoever holds a table alone; of such a table the size is the last one noted.
-- name: tables(schemas)
with held as materialized (
    select distinct l.relation
    from pg_catalog.pg_locks as l
    where l.mode = 'AccessExclusiveLock' and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
)
select
    cast(n.nspname as text) as platform,
    cast(c.relname as text) as name,
    cast(c.relkind as text) as kind,
    c.relispartition as is_partition,
    cast(pg_get_userbyid(c.relowner) as text) as owner,
    pg_has_role(current_user, c.relowner, 'USAGE')
    or pg_has_role(current_user, d.datdba, 'USAGE')
    or case when cast(current_setting('server_version_num') as integer) >= 170000 then has_table_privilege(c.oid, 'MAINTAIN') else false end
        as may_maintain,
    coalesce(s.n_dead_tup, 0) as dead_rows,
    case when c.oid in (select relation from held)
        then greatest(c.relpages, 0) * cast(current_setting('block_size') as bigint)
        else pg_total_relation_size(c.oid)
    end as bytes
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_database as d on d.datname = current_database()
left join pg_catalog.pg_stat_all_tables as s on s.relid = c.oid
where n.nspname = any(cast(:schemas as text[])) and c.relkind in ('r', 'p', 'm')
order by array_position(cast(:schemas as text[]), cast(n.nspname as text)), c.relkind = 'm', c.relkind = 'p', c.relname
