-- One row per table, partition, view, materialized view, composite type and sequence of a schema.
-- A month partition (parent_p2026_01, parent_y2026m01 or parent_2026_01, bounds exactly that month in UTC) is left out: its parent and the bounds rule
-- say all there is to say about it. Hash, list and DEFAULT partitions are kept; fact and check views are left out unless `derived` is wanted.
-- name: relations(schema, derived)
with relation as (
    select
        c.*,
        pg_get_expr(c.relpartbound, c.oid) as bound,
        case when c.relispartition then (select p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent where i.inhrelid = c.oid) end
            as parent_name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = :schema
      and c.relkind in ('r', 'p', 'v', 'm', 'c', 'f', 'S')
      and (:derived or c.relkind <> 'v' or c.relname collate "default" !~ '^(fact|dim|check)_\w+$')
      and not exists (select from pg_depend d where d.classid = cast('pg_class' as regclass) and d.objid = c.oid and d.deptype = 'e')
),
bounded as (
    select
        *,
        regexp_match(bound, '^FOR VALUES FROM \(''(\d{4}-\d\d)-01(?: 00:00:00(?:\+00)?)?''\) TO \(''(\d{4}-\d\d-\d\d)(?: 00:00:00(?:\+00)?)?''\)$') as months,
        regexp_match(substr(relname, length(parent_name) + 1), '^_[yp]?(\d{4})(?:m|_)(\d\d)$') as named
    from relation
)
select
    b.oid,
    i.type || ' ' || i.identity as object,
    concat_ws(
        '; ',
        case b.relpersistence when 'u' then 'unlogged' when 't' then 'temporary' end,
        'partitioned by ' || pg_get_partkeydef(b.oid),
        'child of ' || (
            select string_agg(cast(cast(h.inhparent as regclass) as text), ', ' order by h.inhseqno) from pg_inherits h where h.inhrelid = b.oid
        ),
        b.bound,
        case when b.relrowsecurity then 'row security' end,
        case when b.relforcerowsecurity then 'row security forced' end,
        case b.relreplident when 'f' then 'replica identity full' when 'n' then 'replica identity nothing' end,
        'with (' || array_to_string(b.reloptions, ', ') || ')',
        'owner ' || pg_get_userbyid(b.relowner),
        case when b.relkind in ('v', 'm') then pg_get_viewdef(b.oid) end
    ) as definition
from bounded b
cross join lateral pg_identify_object(cast('pg_class' as regclass), b.oid, 0) i
where not coalesce(
    named[1] || '-' || named[2] = months[1]
    and cast(months[1] || '-01' as date) + interval '1 month' = cast(months[2] as date),
    false
);
