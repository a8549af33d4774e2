-- One row per rule of the data checks: its last answer, of whichever run it took part in.
-- A run over some of the rows tells of what fails; that a rule passed there says nothing.
-- name: checks_latest(tables)
select distinct on (r.rule)
    r.rule,
    r.table_name,
    r.platform,
    r.severity,
    r.topic,
    r.state,
    r.failed,
    r.message,
    r.keys,
    c.run_id,
    c.started_at as checked_at,
    c.as_of
from marts.check_result as r
join marts.check_run as c on c.run_id = r.run_id
where (cast(:tables as text[]) is null or r.table_name = any(cast(:tables as text[])))
  and (r.state <> 'passed' or (c.since is null and c.sample is null))
order by r.rule, c.started_at desc, c.run_id
