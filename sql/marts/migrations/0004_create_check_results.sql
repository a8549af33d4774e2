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

-- Neither the parent's columns nor the reading role's grants reach a DEFAULT partition alone, so its owner looks.
create function marts.check_default_rows() returns table (platform text, table_name text, row_count bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    for platform, table_name in
        select n.nspname, c.relname
        from pg_partitioned_table as p
        join pg_class as c on c.oid = p.partrelid
        join pg_namespace as n on n.oid = c.relnamespace
        where p.partdefid <> 0 and pg_has_role(c.relowner, 'usage')
        order by 1, 2
    loop
        execute (
            select format('select count(*) from %s', cast(p.partdefid as regclass))
            from pg_partitioned_table as p
            where p.partrelid = cast(format('%I.%I', platform, table_name) as regclass)
        ) into row_count;
        return next;
    end loop;
end
$$;
comment on function marts.check_default_rows() is
    'Rows in the DEFAULT partition of every partitioned table that has one: rows whose month had no partition when they came';

revoke execute on function marts.check_default_rows() from public;
revoke execute on function marts.record_check_run(jsonb) from public;
revoke execute on function marts.check_as_of() from public;
revoke execute on function marts.check_since() from public;
grant execute on function marts.record_check_run(jsonb), marts.check_as_of(), marts.check_since(), marts.check_default_rows()
    to workbench_loader, workbench_reader, workbench_identified;
grant select on marts.check_run, marts.check_result to workbench_loader, workbench_reader, workbench_identified;

-- What the checks must see of the older books; who did an act, and to whom, stays with those who may see identities.
grant select on marts.fact_source to workbench_reader, workbench_identified;
grant select (audit_id, occurred_at, action) on marts.audit to workbench_reader;
