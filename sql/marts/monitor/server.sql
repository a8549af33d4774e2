-- One row: the server and the database, and what went wrong in it since its statistics began.
-- name: server()
select
    current_setting('server_version') as version,
    pg_is_in_recovery() as is_replica,
    cast(extract(epoch from clock_timestamp() - pg_postmaster_start_time()) as double precision) as up_s,
    cast(current_database() as text) as database,
    pg_database_size(current_database()) as database_bytes,
    d.xact_commit as commits,
    d.xact_rollback as rollbacks,
    d.deadlocks,
    d.conflicts as cancelled_by_replay,
    d.temp_bytes as spilled_bytes,
    d.stats_reset as counted_since,
    (select age(datfrozenxid) from pg_catalog.pg_database where datname = current_database()) as oldest_transaction_id_age
from pg_catalog.pg_stat_database as d
where d.datname = current_database()
