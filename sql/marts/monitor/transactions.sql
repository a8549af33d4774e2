-- One row per transaction of this database that is open for a second or more, the oldest first.
-- name: transactions()
select
    a.pid,
    cast(a.usename as text) as login,
    a.application_name as application,
    a.state,
    cast(extract(epoch from clock_timestamp() - a.xact_start) as double precision) as open_s,
    cast(extract(epoch from clock_timestamp() - a.query_start) as double precision) as statement_s,
    nullif(concat_ws(': ', a.wait_event_type, a.wait_event), '') as waits_for,
    pg_blocking_pids(a.pid) as blocked_by,
    a.query
from pg_catalog.pg_stat_activity as a
where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start < clock_timestamp() - interval '1 second'
order by a.xact_start, a.pid
limit 50
