-- One row per statement of this database, the slowest on average first; only those that hold a text, if one is given.
-- name: statements(containing)
select
    s.query,
    cast(sum(s.calls) as bigint) as calls,
    sum(s.total_exec_time) as total_ms,
    sum(s.total_exec_time) / nullif(sum(s.calls), 0) as mean_ms,
    max(s.max_exec_time) as longest_ms,
    cast(sum(s.rows) as bigint) as rows,
    cast(sum(s.shared_blks_hit) as double precision) / nullif(sum(s.shared_blks_hit) + sum(s.shared_blks_read), 0) as hit_ratio
from {schema}.pg_stat_statements as s
where
    s.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
    and (cast(:containing as text) is null or strpos(lower(s.query), lower(cast(:containing as text))) > 0)
group by s.query
order by 4 desc nulls last, 1
limit 20
