-- One row per state of the clients' connections, all databases of the server, and how much of the limit they take. What a login may not see
-- of others counts without its state.
-- name: connections()
select
    coalesce(a.state, 'not shown to this login') as state,
    count(*) as connections,
    count(*) filter (where a.datname = current_database()) as in_this_database,
    cast(current_setting('max_connections') as integer) as max_connections,
    cast(count(*) as double precision) / cast(current_setting('max_connections') as integer) as of_max_ratio,
    cast(max(extract(epoch from clock_timestamp() - a.state_change)) as double precision) as longest_s
from pg_catalog.pg_stat_activity as a
where coalesce(a.backend_type, 'client backend') = 'client backend' and a.datid is not null
group by 1
order by 2 desc, 1
