-- One row where pg_stat_statements is there in this database: its schema.
-- name: statements_schema()
select quote_ident(n.nspname) as schema
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
where e.extname = 'pg_stat_statements'
