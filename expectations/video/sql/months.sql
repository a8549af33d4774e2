-- One row per table and month at fault: the month has no partition, although an earlier one has and the month has begun.
-- The trail is looked at from the first month of events on: rows loaded later bring their own months, and no older trail.
with part as (
    select parent.relname as table_name, bounds[1]::timestamptz as from_at, bounds[2]::timestamptz as until_at
    from pg_catalog.pg_inherits as link
    join pg_catalog.pg_class as part on part.oid = link.inhrelid
    join pg_catalog.pg_class as parent on parent.oid = link.inhparent
    cross join lateral regexp_match(
        pg_catalog.pg_get_expr(part.relpartbound, part.oid), '^FOR VALUES FROM \(''(.+)''\) TO \(''(.+)''\)$'
    ) as bounds
    where parent.relnamespace = 'video'::regnamespace and parent.relname in ('analytics_events', 'audit_logs') and bounds is not null
),
begun as (
    select table_name, min(from_at) as from_at
    from part
    group by table_name
),
due as (
    select begun.table_name, month
    from begun
    cross join (select from_at from begun where table_name = 'analytics_events') as events
    cross join lateral generate_series(
        greatest(begun.from_at, events.from_at) at time zone 'UTC',
        (marts.check_as_of() - interval '1 microsecond') at time zone 'UTC', interval '1 month'
    ) as month
)
select due.table_name, due.month::date as month
from due
where not exists (
    select
    from part
    where part.table_name = due.table_name and due.month at time zone 'UTC' >= part.from_at and due.month at time zone 'UTC' < part.until_at
)
