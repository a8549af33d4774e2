-- One row per table and UTC day with rows: how many came, in the thirteen weeks up to the last of them before the instant of the check.
create view mued.check_days as
select 'users'::text as table_name, (event.created_at at time zone 'UTC')::date as day, count(*) as rows
from mued.users as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days' from mued.users where created_at < marts.check_as_of()
)
group by 2
union all
select 'reservations', (event.booked_at at time zone 'UTC')::date, count(*)
from mued.reservations as event
where event.booked_at < marts.check_as_of() and event.booked_at >= (
    select date_trunc('day', max(booked_at), 'UTC') - interval '91 days' from mued.reservations where booked_at < marts.check_as_of()
)
group by 2
union all
select 'messages', (event.sent_at at time zone 'UTC')::date, count(*)
from mued.messages as event
where event.sent_at < marts.check_as_of() and event.sent_at >= (
    select date_trunc('day', max(sent_at), 'UTC') - interval '91 days' from mued.messages where sent_at < marts.check_as_of()
)
group by 2
union all
select 'subscriptions', (event.created_at at time zone 'UTC')::date, count(*)
from mued.subscriptions as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days' from mued.subscriptions where created_at < marts.check_as_of()
)
group by 2
union all
select 'learning_metrics', (event.assigned_at at time zone 'UTC')::date, count(*)
from mued.learning_metrics as event
where event.assigned_at < marts.check_as_of() and event.assigned_at >= (
    select date_trunc('day', max(assigned_at), 'UTC') - interval '91 days' from mued.learning_metrics where assigned_at < marts.check_as_of()
)
group by 2
union all
select 'ai_dialogue_log', (event.created_at at time zone 'UTC')::date, count(*)
from mued.ai_dialogue_log as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days' from mued.ai_dialogue_log where created_at < marts.check_as_of()
)
group by 2
union all
select 'log_entries', (event.logged_at at time zone 'UTC')::date, count(*)
from mued.log_entries as event
where event.logged_at < marts.check_as_of() and event.logged_at >= (
    select date_trunc('day', max(logged_at), 'UTC') - interval '91 days' from mued.log_entries where logged_at < marts.check_as_of()
)
group by 2
union all
select 'sessions', (event.started_at at time zone 'UTC')::date, count(*)
from mued.sessions as event
where event.started_at < marts.check_as_of() and event.started_at >= (
    select date_trunc('day', max(started_at), 'UTC') - interval '91 days' from mued.sessions where started_at < marts.check_as_of()
)
group by 2
union all
select 'session_analyses', (event.analysed_at at time zone 'UTC')::date, count(*)
from mued.session_analyses as event
where event.analysed_at < marts.check_as_of() and event.analysed_at >= (
    select date_trunc('day', max(analysed_at), 'UTC') - interval '91 days' from mued.session_analyses where analysed_at < marts.check_as_of()
)
group by 2
union all
select 'interview_questions', (event.asked_at at time zone 'UTC')::date, count(*)
from mued.interview_questions as event
where event.asked_at < marts.check_as_of() and event.asked_at >= (
    select date_trunc('day', max(asked_at), 'UTC') - interval '91 days' from mued.interview_questions where asked_at < marts.check_as_of()
)
group by 2
union all
select 'interview_answers', (event.answered_at at time zone 'UTC')::date, count(*)
from mued.interview_answers as event
where event.answered_at < marts.check_as_of() and event.answered_at >= (
    select date_trunc('day', max(answered_at), 'UTC') - interval '91 days' from mued.interview_answers where answered_at < marts.check_as_of()
)
group by 2;

comment on view mued.check_days is 'Rows a day of the tables that grow by what happens, in the thirteen weeks up to their last row: their rhythm.';
comment on column mued.check_days.table_name is 'Table.';
comment on column mued.check_days.day is 'UTC day of the event.';
comment on column mued.check_days.rows is 'Rows of that day; days without rows are left out.';
