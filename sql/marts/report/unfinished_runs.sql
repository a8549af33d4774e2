-- One row per run of a report that the ledger holds as running.
-- name: unfinished_runs(report)
select cast(run_id as text) as run_id, worker
from marts.report_run
where report = :report and state = 'running'
order by started_at;
