-- One row per table and UTC day with rows: how many came, in the thirteen weeks up to the last of them before the instant of the check.
create view learning.check_days as
select 'learning_sessions'::text as table_name, (event.started_at at time zone 'UTC')::date as day, count(*) as rows
from learning.learning_sessions as event
where event.started_at < marts.check_as_of() and event.started_at >= (
    select date_trunc('day', max(started_at), 'UTC') - interval '91 days'
    from learning.learning_sessions where started_at < marts.check_as_of()
)
group by 2
union all
select 'interactions', (event.created_at at time zone 'UTC')::date, count(*)
from learning.interactions as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days'
    from learning.interactions where created_at < marts.check_as_of()
)
group by 2
union all
select 'user_feedback', (event.created_at at time zone 'UTC')::date, count(*)
from learning.user_feedback as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days'
    from learning.user_feedback where created_at < marts.check_as_of()
)
group by 2
union all
select 'progress_metrics', (event.recorded_at at time zone 'UTC')::date, count(*)
from learning.progress_metrics as event
where event.recorded_at < marts.check_as_of() and event.recorded_at >= (
    select date_trunc('day', max(recorded_at), 'UTC') - interval '91 days'
    from learning.progress_metrics where recorded_at < marts.check_as_of()
)
group by 2
union all
select 'audit_logs', (event.created_at at time zone 'UTC')::date, count(*)
from learning.audit_logs as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days'
    from learning.audit_logs where created_at < marts.check_as_of()
)
group by 2;

comment on view learning.check_days is 'Rows a day of the tables that grow by what happens, in the thirteen weeks up to their last row: their rhythm';
comment on column learning.check_days.table_name is 'Table';
comment on column learning.check_days.day is 'UTC day of the event';
comment on column learning.check_days.rows is 'Rows of that day; days without rows are left out';
