-- One row per lock of this database that somebody waits for: who waits, for what, and for whom. The longest wait first.
-- name: waits()
select
    l.pid,
    cast(a.usename as text) as login,
    cast(extract(epoch from clock_timestamp() - l.waitstart) as double precision) as waiting_s,
    l.mode,
    coalesce(cast(cast(l.relation as regclass) as text), l.locktype) as what,
    pg_blocking_pids(l.pid) as blocked_by,
    (select string_agg(distinct coalesce(b.state, 'not shown'), ', ') from pg_catalog.pg_stat_activity as b where b.pid = any(pg_blocking_pids(l.pid)))
        as blocker_state,
    a.query
from pg_catalog.pg_locks as l
join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where not l.granted and a.datname = current_database()
order by l.waitstart nulls last, l.pid
limit 50
