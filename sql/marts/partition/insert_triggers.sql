-- One row per trigger that a row inserted into the table fires: the fact and instant it notes touched days of, or nothing for any other.
-- name: insert_triggers(platform, table_name)
select
    case when p.oid = to_regproc('marts.touch_days') then split_part(encode(t.tgargs, 'escape'), '\000', 1) end as fact,
    case when p.oid = to_regproc('marts.touch_days') then split_part(encode(t.tgargs, 'escape'), '\000', 2) end as instant
from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
where
    t.tgrelid = to_regclass(format('%I.%I', cast(:platform as text), cast(:table_name as text)))
    and not t.tgisinternal
    and t.tgenabled <> 'D'
    and t.tgtype & 4 <> 0
order by t.tgname
