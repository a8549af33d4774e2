-- One row per schema of the name (one or none) and per extension that lies in it.
-- name: schemas(schema)
select 'schema ' || quote_ident(n.nspname) as object, 'owner ' || pg_get_userbyid(n.nspowner) as definition
from pg_namespace n
where n.nspname = :schema
union all
select 'extension ' || quote_ident(e.extname), 'in ' || quote_ident(n.nspname)
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where n.nspname = :schema;
