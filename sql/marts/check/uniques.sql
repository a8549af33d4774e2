-- One row per unique index over plain columns of a table: its columns in order.
-- name: uniques(table)
select array_agg(a.attname order by k.place) as column_names
from pg_index as i
cross join lateral unnest(i.indkey) with ordinality as k (attnum, place)
join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
where i.indrelid = cast(:table as regclass)
  and i.indisunique
  and i.indpred is null
  and i.indexprs is null
  and k.place <= i.indnkeyatts
group by i.indexrelid, i.indisprimary
order by i.indisprimary desc, 1
