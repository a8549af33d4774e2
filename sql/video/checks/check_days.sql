-- One row per table and UTC day with rows: how many came, in the thirteen weeks up to the last of them before the instant of the check.
create view video.check_days as
select 'analytics_events'::text as table_name, event.day, sum(event.n)::bigint as rows, count(*) as sources
from (
    select (occurred_at at time zone 'UTC')::date as day, coalesce(user_id, id) as person, count(*) as n
    from video.analytics_events
    where occurred_at < marts.check_as_of() and occurred_at >= (
        select date_trunc('day', max(occurred_at), 'UTC') - interval '91 days' from video.analytics_events where occurred_at < marts.check_as_of()
    )
    group by 1, 2
) as event
group by 2
union all
select 'question_attempts', event.day, sum(event.n)::bigint, count(*)
from (
    select (answered_at at time zone 'UTC')::date as day, student_id as person, count(*) as n
    from video.question_attempts
    where answered_at < marts.check_as_of() and answered_at >= (
        select date_trunc('day', max(answered_at), 'UTC') - interval '91 days' from video.question_attempts where answered_at < marts.check_as_of()
    )
    group by 1, 2
) as event
group by 2
union all
select 'student_sessions', event.day, sum(event.n)::bigint, count(*)
from (
    select (started_at at time zone 'UTC')::date as day, student_id as person, count(*) as n
    from video.student_sessions
    where started_at < marts.check_as_of() and started_at >= (
        select date_trunc('day', max(started_at), 'UTC') - interval '91 days' from video.student_sessions where started_at < marts.check_as_of()
    )
    group by 1, 2
) as event
group by 2
union all
select 'question_reviews', (event.reviewed_at at time zone 'UTC')::date, count(*), count(*)
from video.question_reviews as event
where event.reviewed_at < marts.check_as_of() and event.reviewed_at >= (
    select date_trunc('day', max(reviewed_at), 'UTC') - interval '91 days' from video.question_reviews where reviewed_at < marts.check_as_of()
)
group by 2
union all
select 'generation_jobs', (event.requested_at at time zone 'UTC')::date, count(*), count(*)
from video.generation_jobs as event
where event.requested_at < marts.check_as_of() and event.requested_at >= (
    select date_trunc('day', max(requested_at), 'UTC') - interval '91 days' from video.generation_jobs where requested_at < marts.check_as_of()
)
group by 2
union all
select 'ai_usage', (event.occurred_at at time zone 'UTC')::date, count(*), count(*)
from video.ai_usage as event
where event.occurred_at < marts.check_as_of() and event.occurred_at >= (
    select date_trunc('day', max(occurred_at), 'UTC') - interval '91 days' from video.ai_usage where occurred_at < marts.check_as_of()
)
group by 2
union all
select 'audit_logs', (event.created_at at time zone 'UTC')::date, count(*), count(*)
from video.audit_logs as event
where event.created_at < marts.check_as_of() and event.created_at >= (
    select date_trunc('day', max(created_at), 'UTC') - interval '91 days' from video.audit_logs where created_at < marts.check_as_of()
)
group by 2;

comment on view video.check_days is 'Rows a day of the tables that grow by what happens, in the thirteen weeks up to their last row: their rhythm';
comment on column video.check_days.table_name is 'Table';
comment on column video.check_days.day is 'UTC day of the event';
comment on column video.check_days.rows is 'Rows of that day; days without rows are left out';
comment on column video.check_days.sources is 'Persons they are of, rows where they are of nobody';
