-- One row per kind of event and UTC day with rows: how many came, in the thirteen weeks up to the last of them before the instant of the check.
create view drivemaster.check_days as
select 'question_answered'::text as event_type, (event."timestamp" at time zone 'UTC')::date as day, count(*) as rows
from drivemaster.learning_events as event
where event."timestamp" < marts.check_as_of() and event.event_type = 'question_answered' and event."timestamp" >= (
    select date_trunc('day', max("timestamp"), 'UTC') - interval '91 days'
    from drivemaster.learning_events where "timestamp" < marts.check_as_of() and event_type = 'question_answered'
)
group by 2
union all
select 'session_started', (event."timestamp" at time zone 'UTC')::date, count(*)
from drivemaster.learning_events as event
where event."timestamp" < marts.check_as_of() and event.event_type = 'session_started' and event."timestamp" >= (
    select date_trunc('day', max("timestamp"), 'UTC') - interval '91 days'
    from drivemaster.learning_events where "timestamp" < marts.check_as_of() and event_type = 'session_started'
)
group by 2;

comment on view drivemaster.check_days is 'Rows a day of answers and starts of sessions, in the thirteen weeks up to their last row: their rhythm';
comment on column drivemaster.check_days.event_type is 'Kind of event';
comment on column drivemaster.check_days.day is 'UTC day of the event';
comment on column drivemaster.check_days.rows is 'Rows of that day; days without rows are left out';
