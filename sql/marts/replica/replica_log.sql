-- One row: which system and database this is, whether it follows another server, whether it has replayed that one's log up to a
-- position, and when the last commit it replayed was made. The last alone tells no lag: it stands still while nobody writes.
-- name: replica_log(written)
select
    c.system_identifier,
    current_database() as database,
    pg_is_in_recovery() as in_recovery,
    coalesce(pg_last_wal_replay_lsn() >= cast(:written as pg_lsn), false) as is_level,
    pg_last_xact_replay_timestamp() as replayed_until
from pg_control_system() as c;
