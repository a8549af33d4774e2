-- One row per server that follows this one, and how far behind it is.
-- name: replicas()
select
    r.application_name as replica,
    host(r.client_addr) as address,
    r.state,
    r.sync_state,
    cast(pg_wal_lsn_diff(
        case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, r.replay_lsn
    ) as bigint) as behind_bytes,
    cast(extract(epoch from r.replay_lag) as double precision) as behind_s,
    r.reply_time as last_heard_at
from pg_catalog.pg_stat_replication as r
order by 5 desc nulls first, 1
