-- One row per column that was dropped from a table, of any schema: to look which are ours would take longer.
-- name: dropped_columns()
select attrelid, attnum
from pg_attribute
where attisdropped;
