-- One row per index that a broken-off REINDEX CONCURRENTLY of this one left on its table.
-- name: left_behind(index)
select i.identity
from pg_catalog.pg_index as x
join pg_catalog.pg_class as c on c.oid = x.indexrelid
join pg_catalog.pg_index as origin on origin.indexrelid = to_regclass(:index) and origin.indrelid = x.indrelid
cross join lateral pg_catalog.pg_identify_object(cast('pg_class' as regclass), x.indexrelid, 0) as i
where not x.indisvalid and c.relname ~ '_cc(new|old)\d*$'
