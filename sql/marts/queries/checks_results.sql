-- One row per answer to a rule of the data checks, of the runs begun in the period.
-- name: checks_results(platforms, since, until)
select
    r.rule,
    r.table_name,
    r.platform,
    r.severity,
    r.topic,
    r.state,
    r.failed,
    r.message,
    r.duration_ms,
    r.run_id,
    c.started_at,
    c.finished_at,
    c.since is not null or c.sample is not null as is_partial,
    c.targets
from marts.check_result as r
join marts.check_run as c on c.run_id = r.run_id
where c.started_at >= cast(:since as timestamptz)
  and c.started_at < cast(:until as timestamptz)
  and (cast(:platforms as text[]) is null or r.platform = any(cast(:platforms as text[])))
order by c.started_at, c.run_id, r.rule
