-- The books of the workbench. One row per touched day, sealed range, refreshed rollup part, report run, seeded fact, load, audited act.

grant usage on schema marts to workbench_loader, workbench_reader, workbench_identified;

create table marts.touched_day (
    touched_id bigint generated always as identity primary key,
    platform text not null,
    fact text not null,
    day date not null,
    noted_at timestamptz not null default clock_timestamp()
);
comment on table marts.touched_day is 'Log of UTC days whose fact rows were written, changed or removed since the last rollup; append-only, emptied by the rollup';
comment on column marts.touched_day.touched_id is 'Order of noting; the log has no other key, so that loaders never wait for each other';
comment on column marts.touched_day.platform is 'Platform whose rows changed';
comment on column marts.touched_day.fact is 'Fact whose rows changed, for instance fact_ai_answer';
comment on column marts.touched_day.day is 'UTC day of the event time of the changed rows';
comment on column marts.touched_day.noted_at is 'When the change was noted';

create table marts.sealed_range (
    platform text not null,
    fact text not null,
    from_at timestamptz not null,
    until_at timestamptz not null,
    sealed_at timestamptz not null default clock_timestamp(),
    reason text not null,
    primary key (platform, fact, from_at),
    check (from_at < until_at)
);
comment on table marts.sealed_range is 'Ranges whose raw rows were archived or removed on purpose: no rollup is ever computed again from what is left there';
comment on column marts.sealed_range.platform is 'Platform whose rows are gone';
comment on column marts.sealed_range.fact is 'Fact whose rows are gone';
comment on column marts.sealed_range.from_at is 'First instant of the range';
comment on column marts.sealed_range.until_at is 'First instant after the range';
comment on column marts.sealed_range.sealed_at is 'When the range was sealed';
comment on column marts.sealed_range.reason is 'Why, for instance the archive run that holds the rows';

create table marts.rollup_state (
    rollup text not null,
    part text not null,
    platform text not null,
    definition text not null,
    refreshed_at timestamptz not null,
    primary key (rollup, part, platform)
);
comment on table marts.rollup_state is 'How fresh each part of each rollup is, and by which definition it was computed';
comment on column marts.rollup_state.rollup is 'Name of the rollup, for instance ai_answer_day';
comment on column marts.rollup_state.part is 'Time zone of a day rollup, objective of slo_slice, or UTC';
comment on column marts.rollup_state.platform is 'Platform whose rows are rolled up';
comment on column marts.rollup_state.definition is 'Hash of the definition; when it changes the part is computed anew';
comment on column marts.rollup_state.refreshed_at is 'Everything committed before this instant is in the rollup';

create table marts.report_run (
    run_id uuid primary key default gen_random_uuid(),
    report text not null,
    parameters jsonb not null,
    parameters_hash text not null,
    period_start date,
    period_end date,
    as_of timestamptz,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    state text not null default 'running' check (state in ('running', 'published', 'failed', 'timed_out', 'died')),
    verdict text check (verdict in ('met', 'at_risk', 'breached', 'no_data')),
    reason text,
    notebook_hash text,
    sql_hash text,
    schema_version jsonb,
    rows_read bigint,
    output_path text,
    duration_ms bigint,
    package_version text,
    worker text,
    started_by text not null default session_user,
    check ((state = 'running') = (finished_at is null))
);
create index report_run_latest on marts.report_run (report, parameters_hash, started_at desc);
comment on table marts.report_run is 'Every run of a report, whatever became of it';
comment on column marts.report_run.run_id is 'Key of the run';
comment on column marts.report_run.report is 'Name of the report, for instance rag_slo';
comment on column marts.report_run.parameters is 'Checked parameters of the run';
comment on column marts.report_run.parameters_hash is 'SHA-256 of the parameters in canonical form: equal hash, equal question';
comment on column marts.report_run.period_start is 'First day of the reported period, in the time zone of the parameters';
comment on column marts.report_run.period_end is 'First day after the reported period';
comment on column marts.report_run.as_of is 'Cut-off: only rows that happened and were recorded before it count';
comment on column marts.report_run.started_at is 'When the run began';
comment on column marts.report_run.finished_at is 'When the run ended; empty while it runs';
comment on column marts.report_run.state is 'running, published, failed, timed_out, or died (its kernel or process vanished)';
comment on column marts.report_run.verdict is 'Verdict of a published report: met, at_risk, breached or no_data';
comment on column marts.report_run.reason is 'One sentence on why the run was not published';
comment on column marts.report_run.notebook_hash is 'SHA-256 of the notebook that was executed';
comment on column marts.report_run.sql_hash is 'SHA-256 over the SQL files the report reads';
comment on column marts.report_run.schema_version is 'Newest applied migration of each platform';
comment on column marts.report_run.rows_read is 'Rows the queries of the report returned';
comment on column marts.report_run.output_path is 'Folder of the published files';
comment on column marts.report_run.duration_ms is 'Wall time of the run in milliseconds';
comment on column marts.report_run.package_version is 'Version of the workbench that ran it';
comment on column marts.report_run.worker is 'Host and process of the run, to tell one that vanished';
comment on column marts.report_run.started_by is 'Login that started the run';

create table marts.seed_fact (
    seed_fact_id bigint generated always as identity primary key,
    platform text not null,
    seed bigint not null,
    fact text not null,
    kind text not null,
    started_at timestamptz,
    ended_at timestamptz,
    details jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp()
);
comment on table marts.seed_fact is 'What the seeder planted into simulated data, and one row of kind run per seeding with its row counts';
comment on column marts.seed_fact.seed_fact_id is 'Key';
comment on column marts.seed_fact.platform is 'Platform that was seeded';
comment on column marts.seed_fact.seed is 'Seed of the random generator';
comment on column marts.seed_fact.fact is 'Name of what was planted, for instance latency_incident';
comment on column marts.seed_fact.kind is 'run for the seeding itself, planted for a finding that a report must make';
comment on column marts.seed_fact.started_at is 'First instant of what was planted';
comment on column marts.seed_fact.ended_at is 'First instant after it';
comment on column marts.seed_fact.details is 'Sizes, names and factors; for a run the rows per table';
comment on column marts.seed_fact.created_at is 'When it was written';

create table marts.load_run (
    load_id bigint generated always as identity primary key,
    platform text not null,
    target text not null,
    source text not null,
    rows bigint not null default 0,
    rejected bigint not null default 0,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    preset text,
    details jsonb not null default '{}'
);
comment on table marts.load_run is 'Every load of files into a table';
comment on column marts.load_run.load_id is 'Key of the load';
comment on column marts.load_run.platform is 'Platform of the target table';
comment on column marts.load_run.target is 'Table that was loaded, with its schema';
comment on column marts.load_run.source is 'Files that were read';
comment on column marts.load_run.rows is 'Rows stored';
comment on column marts.load_run.rejected is 'Rows refused';
comment on column marts.load_run.started_at is 'When the load began';
comment on column marts.load_run.finished_at is 'When the load ended; empty while it runs';
comment on column marts.load_run.preset is 'Preset that mapped the files, if one did';
comment on column marts.load_run.details is 'Mapping and counts';

create table marts.audit (
    audit_id bigint generated always as identity primary key,
    occurred_at timestamptz not null default clock_timestamp(),
    actor text not null default session_user,
    action text not null,
    details jsonb not null default '{}'
);
comment on table marts.audit is 'Acts that must leave a trace: disclosure control switched off, reads with identities, erasures; never rewritten';
comment on column marts.audit.audit_id is 'Key';
comment on column marts.audit.occurred_at is 'When it happened';
comment on column marts.audit.actor is 'Login that did it';
comment on column marts.audit.action is 'What was done, for instance disclosure_off';
comment on column marts.audit.details is 'Circumstances, without personal data';

create function marts.touch_days() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    source text := 'changed_rows';
begin
    if tg_op = 'TRUNCATE' then
        source := format('%I.%I', tg_table_schema, tg_table_name);
    end if;
    execute format(
        'insert into marts.touched_day (platform, fact, day) select distinct $1, $2, (%1$I at time zone ''UTC'')::date from %2$s where %1$I is not null',
        tg_argv[1], source)
    using tg_table_schema::text, tg_argv[0];
    return null;
end
$$;
comment on function marts.touch_days() is
    'Statement trigger: notes the UTC days of the changed rows. Arguments: fact, timestamp column. Needs the transition table changed_rows; for TRUNCATE use a BEFORE trigger';

create function marts.begin_report_run(
    report text, parameters jsonb, parameters_hash text, period_start date, period_end date, as_of timestamptz,
    notebook_hash text default null, sql_hash text default null, schema_version jsonb default null,
    package_version text default null, worker text default null
) returns uuid
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    insert into marts.report_run (report, parameters, parameters_hash, period_start, period_end, as_of,
                                  notebook_hash, sql_hash, schema_version, package_version, worker)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    returning run_id
$$;
comment on function marts.begin_report_run(text, jsonb, text, date, date, timestamptz, text, text, jsonb, text, text) is
    'Opens a report run in state running and returns its key; call it in a read-write transaction of its own and commit';

create function marts.finish_report_run(
    run_id uuid, state text, verdict text default null, reason text default null,
    rows_read bigint default null, output_path text default null
) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    update marts.report_run r
       set state = $2, verdict = $3, reason = $4, rows_read = $5, output_path = $6, finished_at = clock_timestamp(),
           duration_ms = round(extract(epoch from clock_timestamp() - r.started_at) * 1000)
     where r.run_id = $1 and r.state = 'running' and $2 <> 'running';
    if not found then
        raise exception 'report run % is not running, or % is not a final state', $1, $2 using errcode = 'invalid_parameter_value';
    end if;
end
$$;
comment on function marts.finish_report_run(uuid, text, text, text, bigint, text) is
    'Closes a running report run with its final state, verdict and reason; a closed run is never changed again';

create function marts.note_audit(action text, details jsonb default '{}') returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    insert into marts.audit (action, details) values ($1, $2) returning audit_id
$$;
comment on function marts.note_audit(text, jsonb) is 'Writes one line into the audit log in the name of the login and returns its key';

revoke execute on function marts.touch_days() from public;
revoke execute on function marts.begin_report_run(text, jsonb, text, date, date, timestamptz, text, text, jsonb, text, text) from public;
revoke execute on function marts.finish_report_run(uuid, text, text, text, bigint, text) from public;
revoke execute on function marts.note_audit(text, jsonb) from public;
grant execute on function marts.begin_report_run(text, jsonb, text, date, date, timestamptz, text, text, jsonb, text, text)
    to workbench_loader, workbench_reader, workbench_identified;
grant execute on function marts.finish_report_run(uuid, text, text, text, bigint, text) to workbench_loader, workbench_reader, workbench_identified;
grant execute on function marts.note_audit(text, jsonb) to workbench_loader, workbench_reader, workbench_identified;

grant select on marts.touched_day, marts.sealed_range, marts.rollup_state, marts.report_run, marts.seed_fact, marts.load_run
    to workbench_reader, workbench_identified;
grant select on marts.audit to workbench_identified;
grant select, insert, delete on marts.touched_day to workbench_loader;
grant select, insert, update, delete on marts.rollup_state, marts.sealed_range, marts.seed_fact, marts.load_run to workbench_loader;
grant select on marts.report_run to workbench_loader;
