-- One row per index, those behind constraints too, and per extended statistics object.
-- name: indexes(relations)
select
    i.type || ' ' || i.identity as object,
    concat_ws(
        '; ',
        pg_get_indexdef(x.indexrelid),
        case when not x.indisvalid then 'INVALID' end,
        case when x.indisclustered then 'clustered' end,
        case when x.indisreplident then 'replica identity' end
    ) as definition
from pg_index x
cross join lateral pg_identify_object(cast('pg_class' as regclass), x.indexrelid, 0) i
where x.indrelid = any(cast(:relations as oid[]))
union all
select i.type || ' ' || i.identity, pg_get_statisticsobjdef(s.oid)
from pg_statistic_ext s
cross join lateral pg_identify_object(cast('pg_statistic_ext' as regclass), s.oid, 0) i
where s.stxrelid = any(cast(:relations as oid[]));
