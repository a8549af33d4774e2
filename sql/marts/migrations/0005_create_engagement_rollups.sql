-- Rollups of engagement. One row per learner and local day, per learner, per local day and series, per start day and week, or per session series.

create function marts.is_learner(role text) returns boolean
    language sql immutable parallel safe
as $$ select role in ('student', 'learner') $$;
comment on function marts.is_learner(text) is
    'Whether an account of this role learns: only these take part in engagement; those that teach, write or administer do not';

create table marts.learner_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    learner_id uuid not null,
    tenant text not null,
    device text not null,
    answered integer not null,
    practised integer not null,
    watched integer not null,
    started integer not null,
    completed integer not null,
    mastered integer not null,
    logged integer not null,
    reviewed integer not null,
    asked_ai integer not null,
    booked integer not null,
    attended integer not null,
    messaged integer not null,
    rated integer not null,
    visited integer not null,
    active_events integer not null,
    active_ms bigint not null,
    sessions integer not null,
    session_ms bigint not null,
    session_hours integer not null,
    is_erased boolean not null default false,
    primary key (time_zone, platform, day, learner_id, tenant) include (active_events),
    check (sessions >= 0 and active_events >= 0 and session_hours between 0 and 16777215)
);
create index learner_day_of_learner on marts.learner_day (time_zone, platform, learner_id, day) where active_events > 0;
comment on table marts.learner_day is
    'What a learner did on a local day: events by activity (definition E1), sessions begun, minutes. A learner is active on a day with active_events';
comment on column marts.learner_day.time_zone is 'Time zone that cuts the day';
comment on column marts.learner_day.platform is 'Platform';
comment on column marts.learner_day.day is 'Local day';
comment on column marts.learner_day.learner_id is 'Learner; a meaningless number where is_erased';
comment on column marts.learner_day.tenant is 'Tenant of the learner';
comment on column marts.learner_day.device is 'Device of the first session begun on the day; unknown without one';
comment on column marts.learner_day.answered is 'Events answered';
comment on column marts.learner_day.practised is 'Events practised';
comment on column marts.learner_day.watched is 'Events watched';
comment on column marts.learner_day.started is 'Events started';
comment on column marts.learner_day.completed is 'Events completed';
comment on column marts.learner_day.mastered is 'Events mastered';
comment on column marts.learner_day.logged is 'Events logged (a note)';
comment on column marts.learner_day.reviewed is 'Events reviewed';
comment on column marts.learner_day.asked_ai is 'Events asked_ai';
comment on column marts.learner_day.booked is 'Events booked';
comment on column marts.learner_day.attended is 'Events attended';
comment on column marts.learner_day.messaged is 'Events messaged';
comment on column marts.learner_day.rated is 'Events rated';
comment on column marts.learner_day.visited is 'Events visited';
comment on column marts.learner_day.active_events is 'Events that count as learning: all but visited, booked, messaged and rated';
comment on column marts.learner_day.active_ms is 'Sum of the durations of those events, in milliseconds, where they have one';
comment on column marts.learner_day.sessions is 'Sessions begun on the day';
comment on column marts.learner_day.session_ms is 'Sum of the lengths of the sessions begun on the day, in milliseconds; a session without an end counts as nothing';
comment on column marts.learner_day.session_hours is 'Local hours in which a session began, bit 0 for 00:00 to bit 23';
comment on column marts.learner_day.is_erased is 'Whether the person was erased: the row stands as an anonymous contribution and is never recomputed';

create table marts.learner_cohort (
    time_zone text not null,
    platform text not null,
    learner_id uuid not null,
    tenant text not null,
    joined_day date,
    left_day date,
    first_day date,
    last_day date,
    joined_weeks smallint[] not null default '{}',
    first_weeks smallint[] not null default '{}',
    is_erased boolean not null default false,
    primary key (time_zone, platform, learner_id)
);
comment on table marts.learner_cohort is 'When a learner joined and in which weeks since they were active; those who never did anything too (definitions E3, E7)';
comment on column marts.learner_cohort.time_zone is 'Time zone that cuts the days';
comment on column marts.learner_cohort.platform is 'Platform';
comment on column marts.learner_cohort.learner_id is 'Learner; a meaningless number where is_erased';
comment on column marts.learner_cohort.tenant is 'Tenant of the learner';
comment on column marts.learner_cohort.joined_day is 'Local day of joining; empty where the platform does not say';
comment on column marts.learner_cohort.left_day is 'Local day on which the account was closed; empty while it is open';
comment on column marts.learner_cohort.first_day is 'First local day on which the learner was active; empty for who never was';
comment on column marts.learner_cohort.last_day is 'Last local day on which the learner was active';
comment on column marts.learner_cohort.joined_weeks is 'Weeks since joined_day (0 for its first seven days) with an active day, ascending';
comment on column marts.learner_cohort.first_weeks is 'Weeks since first_day (0 for its first seven days) with an active day, ascending';
comment on column marts.learner_cohort.is_erased is 'Whether the person was erased: the row stands as an anonymous contribution and is never recomputed';

create table marts.activity_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    device text not null,
    dau bigint not null,
    wau bigint not null,
    mau bigint not null,
    primary key (time_zone, platform, day, tenant, device),
    check (0 <= dau and dau <= wau and wau <= mau)
);
comment on table marts.activity_day is
    'Distinct active learners of a local day and of the 7 and 28 days that end with it, exact (definition E2). Besides the rows by tenant and device there are totals, marked *: (tenant, *), (*, device), (*, *). Rows reach 27 days past the last active day: what those days hold if nothing more happens; a reader stops at its cut-off';
comment on column marts.activity_day.time_zone is 'Time zone that cuts the day';
comment on column marts.activity_day.platform is 'Platform';
comment on column marts.activity_day.day is 'Local day';
comment on column marts.activity_day.tenant is 'Tenant, or * for all';
comment on column marts.activity_day.device is 'Device of the first session of an active day, unknown without one, or * for all';
comment on column marts.activity_day.dau is 'Learners active on the day';
comment on column marts.activity_day.wau is 'Learners active on at least one of the 7 days that end with it';
comment on column marts.activity_day.mau is 'Learners active on at least one of the 28 days that end with it';

create table marts.cohort_week (
    time_zone text not null,
    platform text not null,
    basis text not null check (basis in ('joined', 'first_active')),
    tenant text not null,
    start_day date not null,
    week smallint not null check (week >= 0),
    members bigint not null,
    active bigint not null,
    first_back bigint not null,
    last_active bigint not null,
    primary key (time_zone, platform, basis, tenant, start_day, week),
    check (active <= members and first_back <= active and last_active <= active)
);
comment on table marts.cohort_week is
    'Learners who started on a local day, by week since, from which weekly cohorts add up (definition E3). Weeks in which none of them was active have no row, except week 0';
comment on column marts.cohort_week.time_zone is 'Time zone that cuts the days';
comment on column marts.cohort_week.platform is 'Platform';
comment on column marts.cohort_week.basis is 'What starts a learner: joined (the day of joining) or first_active (the first active day)';
comment on column marts.cohort_week.tenant is 'Tenant';
comment on column marts.cohort_week.start_day is 'Local day on which they started';
comment on column marts.cohort_week.week is 'Weeks since the start: 0 for the first seven days';
comment on column marts.cohort_week.members is 'Learners who started on the day';
comment on column marts.cohort_week.active is 'Of these, active in the week (classic retention)';
comment on column marts.cohort_week.first_back is 'Of these, active for the first time after week 0 (adds up to cumulative retention); 0 in week 0';
comment on column marts.cohort_week.last_active is 'Of these, active for the last time so far (adds up backwards to rolling retention)';

create table marts.session_day (
    time_zone text not null,
    platform text not null,
    day date not null,
    tenant text not null,
    device text not null,
    kind text not null,
    sessions bigint not null,
    unended bigint not null,
    session_ms bigint not null,
    completion_count bigint not null,
    completion_sum double precision not null,
    hours bigint[] not null check (array_length(hours, 1) = 24),
    buckets smallint[] not null,
    counts bigint[] not null,
    primary key (time_zone, platform, day, tenant, device, kind),
    check (sessions > 0 and unended between 0 and sessions)
);
comment on table marts.session_day is 'Sessions begun on a local day (definition E4): how many, when, how long';
comment on column marts.session_day.time_zone is 'Time zone that cuts the day';
comment on column marts.session_day.platform is 'Platform';
comment on column marts.session_day.day is 'Local day on which the session began';
comment on column marts.session_day.tenant is 'Tenant of the learner';
comment on column marts.session_day.device is 'Device; unknown where none was recorded';
comment on column marts.session_day.kind is 'Kind of session; unknown where none was recorded';
comment on column marts.session_day.sessions is 'Sessions begun';
comment on column marts.session_day.unended is 'Of these, without an end, so that their length is unknown';
comment on column marts.session_day.session_ms is 'Sum of the lengths of the others in milliseconds';
comment on column marts.session_day.completion_count is 'Sessions with a completion ratio';
comment on column marts.session_day.completion_sum is 'Sum of those ratios';
comment on column marts.session_day.hours is 'Sessions begun in each local hour, from 00:00 to 23:00';
comment on column marts.session_day.buckets is 'Buckets of the length in milliseconds that are not empty, ascending (definition Q2); -32768 is the one for 0';
comment on column marts.session_day.counts is 'Sessions in each of the buckets';

create function marts.anonymise_learner(platform text, learner uuid) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    stand_in uuid := gen_random_uuid();
    days bigint;
begin
    update marts.learner_day as d set learner_id = stand_in, is_erased = true where d.platform = $1 and d.learner_id = $2;
    get diagnostics days = row_count;
    update marts.learner_cohort as c set learner_id = stand_in, is_erased = true where c.platform = $1 and c.learner_id = $2;
    update marts.learner_ai_day as a set learner_id = stand_in where a.platform = $1 and a.learner_id = $2;
    return days;
end
$$;
comment on function marts.anonymise_learner(text, uuid) is
    'Before a person is erased: their rows in the rollups get one meaningless number and stand for ever, so that no figure of the past changes. Returns how many learner days there were; refresh the rollups first, or what they do not hold yet is lost';

-- Whether an account learns, and the name of its tenant, stand in no event: a change of either touches the days of its events.
create function marts.touch_role_days() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    changed uuid[];
begin
    execute format(
        'select array_agg(id) from (select id, marts.is_learner(%1$s) as learns from old_rows) as o
         join (select id, marts.is_learner(%1$s) as learns from new_rows) as n using (id)
         where o.learns is distinct from n.learns', tg_argv[0])
    into changed;
    if changed is null then
        return null;
    end if;
    insert into marts.touched_day (platform, fact, day)
    select distinct tg_table_schema, 'fact_activity', (f.occurred_at at time zone 'UTC')::date
    from marts.fact_activity as f
    where f.platform = tg_table_schema and f.learner_id = any(changed)
    union
    select distinct tg_table_schema, 'fact_session', (f.started_at at time zone 'UTC')::date
    from marts.fact_session as f
    where f.platform = tg_table_schema and f.learner_id = any(changed);
    return null;
end
$$;
comment on function marts.touch_role_days() is
    'Statement trigger on accounts: notes the UTC days of those that begin or cease to learn. Argument: the role as SQL. Needs the transition tables old_rows and new_rows';

create function marts.touch_tenant_days() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    execute format(
        'insert into marts.touched_day (platform, fact, day)
         select distinct d.platform, ''fact_activity'', d.day
         from old_rows as o
         join new_rows as n using (id)
         join marts.learner_day as d on d.tenant = o.%1$I
         where o.%1$I <> n.%1$I and d.platform = $1 and d.time_zone = ''UTC'' and not d.is_erased', tg_argv[0])
    using tg_table_schema::text;
    return null;
end
$$;
comment on function marts.touch_tenant_days() is
    'Statement trigger on tenants: notes the stored UTC days of those that got another name. Argument: the column with the name. Needs the transition tables old_rows and new_rows';

revoke execute on function marts.anonymise_learner(text, uuid) from public;
revoke execute on function marts.touch_role_days() from public;
revoke execute on function marts.touch_tenant_days() from public;
grant execute on function marts.anonymise_learner(text, uuid) to workbench_loader;

grant select on marts.learner_day, marts.learner_cohort, marts.activity_day, marts.cohort_week, marts.session_day to workbench_reader, workbench_identified;
grant select, insert, update, delete on marts.learner_day, marts.learner_cohort, marts.activity_day, marts.cohort_week, marts.session_day to workbench_loader;
