-- One row per result of the checks at fault: its run is gone.
select
    r.run_id,
    r.rule
from marts.check_result as r
where not exists (select from marts.check_run as c where c.run_id = r.run_id)
