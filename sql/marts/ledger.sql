-- One row per applied migration (marts.schema_migration) and one row per platform whose fact views stand (marts.fact_source).

create schema if not exists marts;
comment on schema marts is 'What is common to all platforms: facts, rollups and the books of the workbench';

create table if not exists marts.schema_migration (
    platform text not null,
    version text not null check (version ~ '^[0-9]{4}$'),
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp(),
    duration_ms bigint not null,
    applied_by text not null default session_user,
    primary key (platform, version)
);
comment on table marts.schema_migration is 'Ledger of the migrations that are applied; a rolled back one leaves it';
comment on column marts.schema_migration.platform is 'Platform that was migrated, or marts';
comment on column marts.schema_migration.version is 'Number of the migration';
comment on column marts.schema_migration.name is 'Name of the migration, without its number';
comment on column marts.schema_migration.checksum is 'SHA-256 of the forward file as it was applied';
comment on column marts.schema_migration.applied_at is 'When it was applied';
comment on column marts.schema_migration.duration_ms is 'How long it took, in milliseconds';
comment on column marts.schema_migration.applied_by is 'Login that applied it';

create table if not exists marts.fact_source (
    platform text primary key,
    hash text not null,
    built_at timestamptz not null default clock_timestamp()
);
comment on table marts.fact_source is 'From which files the fact views and touch triggers that stand were built';
comment on column marts.fact_source.platform is 'Platform of the views, or marts for the unions';
comment on column marts.fact_source.hash is 'SHA-256 over the files';
comment on column marts.fact_source.built_at is 'When they were built';

grant select on marts.schema_migration to workbench_loader, workbench_reader, workbench_identified;
