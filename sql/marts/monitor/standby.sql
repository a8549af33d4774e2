-- One row where this server follows another: what it has received and replayed.
-- name: standby()
select
    w.status,
    w.sender_host as follows,
    cast(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) as bigint) as not_replayed_bytes,
    pg_last_xact_replay_timestamp() as last_replayed_at,
    case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() and w.status = 'streaming' then 0
        else cast(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) as double precision)
    end as behind_s
from (values (pg_is_in_recovery())) as server (is_replica)
left join pg_catalog.pg_stat_wal_receiver as w on true
where server.is_replica
