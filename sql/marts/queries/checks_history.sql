-- One row per rule of the data checks: its last answer, since when it gives it, and whether it keeps changing.
-- A run over some of the rows tells of what fails; that a rule passed there says nothing, and neither does a run without an answer.
-- name: checks_history(platforms, until)
with answer as (
    select
        r.rule,
        r.table_name,
        r.platform,
        r.severity,
        r.topic,
        r.state,
        r.failed,
        c.started_at,
        row_number() over newest as back,
        lead(r.state) over newest as state_before
    from marts.check_result as r
    join marts.check_run as c on c.run_id = r.run_id
    where (cast(:platforms as text[]) is null or r.platform = any(cast(:platforms as text[])))
      and (cast(:until as timestamptz) is null or c.started_at < cast(:until as timestamptz))
      and (r.state = 'failed' or (r.state = 'passed' and c.since is null and c.sample is null))
    window newest as (partition by r.rule order by c.started_at desc, c.run_id desc)
), change as (
    select
        *,
        state <> coalesce(state_before, 'passed') as is_change
    from answer
), told as (
    select
        rule,
        count(*) as runs,
        count(*) filter (where state = 'failed') as failed_runs,
        min(started_at) filter (where state = 'failed') as first_failed_at,
        max(started_at) filter (where state = 'failed') as last_failed_at,
        coalesce(max(started_at) filter (where is_change), min(started_at)) as changed_at,
        count(*) filter (where is_change and back < 10 and state_before is not null) as changes,
        string_agg(case state when 'failed' then 'x' else '.' end, '' order by back desc) filter (where back <= 10) as last_runs
    from change
    group by rule
)
select
    n.rule,
    n.table_name,
    n.platform,
    n.severity,
    n.topic,
    n.state,
    case
        when told.changes >= 3 then 'flapping'
        when n.state = 'failed' and n.is_change then 'first seen'
        when n.state = 'failed' then 'still failing'
        when n.is_change then 'fixed'
        else 'passing'
    end as status,
    n.failed,
    n.started_at as checked_at,
    told.changed_at as since_at,
    told.first_failed_at,
    told.last_failed_at,
    told.runs,
    told.failed_runs,
    told.changes,
    told.last_runs
from change as n
join told on told.rule = n.rule
where n.back = 1
order by n.state, array_position(array['critical', 'warning', 'info'], n.severity), n.rule
