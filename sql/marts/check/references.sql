-- One row per foreign key of a table: its columns, the table it refers to and the columns there, pair by pair.
-- name: references(table)
select
    array_agg(a.attname order by k.place) as column_names,
    cast(cast(c.confrelid as regclass) as text) as other_table,
    array_agg(o.attname order by k.place) as other_names
from pg_constraint as c
cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (attnum, other, place)
join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.attnum
join pg_attribute as o on o.attrelid = c.confrelid and o.attnum = k.other
where c.conrelid = cast(:table as regclass)
  and c.contype = 'f'
group by c.oid, c.conname, c.confrelid
order by c.conname
