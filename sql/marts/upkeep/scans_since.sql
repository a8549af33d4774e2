-- One row per schema: since when scans of its indexes are counted for certain, and how many servers follow this one.
-- name: scans_since(schemas)
select
    m.platform,
    greatest(max(m.applied_at), (select d.stats_reset from pg_catalog.pg_stat_database as d where d.datname = current_database())) as counted_since,
    (select count(*) from pg_catalog.pg_stat_replication) as replicas
from marts.schema_migration as m
where m.platform = any(cast(:schemas as text[]))
group by m.platform
