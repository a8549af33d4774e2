-- One row per schema of the workbench that is set up here.
-- name: schemas(names)
select n.nspname as name
from pg_namespace as n
where n.nspname = any(cast(:names as text[]))
