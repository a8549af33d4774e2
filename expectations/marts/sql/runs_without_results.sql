-- One row per run of the checks at fault: it has no result.
select c.run_id
from marts.check_run as c
where not exists (select from marts.check_result as r where r.run_id = c.run_id)
