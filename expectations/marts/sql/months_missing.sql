-- One row per table at fault: partitioned by month and in use, and the month up to the instant of judgement has no partition.
select
    n.nspname as platform,
    t.relname as table_name
from pg_partitioned_table as p
join pg_class as t on t.oid = p.partrelid
join pg_namespace as n on n.oid = t.relnamespace
join pg_inherits as i on i.inhparent = t.oid
join pg_class as c on c.oid = i.inhrelid
cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''(.+)''\) TO \(''(.+)''\)$') as limits
where n.nspname in ('marts', 'mued', 'learning', 'drivemaster', 'video')
  and limits is not null
group by n.nspname, t.relname
having not bool_or(cast(limits[1] as timestamptz) < marts.check_as_of() and marts.check_as_of() <= cast(limits[2] as timestamptz))
