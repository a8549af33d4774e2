-- One row per touch trigger on a table of the schemas: one whose function, of marts or of the platform, is called touch_….
-- name: touch_triggers(schemas)
select t.tgname as name, n.nspname as schema, c.relname as table_name
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace
where t.tgfoid = any(array(select oid from pg_proc where proname like 'touch\_%')) and t.tgparentid = 0 and n.nspname = any(:schemas)
order by 1, 2, 3;
