-- One row: which system and database this is, whether it follows another server, how far its log is written, and its clock.
-- name: primary_log()
select
    c.system_identifier,
    current_database() as database,
    pg_is_in_recovery() as in_recovery,
    cast(case when not pg_is_in_recovery() then pg_current_wal_lsn() end as text) as written,
    clock_timestamp() as moment
from pg_control_system() as c;
