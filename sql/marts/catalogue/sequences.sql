-- One row per sequence: its settings and the column that owns it; where it stands is data.
-- name: sequences(relations)
select
    'settings of ' || i.type || ' ' || i.identity as object,
    concat_ws(
        ' ',
        format_type(s.seqtypid, null),
        'start', s.seqstart, 'increment', s.seqincrement, 'from', s.seqmin, 'to', s.seqmax, 'cache', s.seqcache,
        case when s.seqcycle then 'cycle' end,
        'owned by ' || (
            select (pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity
            from pg_depend d
            where d.classid = cast('pg_class' as regclass) and d.objid = s.seqrelid
              and d.refclassid = cast('pg_class' as regclass) and d.deptype in ('a', 'i')
        )
    ) as definition
from pg_sequence s
cross join lateral pg_identify_object(cast('pg_class' as regclass), s.seqrelid, 0) i
where s.seqrelid = any(cast(:relations as oid[]));
