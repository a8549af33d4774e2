-- The books of the data checks. One row per run of the checks, and one per rule and run.

create table marts.check_run (
    run_id uuid primary key,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    as_of timestamptz,
    since timestamptz,
    sample double precision check (sample > 0 and sample <= 100),
    targets text[] not null default '{}',
    platforms text[] not null default '{}',
    package_version text,
    started_by text not null default session_user,
    check (started_at <= finished_at)
);
create index check_run_latest on marts.check_run (started_at desc);
comment on table marts.check_run is 'Every run of the data checks';
comment on column marts.check_run.run_id is 'Key of the run';
comment on column marts.check_run.started_at is 'When the run began';
comment on column marts.check_run.finished_at is 'When the run ended';
comment on column marts.check_run.as_of is 'Instant as of which freshness and retention were judged; empty: the time of the run';
comment on column marts.check_run.since is 'Row by row only rows since then were looked at; empty: all';
comment on column marts.check_run.sample is 'Row by row only so many per cent of the rows were looked at; empty: all';
comment on column marts.check_run.targets is 'What was asked for: platforms, tables, topics, rules; empty: everything';
comment on column marts.check_run.platforms is 'Platforms whose rules ran';
comment on column marts.check_run.package_version is 'Version of the workbench that ran it';
comment on column marts.check_run.started_by is 'Login that started the run';

create table marts.check_result (
    run_id uuid not null references marts.check_run (run_id) on delete cascade,
    rule text not null,
    table_name text not null,
    platform text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    topic text not null check (topic in ('integrity', 'retention', 'freshness', 'service')),
    state text not null check (state in ('passed', 'failed', 'error')),
    failed bigint check (failed >= 0),
    keys jsonb not null default '[]' check (jsonb_typeof(keys) = 'array'),
    message text not null default '',
    duration_ms bigint not null default 0,
    primary key (run_id, rule)
);
create index check_result_rule on marts.check_result (rule, run_id);
comment on table marts.check_result is 'What each rule of a run of the data checks found';
comment on column marts.check_result.run_id is 'Run it belongs to';
comment on column marts.check_result.rule is 'Id of the rule, for instance MUED-PROV-003';
comment on column marts.check_result.table_name is 'Table the rule is about, with its schema';
comment on column marts.check_result.platform is 'Platform whose rule it is';
comment on column marts.check_result.severity is 'critical, warning or info';
comment on column marts.check_result.topic is 'integrity, retention, freshness or service';
comment on column marts.check_result.state is 'passed, failed, or error: nobody knows';
comment on column marts.check_result.failed is 'Rows at fault; empty where rows are not what is judged';
comment on column marts.check_result.keys is 'Keys of the first rows at fault, never another column';
comment on column marts.check_result.message is 'What was found, in a sentence, without values of rows';
comment on column marts.check_result.duration_ms is 'Share of the time of the query it was asked in, in milliseconds';

create function marts.check_as_of() returns timestamptz
    language sql stable parallel safe
as $$
    select coalesce(cast(nullif(current_setting('workbench.check_as_of', true), '') as timestamptz), now())
$$;
comment on function marts.check_as_of() is 'Instant as of which checks judge freshness and retention: the setting workbench.check_as_of, by default now';

create function marts.check_since() returns timestamptz
    language sql stable parallel safe
as $$
    select cast(nullif(current_setting('workbench.check_since', true), '') as timestamptz)
$$;
comment on function marts.check_since() is 'Instant since which rows are checked: the setting workbench.check_since, by default null, which stands for all rows';

create function marts.record_check_run(document jsonb) returns uuid
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    insert into marts.check_run (run_id, started_at, finished_at, as_of, since, sample, targets, platforms, package_version)
    select r.run_id, r.started_at, r.finished_at, r.as_of, r.since, r.sample,
           coalesce(r.targets, '{}'), coalesce(r.platforms, '{}'), r.package_version
    from jsonb_to_record($1) as r (
        run_id uuid, started_at timestamptz, finished_at timestamptz, as_of timestamptz, since timestamptz,
        sample double precision, targets text[], platforms text[], package_version text
    );
    insert into marts.check_result (run_id, rule, table_name, platform, severity, topic, state, failed, keys, message, duration_ms)
    select cast($1 ->> 'run_id' as uuid), r.rule, r."table", r.platform, r.severity, r.topic, r.state, r.failed,
           coalesce(r.keys, '[]'), coalesce(r.message, ''), coalesce(r.duration_ms, 0)
    from jsonb_to_recordset($1 -> 'results') as r (
        rule text, "table" text, platform text, severity text, topic text, state text, failed bigint, keys jsonb, message text,
        duration_ms bigint
    );
    select cast($1 ->> 'run_id' as uuid)
$$;
comment on function marts.record_check_run(jsonb) is
    'Writes a finished run of the data checks with its results and returns its key; call it in a read-write transaction of its own and commit';

revoke execute on function marts.record_check_run(jsonb) from public;
revoke execute on function marts.check_as_of() from public;
revoke execute on function marts.check_since() from public;
grant execute on function marts.record_check_run(jsonb), marts.check_as_of(), marts.check_since()
    to workbench_loader, workbench_reader, workbench_identified;
grant select on marts.check_run, marts.check_result to workbench_loader, workbench_reader, workbench_identified;
